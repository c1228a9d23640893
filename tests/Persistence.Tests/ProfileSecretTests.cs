using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;
using Parley.Conversation.Tools.Http;
using Parley.Persistence.Json;
using Parley.Persistence.Reporting;
using Parley.Persistence.Secrets;
using Parley.Persistence.Tenants;

namespace Parley.Persistence.Tests;

/// <summary>Keys of tenants' own tools and addresses of their calendars: readable for those who use them, and for nobody who reads the database.</summary>
public sealed class ProfileSecretTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Key = "signs-requests-of-one-tool";
    private const string Address = "https://calendar.example.com/private-1234/anna.ics";

    private TestWorld world = null!;

    public async ValueTask InitializeAsync() => world = await TestWorld.CreateAsync(postgres);

    public async ValueTask DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task They_are_not_in_the_database_and_whoever_uses_them_has_them()
    {
        var imported = await world.Importer.ImportAsync(Salon("salon"), default);

        (await RowAsync("salon")).ShouldNotContain(Key);
        (await RowAsync("salon")).ShouldNotContain("private-1234");
        (await world.ScalarAsync<bool>("select sealed from tenants")).ShouldBeTrue();
        using var store = new TenantStore(world.Database, world.Signals, world.Vault);
        Secrets((await store.GetAsync(imported.Id, default))!).ShouldBe((Key, Address, false));
        await store.WarmUpAsync(default);
        Secrets((await store.FindByNumberAsync("+12125550101", default))!).ShouldBe((Key, Address, false));
        var shown = (await new TenantReports(world.Database, world.Vault).FindAsync(TenantScope.Operator, "salon", default))!;
        Secrets(shown).ShouldBe((Key, Address, false));
        // A file of it holds them, and can be imported again.
        var again = TenantFile.Parse(TenantFile.Write(shown), "salon.yaml");
        Secrets(again).ShouldBe((Key, Address, false));
        await world.Importer.ImportAsync(again, default);
        Secrets((await new TenantReports(world.Database, world.Vault).FindAsync(TenantScope.Operator, "salon", default))!).ShouldBe((Key, Address, false));
        // Neither a log line.
        shown.Tools[0].ToString().ShouldNotContain(Key);
        shown.Booking!.Resources[0].ToString().ShouldNotContain("private-1234");
    }

    [Fact]
    public async Task They_stay_closed_for_those_who_have_no_use_for_them()
    {
        var imported = await world.Importer.ImportAsync(Salon("salon"), default);
        await using var connection = await world.Database.OpenAsync(default);

        var closed = (await TenantRows.FindAsync(connection, imported.Id, default))!;

        Secrets(closed).Sealed.ShouldBeTrue();
        Secrets(closed).Key.ShouldNotBe(Key);
        closed.Booking!.Resources[0].Calendar!.WithoutSecret().Ics.ShouldBe("…");
        // What is written back so is what it was.
        await world.Importer.ImportAsync(closed, default);
        Secrets((await new TenantReports(world.Database, world.Vault).FindAsync(TenantScope.Operator, "salon", default))!).ShouldBe((Key, Address, false));
    }

    [Fact]
    public async Task What_is_there_from_before_is_read_and_encrypted_at_the_start_once()
    {
        await world.Importer.ImportAsync(Salon("salon"), default);
        await world.Importer.ImportAsync(TestWorld.NewTenant("plain"), default);
        await MakePlainAsync();
        using var store = new TenantStore(world.Database, world.Signals, world.Vault);
        Secrets((await store.FindByNumberAsync("+12125550101", default))!).ShouldBe((Key, Address, false));

        await Sealer().RunAsync(default);

        var row = await RowAsync("salon");
        row.ShouldNotContain(Key);
        row.ShouldNotContain("private-1234");
        var report = (await new TenantReports(world.Database, world.Vault).FindAsync(TenantScope.Operator, "salon", default))!;
        Secrets(report).ShouldBe((Key, Address, false));
        TenantFile.Write(report).ShouldBe(TenantFile.Write(Salon("salon")));
        await Sealer().RunAsync(default);
        (await RowAsync("salon")).ShouldBe(row);
    }

    [Fact]
    public async Task What_is_there_from_before_is_encrypted_with_the_next_import()
    {
        await world.Importer.ImportAsync(Salon("salon"), default);
        await MakePlainAsync();

        await world.Importer.ImportAsync(Salon("salon"), default);

        (await RowAsync("salon")).ShouldNotContain(Key);
        Secrets((await new TenantReports(world.Database, world.Vault).FindAsync(TenantScope.Operator, "salon", default))!).ShouldBe((Key, Address, false));
    }

    [Fact]
    public async Task What_a_server_of_an_earlier_version_writes_over_encrypted_ones_is_read_and_encrypted_at_the_next_start()
    {
        await world.Importer.ImportAsync(Salon("salon"), default);
        // As that server imports: it knows of no encryption and leaves what says that there is one.
        var profile = PersistenceJson.Write(TenantProfile.Of(Salon("salon")));
        await world.ScalarAsync<int>("update tenants set profile = @profile::jsonb where slug = 'salon'; select 0", new { profile });

        Secrets((await new TenantReports(world.Database, world.Vault).FindAsync(TenantScope.Operator, "salon", default))!).ShouldBe((Key, Address, false));

        await Sealer().RunAsync(default);
        (await RowAsync("salon")).ShouldNotContain(Key);
        (await RowAsync("salon")).ShouldNotContain("private-1234");
        Secrets((await new TenantReports(world.Database, world.Vault).FindAsync(TenantScope.Operator, "salon", default))!).ShouldBe((Key, Address, false));
    }

    [Fact]
    public async Task What_cannot_be_read_stays_what_it_was_when_something_beside_it_is_encrypted()
    {
        await world.Importer.ImportAsync(Salon("salon"), default);
        var elsewhere = new SecretVault(Path.Combine(world.Options.DataDirectory, "other-keys"));
        await world.ScalarAsync<int>("update tenants set profile = jsonb_set(profile, '{tools,0,secret}', '\"plain-key-of-a-tool\"') where slug = 'salon'; select 0");

        await new SecretSealer(world.Database, elsewhere, NullLogger<SecretSealer>.Instance).RunAsync(default);

        (await RowAsync("salon")).ShouldNotContain("plain-key-of-a-tool");
        var back = (await new TenantReports(world.Database, world.Vault).FindAsync(TenantScope.Operator, "salon", default))!;
        back.Booking!.Resources[0].Calendar!.Ics.ShouldBe(Address);
        (await new TenantReports(world.Database, elsewhere).FindAsync(TenantScope.Operator, "salon", default))!.Tools[0].Secret.ShouldBe("plain-key-of-a-tool");
    }

    [Fact]
    public async Task Without_the_keys_nothing_is_asked_unsigned_nothing_else_is_lost_and_an_import_mends_it()
    {
        var imported = await world.Importer.ImportAsync(Salon("salon"), default);
        var elsewhere = new SecretVault(Path.Combine(world.Options.DataDirectory, "other-keys"));
        using var store = new TenantStore(world.Database, world.Signals, elsewhere);

        var lost = (await store.GetAsync(imported.Id, default))!;

        Secrets(lost).Sealed.ShouldBeTrue();
        lost.Greeting.ShouldBe("Hello.");
        var started = await world.StartCallAsync(lost, "CA1");
        var call = new CallContext(started.CallId, "CA1", lost, "+12125550199", started.CalledNumber, CallDirection.Inbound);
        var result = await new ToolBox([], world.Ledger, new ToolOptions(), world.Clock, NullLoggerFactory.Instance, http: world.Outgoing).Open(call, null)
            .RunAsync("order_status", [], new AgentRequest { Call = call, Trigger = new AgentTrigger.CallerSaid("x"), Now = world.Clock.Now, Turn = 1, Answer = 1 }, CallFacts.None, default);
        ((string?)result.Data!["error"]).ShouldBe("failed");
        result.Text.ShouldStartWith("The service cannot be asked at the moment.");
        // A file of it has no secret rather than an encrypted one.
        var file = TenantFile.Write(lost);
        file.ShouldNotContain("secret:");
        file.ShouldNotContain("ics:");
        var again = new TenantImporter(world.Database, elsewhere, world.Clock);
        await again.ImportAsync(Salon("salon"), default);
        Secrets((await new TenantReports(world.Database, elsewhere).FindAsync(TenantScope.Operator, "salon", default))!).ShouldBe((Key, Address, false));
    }

    [Fact]
    public async Task One_tenants_secret_is_none_in_anothers_row()
    {
        await world.Importer.ImportAsync(Salon("salon"), default);
        await world.Importer.ImportAsync(Salon("other") with { Numbers = [] }, default);
        await world.ScalarAsync<int>("update tenants set profile = (select profile from tenants where slug = 'salon') where slug = 'other'; select 0");

        var other = (await new TenantReports(world.Database, world.Vault).FindAsync(TenantScope.Operator, "other", default))!;

        Secrets(other).Sealed.ShouldBeTrue();
        Secrets(other).Key.ShouldNotBe(Key);
    }

    private static Tenant Salon(string slug) => TestWorld.NewTenant(slug, "+12125550101") with
    {
        Kind = BusinessKind.Salon,
        Booking = new BookingRules { Resources = [new BookingResource { Name = "Anna", Calendar = new ResourceCalendar(Address) }, new BookingResource { Name = "Ben", Calendar = new ResourceCalendar(null, "primary") }] },
        Tools =
        [
            new HttpToolSettings { Name = "order_status", Description = "Where an order is.", ParametersJson = """{"type":"object","properties":{}}""", Url = "https://orders.example.com/", Secret = Key },
            new HttpToolSettings { Name = "open_tool", Description = "Has no secret.", ParametersJson = """{"type":"object","properties":{}}""", Url = "https://orders.example.com/" },
        ],
    };

    private static (string? Key, string? Address, bool Sealed) Secrets(Tenant tenant)
    {
        tenant.Tools[1].IsSealed.ShouldBeFalse();
        tenant.Booking!.Resources[1].Calendar.ShouldBe(new ResourceCalendar(null, "primary"));
        var calendar = tenant.Booking.Resources[0].Calendar!;
        tenant.Tools[0].IsSealed.ShouldBe(calendar.IsSealed);
        return (tenant.Tools[0].Secret, calendar.Ics, calendar.IsSealed);
    }

    private SecretSealer Sealer() => new(world.Database, world.Vault, NullLogger<SecretSealer>.Instance);

    private Task<string> RowAsync(string slug) => world.ScalarAsync<string>("select t::text from tenants t where slug = @slug", new { slug });

    // As rows were before there was encryption.
    private async Task MakePlainAsync()
    {
        var profile = PersistenceJson.Write(TenantProfile.Of(Salon("salon")));
        await world.ScalarAsync<int>("update tenants set sealed = false, profile = @profile::jsonb where slug = 'salon'; update tenants set sealed = false; select 0", new { profile });
    }
}
