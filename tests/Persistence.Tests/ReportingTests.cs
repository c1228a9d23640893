using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Tenants;
using Parley.Persistence.Reporting;

namespace Parley.Persistence.Tests;

public sealed class ReportingTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestWorld world = null!;
    private Tenant luigis = null!;
    private Tenant barber = null!;
    private CallReports calls = null!;
    private LeadReports leads = null!;

    public async ValueTask InitializeAsync()
    {
        world = await TestWorld.CreateAsync(postgres);
        luigis = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        barber = await world.Importer.ImportAsync(TestWorld.NewTenant("barber", "+12125550102"), default);
        calls = new CallReports(world.Database, world.Clock);
        leads = new LeadReports(world.Database, world.Clock);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_tenant_sees_nothing_of_another()
    {
        var mine = await world.FinishedCallAsync(luigis, "CA1");
        var other = await world.FinishedCallAsync(barber, "CA2");
        var scope = TenantScope.Of(luigis.Id);
        var messages = new MessageReports(world.Database);
        var tenants = new TenantReports(world.Database, world.Vault);
        var otherLead = (await calls.FindAsync(TenantScope.Operator, other, default))!.Lead!.Id;

        (await calls.ListAsync(scope, new CallFilter(), default)).Items.Select(c => c.Id).ShouldBe([mine]);
        (await calls.ListAsync(scope, new CallFilter { Tenant = barber.Slug }, default)).Items.ShouldBeEmpty();
        (await calls.FindAsync(scope, other, default)).ShouldBeNull();
        (await calls.FindByCarrierAsync(scope, "CA2", default)).ShouldBeNull();
        (await calls.FindIdAsync(scope, "CA2", default)).ShouldBeNull();
        (await calls.ReadProgressAsync(scope, other, -1, default)).ShouldBeNull();
        (await leads.ListAsync(scope, new LeadFilter(), default)).Items.Select(l => l.CallId).ShouldBe([mine]);
        (await leads.FindAsync(scope, otherLead, default)).ShouldBeNull();
        (await leads.SetHandledAsync(scope, otherLead, true, default)).ShouldBeNull();
        (await messages.ListAsync(scope, new MessageFilter(), default)).Items.Select(m => m.CallId).ShouldBe([mine, mine]);
        (await messages.ListAsync(scope, new MessageFilter { Tenant = barber.Id.ToString() }, default)).Items.ShouldBeEmpty();
        (await tenants.ListAsync(scope, default)).Select(t => t.Slug).ShouldBe(["luigis"]);
        (await tenants.GetAsync(scope, barber.Id, default)).ShouldBeNull();
        (await tenants.FindAsync(scope, "barber", default)).ShouldBeNull();
        (await leads.FindAsync(TenantScope.Operator, otherLead, default))!.HandledAt.ShouldBeNull();
        (await calls.ListAsync(TenantScope.Operator, new CallFilter(), default)).Items.Count.ShouldBe(2);
        (await calls.ListAsync(TenantScope.Operator, new CallFilter { Tenant = barber.Slug }, default)).Items.Select(c => c.Id).ShouldBe([other]);
    }

    [Fact]
    public async Task The_database_itself_refuses_a_turn_of_another_tenants_call()
    {
        var call = await world.StartCallAsync(luigis, "CA1");

        await Should.ThrowAsync<Npgsql.PostgresException>(world.ScalarAsync<int>(
            """
            insert into turns (tenant_id, call_id, ordinal, speaker, generated_text, sent_text, heard_text, interrupted, started_at, ended_at, speculated)
            values (@Tenant, @Call, 0, 'agent', '', '', '', false, now(), now(), false)
            """,
            new { Tenant = barber.Id, Call = call.CallId }));
    }

    [Fact]
    public async Task Pages_go_newest_first_through_every_call_once_also_among_equal_times_and_newcomers()
    {
        for (var i = 0; i < 7; i++)
        {
            await world.StartCallAsync(luigis, $"CA{i}");
            if (i % 3 == 2)
                world.Clock.Now += TimeSpan.FromSeconds(1);
        }

        var seen = new List<CallRow>();
        Cursor? after = null;
        do
        {
            var page = await calls.ListAsync(TenantScope.Of(luigis.Id), new CallFilter { Limit = 3, After = after }, default);
            seen.AddRange(page.Items);
            after = Cursor.TryParse(page.NextCursor, out var next) ? next : null;
            world.Clock.Now += TimeSpan.FromMinutes(1);
            await world.StartCallAsync(luigis, $"late{seen.Count}");
        }
        while (after is not null);

        seen.Count.ShouldBe(7);
        seen.Select(c => c.Id).Distinct().Count().ShouldBe(7);
        seen.Select(c => c.StartedAt).ShouldBe(seen.Select(c => c.StartedAt).OrderDescending());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not a cursor")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!")]
    [InlineData("_________________________________")]
    [InlineData("________________________________")]
    public void What_is_no_cursor_is_told_apart(string? text) => Cursor.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public async Task Calls_are_found_by_intent_time_number_and_tenant()
    {
        var booked = await world.FinishedCallAsync(luigis, "CA1");
        world.Clock.Now += TimeSpan.FromHours(1);
        var live = (await world.StartCallAsync(luigis, "CA2", "+442079460018")).CallId;

        (await FindAsync(new CallFilter { Intent = CallIntent.Booking })).ShouldBe([booked]);
        (await FindAsync(new CallFilter { From = world.Clock.Now })).ShouldBe([live]);
        (await FindAsync(new CallFilter { To = world.Clock.Now })).ShouldBe([booked]);
        (await FindAsync(new CallFilter { Number = "(207) 946" })).ShouldBe([live]);
        (await FindAsync(new CallFilter { Number = "+12125550199" })).ShouldBe([booked]);
        (await FindAsync(new CallFilter { Number = "2125550101" })).ShouldBe([live, booked]);
        (await FindAsync(new CallFilter { Number = "%" })).ShouldBeEmpty();
        (await FindAsync(new CallFilter { Number = "+1 (212) 555-0199" })).ShouldBe([booked]);
        (await FindAsync(new CallFilter { Number = "+2125550199" })).ShouldBeEmpty();
        (await FindAsync(new CallFilter { Tenant = luigis.Id.ToString() })).ShouldBe([live, booked]);
        (await FindAsync(new CallFilter { Tenant = "luigis" })).ShouldBe([live, booked]);
        (await FindAsync(new CallFilter { Limit = -5 })).ShouldBe([live]);
    }

    [Fact]
    public async Task A_list_row_tells_what_a_list_shows()
    {
        await world.FinishedCallAsync(luigis, "CA1");

        var row = (await calls.ListAsync(TenantScope.Operator, new CallFilter(), default)).Items.ShouldHaveSingleItem();

        row.TenantSlug.ShouldBe("luigis");
        row.CarrierCallId.ShouldBe("CA1");
        row.Direction.ShouldBe(CallDirection.Inbound);
        row.Intent.ShouldBe(CallIntent.Booking);
        row.EndReason.ShouldBe(CallEndReason.AgentEnded);
    }

    [Fact]
    public async Task A_reader_of_a_call_gets_the_turns_it_does_not_have_and_the_end()
    {
        var callId = await world.FinishedCallAsync(luigis, "CA1");

        var progress = (await calls.ReadProgressAsync(TenantScope.Of(luigis.Id), callId, 0, default))!;

        progress.Turns.ShouldHaveSingleItem().HeardText.ShouldBe("A table for two.");
        progress.EndReason.ShouldBe(CallEndReason.AgentEnded);
        progress.EndedAt.ShouldBe(world.Clock.Now.AddSeconds(42));
        (await calls.FindIdAsync(TenantScope.Of(luigis.Id), "CA1", default)).ShouldBe(callId);
        (await calls.FindByCarrierAsync(TenantScope.Of(luigis.Id), "CA1", default))!.Turns.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_lead_is_handled_once_and_can_be_taken_back()
    {
        var callId = await world.FinishedCallAsync(luigis, "CA1");
        var leadId = (await calls.FindAsync(TenantScope.Operator, callId, default))!.Lead!.Id;
        var scope = TenantScope.Of(luigis.Id);

        var at = world.Clock.Now;
        (await leads.SetHandledAsync(scope, leadId, true, default))!.HandledAt.ShouldBe(at);
        world.Clock.Now += TimeSpan.FromHours(1);
        (await leads.SetHandledAsync(scope, leadId, true, default))!.HandledAt.ShouldBe(at);
        (await leads.ListAsync(scope, new LeadFilter { Handled = false }, default)).Items.ShouldBeEmpty();
        (await leads.ListAsync(scope, new LeadFilter { Handled = true, Intent = CallIntent.Booking }, default)).Items.ShouldHaveSingleItem();
        (await leads.SetHandledAsync(scope, leadId, false, default))!.HandledAt.ShouldBeNull();
        (await leads.SetHandledAsync(scope, Guid.Empty, true, default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_watcher_sees_its_tenants_calls_as_they_happen()
    {
        await world.Signals.Start();
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await using var events = new LiveCalls(world.Signals).WatchAsync(TenantScope.Of(luigis.Id), null, stop.Token).GetAsyncEnumerator();
        var next = events.MoveNextAsync();

        await world.StartCallAsync(barber, "CA0");
        var call = await world.StartCallAsync(luigis, "CA1");
        await world.Calls.ConnectedAsync(call.CallId, "MZ1", world.Clock.Now, default);
        await world.WriteTurnAsync(world.Turn(call.CallId, 0, "Hello."));
        await world.Finisher.FinishAsync(world.End(call.CallId), default);

        var seen = new List<Reporting.CallEvent>();
        while (seen.Count < 4 && await next)
        {
            seen.Add(events.Current);
            next = seen.Count < 4 ? events.MoveNextAsync() : default;
        }

        seen.ShouldBe(
        [
            new Reporting.CallEvent(call.CallId, luigis.Id, "started"),
            new Reporting.CallEvent(call.CallId, luigis.Id, "connected"),
            new Reporting.CallEvent(call.CallId, luigis.Id, "turn", 0),
            new Reporting.CallEvent(call.CallId, luigis.Id, "ended"),
        ]);
    }

    [Fact]
    public async Task A_key_opens_its_scope_until_it_is_revoked_and_its_secret_is_not_kept()
    {
        var keys = new ApiKeys(world.Database, world.Clock);
        var created = await keys.CreateAsync(TenantScope.Of(luigis.Id), "front desk", default);

        created.Secret.ShouldStartWith("pk_");
        created.Key.Prefix.ShouldBe(created.Secret[..8]);
        (await keys.VerifyAsync(created.Secret, default)).ShouldBe((created.Key.Id, TenantScope.Of(luigis.Id)));
        (await keys.VerifyAsync(created.Secret[..^1] + (created.Secret[^1] == 'A' ? 'B' : 'A'), default)).ShouldBeNull();
        (await keys.VerifyAsync("", default)).ShouldBeNull();
        (await keys.ListAsync(TenantScope.Of(barber.Id), default)).ShouldBeEmpty();
        (await keys.RevokeAsync(TenantScope.Of(barber.Id), created.Key.Id, default)).ShouldBeFalse();
        (await keys.RevokeAsync(TenantScope.Of(luigis.Id), created.Key.Id, default)).ShouldBeTrue();
        (await keys.VerifyAsync(created.Secret, default)).ShouldBeNull();
        (await keys.ListAsync(TenantScope.Of(luigis.Id), default)).ShouldHaveSingleItem().RevokedAt.ShouldBe(world.Clock.Now);
        (await world.ScalarAsync<int>("select count(*) from api_keys where position(@Secret in (api_keys.*)::text) > 0", new { created.Secret })).ShouldBe(0);
    }

    [Fact]
    public async Task The_operators_key_is_made_once()
    {
        var keys = new ApiKeys(world.Database, world.Clock);

        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => keys.EnsureOperatorKeyAsync(default)));

        var key = made.Where(k => k is not null).ShouldHaveSingleItem()!;
        (await keys.VerifyAsync(key.Secret, default))!.Value.Scope.IsOperator.ShouldBeTrue();
    }

    private async Task<IEnumerable<Guid>> FindAsync(CallFilter query) =>
        (await calls.ListAsync(TenantScope.Of(luigis.Id), query, default)).Items.Select(c => c.Id);
}
