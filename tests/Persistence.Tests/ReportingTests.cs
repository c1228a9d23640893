using Parley.Conversation.Agents;
using Parley.Conversation.Tenants;
using Parley.Persistence.Reporting;

namespace Parley.Persistence.Tests;

public sealed class ReportingTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestWorld _world = null!;
    private Tenant _luigis = null!;
    private Tenant _barber = null!;
    private CallReports _calls = null!;
    private LeadReports _leads = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await TestWorld.CreateAsync(postgres);
        _luigis = await _world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        _barber = await _world.Importer.ImportAsync(TestWorld.NewTenant("barber", "+12125550102"), default);
        _calls = new CallReports(_world.Database);
        _leads = new LeadReports(_world.Database, _world.Clock);
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_tenant_sees_nothing_of_another()
    {
        var mine = await _world.FinishedCallAsync(_luigis, "CA1");
        var other = await _world.FinishedCallAsync(_barber, "CA2");
        var scope = TenantScope.Of(_luigis.Id);
        var messages = new MessageReports(_world.Database);
        var tenants = new TenantReports(_world.Database);
        var otherLead = (await _calls.GetAsync(TenantScope.Operator, other, default))!.LeadId!.Value;

        (await _calls.ListAsync(scope, new CallQuery(), default)).Items.Select(c => c.Id).ShouldBe([mine]);
        (await _calls.ListAsync(scope, new CallQuery { TenantId = _barber.Id }, default)).Items.ShouldBeEmpty();
        (await _calls.GetAsync(scope, other, default)).ShouldBeNull();
        (await _calls.TurnsAsync(scope, other, -1, default)).ShouldBeEmpty();
        (await _leads.ListAsync(scope, new LeadQuery(), default)).Items.Select(l => l.CallId).ShouldBe([mine]);
        (await _leads.GetAsync(scope, otherLead, default)).ShouldBeNull();
        (await _leads.SetHandledAsync(scope, otherLead, true, default)).ShouldBeNull();
        (await messages.ListAsync(scope, new MessageQuery(), default)).Items.ShouldAllBe(m => m.CallId == mine);
        (await messages.ListAsync(scope, new MessageQuery { CallId = other }, default)).Items.ShouldBeEmpty();
        (await tenants.ListAsync(scope, default)).Select(t => t.Slug).ShouldBe(["luigis"]);
        (await tenants.GetAsync(scope, _barber.Id, default)).ShouldBeNull();
        (await tenants.FindAsync(scope, "barber", default)).ShouldBeNull();
        (await _leads.GetAsync(TenantScope.Operator, otherLead, default))!.HandledAt.ShouldBeNull();
        (await _calls.ListAsync(TenantScope.Operator, new CallQuery(), default)).Items.Count.ShouldBe(2);
        (await _calls.ListAsync(TenantScope.Operator, new CallQuery { TenantId = _barber.Id }, default)).Items.Select(c => c.Id).ShouldBe([other]);
    }

    [Fact]
    public async Task The_database_itself_refuses_a_turn_of_another_tenants_call()
    {
        var call = await _world.StartCallAsync(_luigis, "CA1");

        await Should.ThrowAsync<Npgsql.PostgresException>(_world.ScalarAsync<int>(
            """
            insert into turns (tenant_id, call_id, ordinal, speaker, generated_text, sent_text, heard_text, interrupted, started_at, ended_at, speculated)
            values (@Tenant, @Call, 0, 'agent', '', '', '', false, now(), now(), false)
            """,
            new { Tenant = _barber.Id, Call = call.CallId }));
    }

    [Fact]
    public async Task Pages_go_newest_first_through_every_call_once_also_among_equal_times_and_newcomers()
    {
        for (var i = 0; i < 7; i++)
        {
            await _world.StartCallAsync(_luigis, $"CA{i}");
            if (i % 3 == 2)
                _world.Clock.Now += TimeSpan.FromSeconds(1);
        }

        var seen = new List<CallRow>();
        Cursor? after = null;
        do
        {
            var page = await _calls.ListAsync(TenantScope.Of(_luigis.Id), new CallQuery { Limit = 3, After = after }, default);
            seen.AddRange(page.Items);
            after = Cursor.TryParse(page.NextCursor, out var next) ? next : null;
            _world.Clock.Now += TimeSpan.FromMinutes(1);
            await _world.StartCallAsync(_luigis, $"late{seen.Count}");
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
    public async Task Calls_are_found_by_intent_time_number_and_being_live()
    {
        var booked = await _world.FinishedCallAsync(_luigis, "CA1");
        _world.Clock.Now += TimeSpan.FromHours(1);
        var live = (await _world.StartCallAsync(_luigis, "CA2", "+442079460018")).CallId;

        (await FindAsync(new CallQuery { Intent = CallIntent.Booking })).ShouldBe([booked]);
        (await FindAsync(new CallQuery { From = _world.Clock.Now })).ShouldBe([live]);
        (await FindAsync(new CallQuery { To = _world.Clock.Now })).ShouldBe([booked]);
        (await FindAsync(new CallQuery { Number = "(207) 946" })).ShouldBe([live]);
        (await FindAsync(new CallQuery { Number = "+12125550199" })).ShouldBe([booked]);
        (await FindAsync(new CallQuery { Number = "2125550101" })).ShouldBe([live, booked]);
        (await FindAsync(new CallQuery { Number = "%" })).ShouldBeEmpty();
        (await FindAsync(new CallQuery { Live = true })).ShouldBe([live]);
        (await FindAsync(new CallQuery { Limit = -5 })).ShouldBe([live]);
    }

    [Fact]
    public async Task A_list_row_tells_what_a_list_shows()
    {
        await _world.FinishedCallAsync(_luigis, "CA1");

        var row = (await _calls.ListAsync(TenantScope.Operator, new CallQuery(), default)).Items.ShouldHaveSingleItem();

        row.TenantName.ShouldBe("luigis");
        row.CallerName.ShouldBe("Ann");
        row.TurnCount.ShouldBe(2);
        row.LeadId.ShouldNotBeNull();
        row.Direction.ShouldBe("inbound");
    }

    [Fact]
    public async Task A_lead_is_handled_once_and_can_be_taken_back()
    {
        var callId = await _world.FinishedCallAsync(_luigis, "CA1");
        var leadId = (await _calls.GetAsync(TenantScope.Operator, callId, default))!.LeadId!.Value;
        var scope = TenantScope.Of(_luigis.Id);

        var at = _world.Clock.Now;
        (await _leads.SetHandledAsync(scope, leadId, true, default))!.HandledAt.ShouldBe(at);
        _world.Clock.Now += TimeSpan.FromHours(1);
        (await _leads.SetHandledAsync(scope, leadId, true, default))!.HandledAt.ShouldBe(at);
        (await _leads.ListAsync(scope, new LeadQuery { Handled = false }, default)).Items.ShouldBeEmpty();
        (await _leads.ListAsync(scope, new LeadQuery { Handled = true, Intent = CallIntent.Booking }, default)).Items.ShouldHaveSingleItem();
        (await _leads.SetHandledAsync(scope, leadId, false, default))!.HandledAt.ShouldBeNull();
        (await _leads.SetHandledAsync(scope, Guid.Empty, true, default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_watcher_sees_its_tenants_calls_as_they_happen()
    {
        await _world.Signals.Start();
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await using var events = new LiveCalls(_world.Signals).WatchAsync(TenantScope.Of(_luigis.Id), null, stop.Token).GetAsyncEnumerator();
        var next = events.MoveNextAsync();

        await _world.StartCallAsync(_barber, "CA0");
        var call = await _world.StartCallAsync(_luigis, "CA1");
        await _world.Calls.ConnectedAsync(call.CallId, "MZ1", _world.Clock.Now, default);
        await _world.WriteTurnAsync(_world.Turn(call.CallId, 0, "Hello."));
        await _world.Finisher.FinishAsync(_world.End(call.CallId), default);

        var seen = new List<CallEvent>();
        while (seen.Count < 4 && await next)
        {
            seen.Add(events.Current);
            next = seen.Count < 4 ? events.MoveNextAsync() : default;
        }

        seen.ShouldBe(
        [
            new CallEvent(call.CallId, _luigis.Id, "started"),
            new CallEvent(call.CallId, _luigis.Id, "connected"),
            new CallEvent(call.CallId, _luigis.Id, "turn", 0),
            new CallEvent(call.CallId, _luigis.Id, "ended"),
        ]);
    }

    [Fact]
    public async Task A_key_opens_its_scope_until_it_is_revoked_and_its_secret_is_not_kept()
    {
        var keys = new ApiKeys(_world.Database, _world.Clock);
        var created = await keys.CreateAsync(TenantScope.Of(_luigis.Id), "front desk", default);

        created.Secret.ShouldStartWith("pk_");
        created.Key.Prefix.ShouldBe(created.Secret[..8]);
        (await keys.VerifyAsync(created.Secret, default)).ShouldBe((created.Key.Id, TenantScope.Of(_luigis.Id)));
        (await keys.VerifyAsync(created.Secret[..^1] + (created.Secret[^1] == 'A' ? 'B' : 'A'), default)).ShouldBeNull();
        (await keys.VerifyAsync("", default)).ShouldBeNull();
        (await keys.ListAsync(TenantScope.Of(_barber.Id), default)).ShouldBeEmpty();
        (await keys.RevokeAsync(TenantScope.Of(_barber.Id), created.Key.Id, default)).ShouldBeFalse();
        (await keys.RevokeAsync(TenantScope.Of(_luigis.Id), created.Key.Id, default)).ShouldBeTrue();
        (await keys.VerifyAsync(created.Secret, default)).ShouldBeNull();
        (await keys.ListAsync(TenantScope.Of(_luigis.Id), default)).ShouldHaveSingleItem().RevokedAt.ShouldBe(_world.Clock.Now);
        (await _world.ScalarAsync<int>("select count(*) from api_keys where position(@Secret in (api_keys.*)::text) > 0", new { created.Secret })).ShouldBe(0);
    }

    [Fact]
    public async Task The_operators_key_is_made_once()
    {
        var keys = new ApiKeys(_world.Database, _world.Clock);

        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => keys.EnsureOperatorKeyAsync(default)));

        var key = made.Where(k => k is not null).ShouldHaveSingleItem()!;
        (await keys.VerifyAsync(key.Secret, default))!.Value.Scope.IsOperator.ShouldBeTrue();
    }

    private async Task<IEnumerable<Guid>> FindAsync(CallQuery query) =>
        (await _calls.ListAsync(TenantScope.Of(_luigis.Id), query, default)).Items.Select(c => c.Id);
}
