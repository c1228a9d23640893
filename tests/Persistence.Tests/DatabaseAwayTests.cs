using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;
using Parley.Persistence.Calls;
using Parley.Persistence.Reporting;
using Parley.Persistence.Tenants;
using Parley.Tests.Common.Time;
using Parley.Tests.Database;

namespace Parley.Persistence.Tests;

/// <summary>What the call host is told while the database is away, and what the database is told afterwards.</summary>
public sealed class DatabaseAwayTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly TimeSpan Enough = TimeSpan.FromMinutes(1);
    private string connectionString = null!;
    private TestWorld world = null!;

    public async ValueTask InitializeAsync()
    {
        connectionString = await postgres.Server.CreateDatabaseAsync();
        world = await TestWorld.OnAsync(connectionString);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_call_that_begins_breaks_and_ends_while_the_database_is_away_is_whole_afterwards()
    {
        var tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        // A database that was not started yet is away.
        await using var away = PostgresServer.Open(connectionString);
        var finisher = new CallFinisher(away, TestWorld.BookingPlan, world.Clock, NullLogger<CallFinisher>.Instance);
        var memory = new CallMemory(world.Clock);
        await using var journal = new CallJournal(
            away, finisher, world.Options, world.Clock, new Meters(), NullLogger<CallJournal>.Instance, memory);
        var calls = new CallStore(away, finisher, journal, memory, world.Clock, NullLogger<CallStore>.Instance);
        journal.Start();

        var started = new CallStarted
        {
            CallId = Guid.CreateVersion7(world.Clock.Now),
            CarrierCallId = "CA1",
            TenantId = tenant.Id,
            CallerNumber = "+12125550199",
            CalledNumber = "+12125550101",
            StartedAt = world.Clock.Now,
        };
        (await calls.StartAsync(started, default)).ShouldBe(started.CallId);
        // The carrier repeats itself.
        (await calls.StartAsync(started with { CallId = Guid.CreateVersion7(world.Clock.Now) }, default)).ShouldBe(started.CallId);
        await calls.ConnectedAsync(started.CallId, "MZ1", world.Clock.Now, default);
        journal.Write(world.Turn(started.CallId, 0, "Hello."));
        journal.Write(world.Turn(started.CallId, 1, "A table for two.", new CallFacts { Intent = CallIntent.Booking, PartySize = 2 }, """{"step":1}"""));
        journal.Write(world.End(started.CallId, CallEndReason.TransportLost) with { StreamId = "MZ1" });

        var broken = (await calls.FindAsync("CA1", default)).ShouldNotBeNull();
        broken.CallId.ShouldBe(started.CallId);
        broken.EndReason.ShouldBe(CallEndReason.TransportLost);
        broken.NextOrdinal.ShouldBe(2);
        broken.AgentStateJson.ShouldBe("""{"step":1}""");
        broken.History.ShouldBe([new HistoryEntry(Speaker.Agent, "Hello."), new HistoryEntry(Speaker.Caller, "A table for two.")]);

        await calls.ConnectedAsync(started.CallId, "MZ2", world.Clock.Now, default);
        (await calls.FindAsync("CA1", default))!.ShouldSatisfyAllConditions(c => c.EndReason.ShouldBeNull(), c => c.Resumes.ShouldBe(1));
        journal.Write(world.Turn(started.CallId, 2, "Done."));
        journal.Write(world.End(started.CallId) with { StreamId = "MZ2" });
        await calls.CloseByCarrierAsync("CA1", "completed", 42, world.Clock.Now, default);
        await Should.ThrowAsync<TimeoutException>(calls.FindAsync("CA404", default));

        await away.StartAsync(default);
        await journal.StopAsync(Enough);

        journal.IsAway.ShouldBeFalse();
        var detail = (await new CallReports(world.Database, world.Clock).FindAsync(TenantScope.Operator, started.CallId, default))!;
        detail.Turns.Select(t => t.HeardText).ShouldBe(["Hello.", "A table for two.", "Done."]);
        detail.Lead!.PartySize.ShouldBe(2);
        (await world.ScalarAsync<string>("select end_reason || ' ' || closed_by || ' ' || resumes || ' ' || carrier_status from calls"))
            .ShouldBe("agent_ended media 1 completed");
        (await world.ScalarAsync<int>("select count(*) from messages")).ShouldBe(2);
        (await world.ScalarAsync<int>("select count(*) from jobs where kind = 'send_message'")).ShouldBe(2);
    }

    [Fact]
    public async Task A_call_that_is_resumed_before_its_turns_are_written_does_not_write_over_them()
    {
        var tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        var call = await world.StartCallAsync(tenant, "CA1");
        await world.WriteTurnAsync(world.Turn(call.CallId, 0, "Hello."));

        // The writer has not come to these yet.
        world.Memory.Add(world.Turn(call.CallId, 0, "Hello."));
        world.Journal.Write(world.Turn(call.CallId, 1, "A table for two.", state: """{"step":1}"""));
        world.Journal.Write(world.Turn(call.CallId, 2, "When?"));

        var snapshot = (await world.Calls.FindAsync("CA1", default))!;
        snapshot.NextOrdinal.ShouldBe(3);
        snapshot.AgentStateJson.ShouldBe("""{"step":1}""");
        snapshot.History.Select(h => h.Text).ShouldBe(["Hello.", "A table for two.", "When?"]);
    }

    [Fact]
    public async Task A_turn_whose_place_another_process_has_taken_goes_to_the_end_and_only_once()
    {
        var tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        var call = await world.StartCallAsync(tenant, "CA1");
        await world.WriteTurnAsync(world.Turn(call.CallId, 0, "Hello."));
        await world.WriteTurnAsync(world.Turn(call.CallId, 1, "resumed elsewhere", state: """{"step":2}"""));

        // What a killed process had on its disk, twice.
        for (var round = 0; round < 2; round++)
            await world.WriteTurnAsync(world.Turn(call.CallId, 1, "said before the kill", state: """{"step":1}"""));

        var snapshot = (await world.Calls.FindAsync("CA1", default))!;
        snapshot.History.Select(h => h.Text).ShouldBe(["Hello.", "resumed elsewhere", "said before the kill"]);
        snapshot.AgentStateJson.ShouldBe("""{"step": 2}""");
    }

    [Fact]
    public async Task Tenants_are_known_when_the_database_has_gone_even_those_nobody_called()
    {
        var tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        var gone = PostgresServer.Open(connectionString);
        await gone.StartAsync(default);
        using var store = new TenantStore(gone, world.Signals, world.Vault);
        await store.WarmUpAsync(default);
        await gone.DisposeAsync();

        (await store.FindByNumberAsync("+12125550101", default))!.Id.ShouldBe(tenant.Id);
        (await store.GetAsync(tenant.Id, default))!.Slug.ShouldBe("luigis");
        // Whether there is such a number cannot be told.
        await Should.ThrowAsync<TimeoutException>(store.FindByNumberAsync("+12125550999", default));
    }

    [Fact]
    public void Calls_are_forgotten_some_time_after_they_ended()
    {
        var clock = new ManualClock();
        var memory = new CallMemory(clock);
        CallSnapshot Call(int n) => new() { CallId = Guid.CreateVersion7(clock.GetUtcNow()), TenantId = Guid.Empty, CalledNumber = $"+1{n}", StartedAt = clock.GetUtcNow() };
        var (ended, running) = (Call(1), Call(2));
        memory.Remember("CA1", ended);
        memory.Remember("CA2", running);
        memory.Ended(world.End(ended.CallId));

        clock.Advance(TimeSpan.FromMinutes(6));
        memory.Remember("CA3", Call(3));

        memory.Find("CA1").ShouldBeNull();
        memory.Find("CA2").ShouldNotBeNull();
        clock.Advance(TimeSpan.FromHours(2));
        memory.Remember("CA4", Call(4));
        memory.Count.ShouldBe(1);
    }
}
