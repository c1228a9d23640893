using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Persistence.Calls;
using Parley.Persistence.Reporting;

namespace Parley.Persistence.Tests;

public sealed class PostCallTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestWorld world = null!;
    private Tenant tenant = null!;
    private CallReports reports = null!;

    public async ValueTask InitializeAsync()
    {
        world = await TestWorld.CreateAsync(postgres);
        tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        reports = new CallReports(world.Database, world.Clock);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_finished_call_leaves_a_lead_its_messages_and_their_jobs()
    {
        var callId = await world.FinishedCallAsync(tenant, "CA1");

        var call = await DetailAsync(callId);
        call.Call.EndReason.ShouldBe(CallEndReason.AgentEnded);
        call.Call.DurationMs.ShouldBe(42_000);
        call.Call.Intent.ShouldBe(CallIntent.Booking);
        call.Lead!.Name.ShouldBe("Ann");
        call.Messages.Select(m => m.Type).Order().ShouldBe([MessageType.Recap, MessageType.ReservationLink]);
        call.Messages.ShouldAllBe(m => m.Status == MessageStatus.Queued && m.LeadId == call.Lead.Id);
        (await DueAsync()).ShouldBe([world.Clock.Now, world.Clock.Now]);
        (await world.ScalarAsync<int>("select (facts ->> 'party_size')::int from calls")).ShouldBe(2);
    }

    [Fact]
    public async Task The_wished_time_is_stored_as_wall_clock_and_as_moment()
    {
        var call = await world.StartCallAsync(tenant, "CA1");
        await world.WriteTurnAsync(world.Turn(
            call.CallId, 1, "Friday at seven.", new CallFacts { Intent = CallIntent.Booking, RequestedFor = new DateTime(2026, 11, 27, 19, 0, 0) }));
        await world.Finisher.FinishAsync(world.End(call.CallId), default);

        var lead = (await DetailAsync(call.CallId)).Lead!;

        lead.RequestedFor.ShouldBe(new DateTime(2026, 11, 27, 19, 0, 0));
        (await world.ScalarAsync<DateTimeOffset>("select requested_at from leads")).ShouldBe(new DateTimeOffset(2026, 11, 28, 0, 0, 0, TimeSpan.Zero));
        lead.TimeZone.ShouldBe("America/New_York");
    }

    [Fact]
    public async Task Finishing_twice_keeps_the_first_reason_and_yields_one_lead_and_one_message_of_a_type()
    {
        var callId = await world.FinishedCallAsync(tenant, "CA1");
        var lead = (await DetailAsync(callId)).Lead!.Id;

        (await world.Finisher.FinishAsync(world.End(callId, CallEndReason.TransportLost), default)).ShouldBeTrue();

        var call = await DetailAsync(callId);
        call.Call.EndReason.ShouldBe(CallEndReason.AgentEnded);
        call.Lead!.Id.ShouldBe(lead);
        call.Messages.Count.ShouldBe(2);
        (await world.ScalarAsync<int>("select count(*) from jobs where kind = 'send_message'")).ShouldBe(2);
    }

    [Fact]
    public async Task Finishing_concurrently_on_both_sides_yields_one_lead()
    {
        var call = await world.StartCallAsync(tenant, "CA1");
        await world.WriteTurnAsync(world.Turn(call.CallId, 1, "A table.", new CallFacts { Intent = CallIntent.Booking }));

        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => i % 2 == 0
            ? world.Finisher.FinishAsync(world.End(call.CallId), default)
            : world.Calls.CloseByCarrierAsync("CA1", "completed", 42, world.Clock.Now, default)));

        (await world.ScalarAsync<int>("select count(*) from leads")).ShouldBe(1);
        (await world.ScalarAsync<int>("select count(*) from messages")).ShouldBe(2);
        (await world.ScalarAsync<int>("select count(*) from jobs where kind = 'send_message'")).ShouldBe(2);
        (await DetailAsync(call.CallId)).Call.EndReason.ShouldBe(CallEndReason.AgentEnded);
    }

    [Fact]
    public async Task The_end_of_an_unknown_call_is_told_apart() =>
        (await world.Finisher.FinishAsync(world.End(Guid.CreateVersion7(world.Clock.Now)), default)).ShouldBeFalse();

    [Fact]
    public async Task A_planner_that_throws_does_not_keep_the_call_open()
    {
        world.Planner = _ => throw new InvalidOperationException("boom");

        var call = await DetailAsync(await world.FinishedCallAsync(tenant, "CA1"));

        call.Call.EndReason.ShouldBe(CallEndReason.AgentEnded);
        call.Lead.ShouldBeNull();
    }

    [Theory]
    [InlineData(true, CallEndReason.CallerHungUp)]
    [InlineData(false, CallEndReason.NeverConnected)]
    public async Task The_carrier_closes_a_call_that_the_media_side_left_open(bool connected, CallEndReason reason)
    {
        var started = await world.StartCallAsync(tenant, "CA1");
        if (connected)
            await world.Calls.ConnectedAsync(started.CallId, "MZ1", world.Clock.Now, default);

        await world.Calls.CloseByCarrierAsync("CA1", "completed", 17, world.Clock.Now.AddSeconds(17), default);

        var call = await DetailAsync(started.CallId);
        call.Call.EndReason.ShouldBe(reason);
        call.Call.EndIsFinal.ShouldBe(!connected);
        call.Call.DurationMs.ShouldBe(17_000);
        world.Clock.Now += TimeSpan.FromSeconds(17) + CallFinisher.Grace;
        (await DetailAsync(started.CallId)).Call.EndIsFinal.ShouldBeTrue("its media side died with the process");
        (await world.ScalarAsync<string>("select carrier_status from calls")).ShouldBe("completed");
        (await world.ScalarAsync<int>("select carrier_duration_s from calls")).ShouldBe(17);
    }

    [Fact]
    public async Task A_status_that_is_not_final_closes_nothing_and_a_final_one_is_not_overwritten()
    {
        var started = await world.StartCallAsync(tenant, "CA1");

        await world.Calls.CloseByCarrierAsync("CA1", "in-progress", null, world.Clock.Now, default);
        (await DetailAsync(started.CallId)).Call.EndedAt.ShouldBeNull();
        await world.Calls.CloseByCarrierAsync("CA1", "completed", 5, world.Clock.Now, default);
        await world.Calls.CloseByCarrierAsync("CA1", "in-progress", null, world.Clock.Now, default);

        (await world.ScalarAsync<string>("select carrier_status from calls")).ShouldBe("completed");
    }

    [Fact]
    public async Task The_carrier_on_an_unknown_call_changes_nothing()
    {
        await world.Calls.CloseByCarrierAsync("CA404", "completed", 5, world.Clock.Now, default);

        (await world.ScalarAsync<int>("select count(*) from calls")).ShouldBe(0);
    }

    [Fact]
    public async Task A_media_side_that_comes_after_the_carrier_brings_its_reason_and_the_richer_lead()
    {
        var started = await world.StartCallAsync(tenant, "CA1");
        await world.Calls.ConnectedAsync(started.CallId, "MZ1", world.Clock.Now, default);
        await world.WriteTurnAsync(world.Turn(started.CallId, 1, "A table.", new CallFacts { Intent = CallIntent.Booking }));
        await world.Calls.CloseByCarrierAsync("CA1", "completed", 17, world.Clock.Now, default);
        var early = await DetailAsync(started.CallId);
        early.Call.EndIsFinal.ShouldBeFalse();
        (await reports.ReadProgressAsync(TenantScope.Operator, started.CallId, 0, default))!.EndedAt.ShouldBeNull("turns are still to come");
        (await DueAsync()).ShouldAllBe(at => at == world.Clock.Now + CallFinisher.Grace);

        await world.WriteTurnAsync(world.Turn(
            started.CallId, 3, "I am Bob.", new CallFacts { Intent = CallIntent.Booking, Name = "Bob", Confirmed = true }));
        await world.Finisher.FinishAsync(world.End(started.CallId) with { TransferTo = "+12125550111", SpeculationsUsed = 3 }, default);

        var call = await DetailAsync(started.CallId);
        call.Call.EndReason.ShouldBe(CallEndReason.AgentEnded);
        call.Call.EndIsFinal.ShouldBeTrue();
        (await reports.ReadProgressAsync(TenantScope.Operator, started.CallId, 1, default))!.ShouldSatisfyAllConditions(
            progress => progress.EndedAt.ShouldBe(early.Call.EndedAt), progress => progress.Turns.Count.ShouldBe(1));
        call.Call.EndedAt.ShouldBe(early.Call.EndedAt);
        call.Call.TransferTo.ShouldBe("+12125550111");
        call.Call.SpeculationsUsed.ShouldBe(3);
        call.Lead!.Id.ShouldBe(early.Lead!.Id);
        call.Lead.Name.ShouldBe("Bob");
        call.Lead.Status.ShouldBe(LeadStatus.Confirmed);
        call.Messages.Single(m => m.Type == MessageType.Recap).Body.ShouldBe("Recap for Bob");
        (await DueAsync()).ShouldBe([world.Clock.Now, world.Clock.Now]);
    }

    [Theory]
    [InlineData(CallEndReason.Transferred)]
    [InlineData(CallEndReason.TransportLost)]
    public async Task A_call_that_may_go_on_is_over_when_the_carrier_has_ended_it(CallEndReason reason)
    {
        var started = await world.StartCallAsync(tenant, "CA1");
        await world.Calls.ConnectedAsync(started.CallId, "MZ1", world.Clock.Now, default);
        await world.Finisher.FinishAsync(world.End(started.CallId, reason), default);
        (await DetailAsync(started.CallId)).Call.EndIsFinal.ShouldBeFalse("the caller may be back");
        (await reports.ReadProgressAsync(TenantScope.Operator, started.CallId, 0, default))!.EndedAt.ShouldBeNull();

        await world.Calls.CloseByCarrierAsync("CA1", "completed", 17, world.Clock.Now, default);

        (await DetailAsync(started.CallId)).Call.EndIsFinal.ShouldBeTrue();
        (await reports.ReadProgressAsync(TenantScope.Operator, started.CallId, 0, default))!.EndReason.ShouldBe(reason);
    }

    [Fact]
    public async Task Once_a_message_was_sent_the_lead_stays_as_the_caller_was_told()
    {
        var started = await world.StartCallAsync(tenant, "CA1");
        await world.WriteTurnAsync(world.Turn(started.CallId, 1, "A table.", new CallFacts { Intent = CallIntent.Booking, Name = "Ann" }));
        await world.Calls.CloseByCarrierAsync("CA1", "completed", 17, world.Clock.Now, default);
        world.Clock.Now += CallFinisher.Grace;
        (await world.Messages.SendNextAsync((_, _) => Task.FromResult(new SendOutcome(SendResult.Sent, "SM1")), default)).ShouldBeTrue();

        await world.WriteTurnAsync(world.Turn(started.CallId, 3, "I am Bob.", new CallFacts { Intent = CallIntent.Booking, Name = "Bob" }));
        await world.Finisher.FinishAsync(world.End(started.CallId), default);

        var call = await DetailAsync(started.CallId);
        call.Call.EndReason.ShouldBe(CallEndReason.AgentEnded);
        call.Lead!.Name.ShouldBe("Ann");
        call.Messages.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_call_that_comes_back_after_its_line_broke_is_opened_again_and_ends_once()
    {
        var started = await world.StartCallAsync(tenant, "CA1");
        await world.Calls.ConnectedAsync(started.CallId, "MZ1", world.Clock.Now, default);
        await world.WriteTurnAsync(world.Turn(started.CallId, 1, "A table.", new CallFacts { Intent = CallIntent.Booking }));
        await world.Finisher.FinishAsync(world.End(started.CallId, CallEndReason.TransportLost), default);
        (await DueAsync()).ShouldBe([world.Clock.Now + CallFinisher.Grace, world.Clock.Now + CallFinisher.Grace]);

        await world.Calls.ConnectedAsync(started.CallId, "MZ2", world.Clock.Now.AddSeconds(3), default);
        var open = await DetailAsync(started.CallId);
        var resumes = await world.ScalarAsync<int>("select resumes from calls");
        await world.Finisher.FinishAsync(world.End(started.CallId, CallEndReason.CallerHungUp), default);
        var ended = await DetailAsync(started.CallId);

        open.Call.EndReason.ShouldBeNull();
        open.Call.EndedAt.ShouldBeNull();
        resumes.ShouldBe(1);
        open.Lead.ShouldBeNull();
        open.Messages.ShouldBeEmpty();
        ended.Call.EndReason.ShouldBe(CallEndReason.CallerHungUp);
        ended.Messages.Count.ShouldBe(2);
        (await world.ScalarAsync<int>("select count(*) from jobs where kind = 'send_message'")).ShouldBe(2);
    }

    [Theory]
    [InlineData(CallEndReason.TransportLost)]
    [InlineData(CallEndReason.CallerHungUp)]
    public async Task The_late_end_of_a_stream_does_not_end_a_call_that_another_stream_has_taken_up(CallEndReason reason)
    {
        var started = await world.StartCallAsync(tenant, "CA1");
        await world.Calls.ConnectedAsync(started.CallId, "MZ1", world.Clock.Now, default);
        await world.WriteTurnAsync(world.Turn(started.CallId, 1, "A table.", new CallFacts { Intent = CallIntent.Booking }));
        await world.Calls.ConnectedAsync(started.CallId, "MZ2", world.Clock.Now.AddSeconds(3), default);

        (await world.Finisher.FinishAsync(world.End(started.CallId, reason) with { StreamId = "MZ1" }, default)).ShouldBeTrue();
        var open = await DetailAsync(started.CallId);
        await world.Finisher.FinishAsync(world.End(started.CallId) with { StreamId = "MZ2" }, default);
        var ended = await DetailAsync(started.CallId);

        open.Call.EndedAt.ShouldBeNull();
        open.Lead.ShouldBeNull();
        ended.Call.EndReason.ShouldBe(CallEndReason.AgentEnded);
        ended.Lead.ShouldNotBeNull();
    }

    private async Task<CallDetails> DetailAsync(Guid callId) => (await reports.FindAsync(TenantScope.Operator, callId, default))!;

    /// <summary>When the jobs that wait are due.</summary>
    private async Task<IReadOnlyList<DateTimeOffset>> DueAsync()
    {
        await using var connection = await world.Database.OpenAsync(default);
        return [.. await Dapper.SqlMapper.QueryAsync<DateTimeOffset>(connection, "select run_at from jobs where kind = 'send_message' and status = 'queued'")];
    }
}
