using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Tenants;
using Parley.Persistence.Knowledge;
using Parley.Persistence.Tenants;

namespace Parley.Persistence.Tests;

public sealed class TenantStoreTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestWorld world = null!;

    public async ValueTask InitializeAsync() => world = await TestWorld.CreateAsync(postgres);

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_tenant_comes_back_as_it_was_stored()
    {
        var file = TenantFile.Parse(
            await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "samples", "tenants", "luigis.yaml")), "luigis.yaml");
        var stored = await world.Importer.ImportAsync(file, default);
        using var store = new TenantStore(world.Database, world.Signals, world.Vault);

        var tenant = await store.FindByNumberAsync("+12125550101", default);

        tenant!.Id.ShouldBe(stored.Id);
        TenantFile.Write(tenant).ShouldBe(TenantFile.Write(file));
        (await store.GetAsync(stored.Id, default)).ShouldBeSameAs(tenant);
        (await store.FindByNumberAsync("+12125550999", default)).ShouldBeNull();
        (await store.GetAsync(Guid.Empty, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Importing_again_keeps_the_id_and_replaces_the_numbers()
    {
        var first = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101", "+12125550103"), default);
        var second = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550103", "+12125550104") with { Name = "New" }, default);
        using var store = new TenantStore(world.Database, world.Signals, world.Vault);

        second.Id.ShouldBe(first.Id);
        (await store.FindByNumberAsync("+12125550101", default)).ShouldBeNull();
        (await store.FindByNumberAsync("+12125550104", default))!.Name.ShouldBe("New");
    }

    [Fact]
    public async Task A_number_of_another_tenant_is_refused_and_nothing_is_stored()
    {
        await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);

        var error = await Should.ThrowAsync<TenantConflictException>(
            world.Importer.ImportAsync(TestWorld.NewTenant("marios", "+12125550101", "+12125550105"), default));

        error.Message.ShouldBe("The tenant 'marios' was not stored: +12125550101 belongs to 'luigis'.");
        (await world.ScalarAsync<string>("select string_agg(slug, ',') from tenants")).ShouldBe("luigis");
        (await world.ScalarAsync<int>("select count(*) from inbound_routes")).ShouldBe(1);
    }

    [Fact]
    public async Task A_change_is_seen_through_the_cache_and_the_cache_answers_until_then()
    {
        await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        using var store = new TenantStore(world.Database, world.Signals, world.Vault);
        await world.Signals.Start();
        var before = await store.FindByNumberAsync("+12125550101", default);
        (await store.FindByNumberAsync("+12125550101", default)).ShouldBeSameAs(before);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // Subscribed after the store, so told after it.
        using var subscription = world.Signals.Subscribe("parley_tenants", _ => told.TrySetResult(), () => { });

        await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101") with { Greeting = "New." }, default);
        await told.Task.WaitAsync(TimeSpan.FromMinutes(1));

        (await store.FindByNumberAsync("+12125550101", default))!.Greeting.ShouldBe("New.");
    }

    [Fact]
    public async Task A_lost_signal_connection_comes_back_and_empties_the_cache()
    {
        var tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        using var store = new TenantStore(world.Database, world.Signals, world.Vault);
        await world.Signals.Start();
        await store.GetAsync(tenant.Id, default);
        var back = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = world.Signals.Subscribe("parley_tenants", _ => { }, () => back.TrySetResult());

        // Without triggers there is no signal.
        await world.CutConnectionsAsync("set session_replication_role = replica; update tenants set name = 'New'");
        await back.Task.WaitAsync(TimeSpan.FromMinutes(1));

        (await store.GetAsync(tenant.Id, default))!.Name.ShouldBe("New");
    }

    [Fact]
    public async Task The_samples_go_into_an_empty_database_only()
    {
        var options = new SampleTenantOptions
        {
            ImportOnEmpty = Path.Combine(AppContext.BaseDirectory, "samples", "tenants"),
            KnowledgeOnEmpty = Path.Combine(Knowledge.RetrievalCorpus.Root, "samples", "knowledge"),
        };
        var samples = new SampleTenants(
            world.Database, world.Importer, new KnowledgeSources(world.Database, world.Clock), new CatalogueStore(world.Database, world.Clock), options,
            NullLogger<SampleTenants>.Instance);

        (await samples.ImportAsync(default)).ShouldBe(2);
        (await samples.ImportAsync(default)).ShouldBe(0);
        (await world.ScalarAsync<string>("select string_agg(slug, ',' order by slug) from tenants")).ShouldBe("fade-factory,luigis");
        (await world.ScalarAsync<string>(
            "select string_agg(t.slug || '/' || s.name, ',' order by t.slug, s.name) from knowledge_sources s join tenants t on t.id = s.tenant_id"))
            .ShouldBe("fade-factory/price-list.csv,fade-factory/questions-he.txt,fade-factory/questions.txt,luigis/events.html,luigis/house-rules.md,luigis/menu.csv");
    }
}
