using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Flags;
using Parley.Conversation.Tenants;
using Parley.Persistence.Flags;
using Parley.Persistence.Reporting;
using Parley.Persistence.Tenants;

namespace Parley.Persistence.Tests;

public sealed class FeatureFlagTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestWorld world = null!;
    private Tenant tenant = null!;
    private FeatureStore store = null!;

    public async ValueTask InitializeAsync()
    {
        world = await TestWorld.CreateAsync(postgres);
        tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        store = new FeatureStore(world.Database, world.Clock);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task The_tenants_word_beats_the_plans_and_that_the_defaults()
    {
        using var flags = NewFlags();
        await store.SetDefaultsAsync(Switches(("knowledge", false), ("recording", false), ("tool.send_link", false)), default);
        await store.SetPlanAsync("pro", Switches(("knowledge", true), ("recording", true)), default);
        (await store.SetAsync(tenant.Id, new TenantFeatureRow("pro", Switches(("recording", false))), default)).ShouldBeTrue();
        var other = await world.Importer.ImportAsync(TestWorld.NewTenant("others", "+12125550102"), default);
        await flags.ReadAsync(default);

        var has = flags.For(tenant.Id);
        has.Has(Features.Knowledge).ShouldBeTrue();
        has.Has(Features.Recording).ShouldBeFalse();
        has.Has(Features.Tool("send_link")).ShouldBeFalse();
        has.Has(Features.Tool("take_message")).ShouldBeTrue();
        flags.For(other.Id).Has(Features.Knowledge).ShouldBeFalse();
        flags.For(other.Id).Has("language.es").ShouldBeTrue();
    }

    [Fact]
    public async Task A_change_is_known_at_once_wherever_it_is_made()
    {
        using var flags = NewFlags();
        await flags.ReadAsync(default);
        await world.Signals.Start();
        foreach (var (sql, has) in ((string, bool)[])
        [
            ("insert into feature_defaults values ('knowledge', false)", false),
            ("insert into plans values ('pro', now()); insert into plan_features values ('pro', 'knowledge', true); update tenants set plan = 'pro'", true),
            ("insert into tenant_features select id, 'knowledge', false from tenants", false),
            ("delete from tenant_features", true),
            ("update tenants set plan = null; delete from plans", false),
            ("delete from feature_defaults", true),
        ])
        {
            await world.ScalarAsync<object?>(sql + "; select 1");
            await Eventually(() => flags.For(tenant.Id).Has(Features.Knowledge) == has, sql);
        }
    }

    [Fact]
    public async Task Without_signals_an_answer_is_read_anew_after_thirty_seconds()
    {
        using var flags = NewFlags();
        await flags.ReadAsync(default);
        await store.SetDefaultsAsync(Switches(("recording", false)), default);
        world.Clock.Now += FeatureFlags.MaxAge - TimeSpan.FromMilliseconds(1);
        flags.For(tenant.Id).Has(Features.Recording).ShouldBeTrue();
        world.Clock.Now += TimeSpan.FromMilliseconds(1);

        await Eventually(() => !flags.For(tenant.Id).Has(Features.Recording), "read anew");
    }

    [Fact]
    public async Task What_is_stored_is_told_and_an_unknown_plan_is_refused()
    {
        (await store.SetAsync(tenant.Id, new TenantFeatureRow("gold", Switches()), default)).ShouldBeFalse();
        await store.SetPlanAsync("gold", Switches(("knowledge", true)), default);
        await store.SetPlanAsync("gold", Switches(("tool.send_link", false)), default);
        (await store.SetAsync(tenant.Id, new TenantFeatureRow("gold", Switches(("recording", true))), default)).ShouldBeTrue();

        (await store.GetPlansAsync(default))["gold"].ShouldBe(Switches(("tool.send_link", false)));
        var row = (await store.FindAsync(TenantScope.Of(tenant.Id), tenant.Id, default)).ShouldNotBeNull();
        row.Plan.ShouldBe("gold");
        row.Features.ShouldBe(Switches(("recording", true)));
        (await store.FindAsync(TenantScope.Of(Guid.CreateVersion7(world.Clock.Now)), tenant.Id, default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_file_sets_plan_and_features_and_leaves_them_when_it_does_not_speak_of_them()
    {
        await store.SetPlanAsync("pro", Switches(("knowledge", true)), default);
        await world.Importer.ImportAsync(tenant with { Plan = "pro", Features = Switches(("recording", false), ("tool.send_link", true)) }, default);
        await world.Importer.ImportAsync(tenant with { Plan = null, Features = Switches(("recording", false)) }, default);
        await world.Importer.ImportAsync(tenant with { Name = "Other name" }, default);

        using var tenants = new TenantStore(world.Database, world.Signals, world.Vault);
        var stored = (await tenants.GetAsync(tenant.Id, default)).ShouldNotBeNull();
        stored.Plan.ShouldBe("pro");
        stored.Features.ShouldBe(Switches(("recording", false)));
        await Should.ThrowAsync<TenantConflictException>(world.Importer.ImportAsync(tenant with { Plan = "nope" }, default));
    }

    [Fact]
    public void A_file_is_read_written_and_read_back()
    {
        const string Yaml =
            """
            slug: luigis
            name: Luigi's
            kind: restaurant
            time_zone: America/New_York
            greeting: Hello.
            escalations:
              transfer: always
              press_to_accept: true
            plan: pro
            features:
              knowledge: false
              tool.send_link: true
              language.es-MX: false
            """;
        var tenant = TenantFile.Parse(Yaml, "t.yaml");
        tenant.Escalations.ShouldBe(new EscalationSettings { Transfer = TransferTimes.Always, PressToAccept = true });
        tenant.Plan.ShouldBe("pro");
        tenant.Features.ShouldBe(Switches(("knowledge", false), ("tool.send_link", true), ("language.es-MX", false)), ignoreOrder: true);
        var again = TenantFile.Parse(TenantFile.Write(tenant), "t.yaml");
        again.Escalations.ShouldBe(tenant.Escalations);
        again.Features.ShouldBe(tenant.Features, ignoreOrder: true);

        var error = Should.Throw<TenantFileException>(() => TenantFile.Parse(Yaml + "\n  everything: true\n  recording: maybe\n", "t.yaml"));
        error.Errors.Select(e => e.Line).ShouldBe([14, 15]);
    }

    private FeatureFlags NewFlags() => new(world.Database, world.Signals, world.Clock, NullLogger<FeatureFlags>.Instance);

    private static Dictionary<string, bool> Switches(params (string Name, bool On)[] switches) => switches.ToDictionary(s => s.Name, s => s.On);

    private static async Task Eventually(Func<bool> condition, string what)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
        while (!condition())
        {
            timeout.IsCancellationRequested.ShouldBeFalse(what);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, default);
        }
    }
}
