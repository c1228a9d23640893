using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Agents;
using Parley.Conversation.Stores;
using Parley.Persistence.Calls;
using Parley.Persistence.Embedded;
using Parley.Persistence.Reporting;
using Parley.Tests.Common.Time;
using Parley.Tests.Database;

namespace Parley.Persistence.Tests;

public sealed class CallJournalTests(PostgresFixture postgres)
{
    private static readonly TimeSpan Enough = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Turns_and_the_end_of_a_call_are_written_in_order_and_again_without_a_change()
    {
        await using var world = await TestWorld.CreateAsync(postgres);
        var tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        var call = await world.StartCallAsync(tenant, "CA1");
        await using var journal = world.NewJournal();
        journal.Start();

        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 6; i++)
                journal.Write(world.Turn(call.CallId, i, $"Turn {i}", new CallFacts { Intent = CallIntent.Booking, PartySize = i }, $$"""{"step":{{i}}}"""));
        }

        journal.Write(world.End(call.CallId));
        journal.Write(world.End(call.CallId));
        await journal.StopAsync(Enough);

        journal.Depth.ShouldBe(0);
        var detail = (await new CallReports(world.Database, world.Clock).FindAsync(TenantScope.Operator, call.CallId, default))!;
        detail.Turns.Select(t => t.HeardText).ShouldBe(Enumerable.Range(0, 6).Select(i => $"Turn {i}"));
        detail.Turns[1].Times.ShouldBe(new TurnTimes { SpeechEndMs = 1000, FirstFrameSentMs = 1450, Speculated = true });
        detail.Lead!.Summary.ShouldBe("6 turns");
        (await world.ScalarAsync<int>("select (facts ->> 'party_size')::int from calls")).ShouldBe(5);
        var snapshot = (await world.Calls.FindAsync("CA1", default))!;
        snapshot.AgentStateJson.ShouldBe("""{"step": 5}""");
        snapshot.NextOrdinal.ShouldBe(6);
        snapshot.History[1].ShouldBe(new HistoryEntry(Speaker.Caller, "Turn 1"));
    }

    [Fact]
    public async Task A_database_that_goes_away_during_a_call_loses_nothing()
    {
        var folder = PostgresServer.NewFolder();
        var options = new DatabaseOptions { DataDirectory = folder, Durable = false };
        await using (var server = await EmbeddedPostgres.StartAsync(options, TimeProvider.System, NullLogger<EmbeddedPostgres>.Instance, default))
        {
            await using var world = await TestWorld.OnAsync(server.ConnectionString);
            var tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
            var call = await world.StartCallAsync(tenant, "CA1");
            await using var journal = world.NewJournal();
            journal.Start();
            journal.Write(world.Turn(call.CallId, 0, "before"));

            // More than memory holds, so that the file is used too.
            var count = JournalBacklog.MemoryBound * 2;
            await server.RestartAsync(
                options,
                () =>
                {
                    for (var i = 1; i <= count; i++)
                        journal.Write(world.Turn(call.CallId, i, $"Turn {i}"));
                    journal.Write(world.End(call.CallId));
                    journal.Depth.ShouldBeGreaterThan(count);
                    return Task.CompletedTask;
                },
                default);
            await journal.StopAsync(Enough);

            journal.Depth.ShouldBe(0);
            (await world.ScalarAsync<int>("select count(*) from turns")).ShouldBe(count + 1);
            (await world.ScalarAsync<string>("select summary from leads")).ShouldBe($"{count + 1} turns");
            Directory.GetFiles(Path.Combine(world.Options.DataDirectory, "journal")).ShouldBeEmpty();
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_lost_connection_alone_is_survived_too()
    {
        await using var world = await TestWorld.CreateAsync(postgres);
        var tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        var call = await world.StartCallAsync(tenant, "CA1");
        await using var journal = world.NewJournal();
        journal.Start();

        for (var i = 0; i < 50; i++)
        {
            journal.Write(world.Turn(call.CallId, i, $"Turn {i}"));
            if (i % 10 == 5)
                await world.CutConnectionsAsync();
        }

        await journal.StopAsync(Enough);

        (await world.ScalarAsync<int>("select count(*) from turns")).ShouldBe(50);
    }

    [Fact]
    public async Task What_could_not_be_written_before_the_stop_is_written_by_the_next_start()
    {
        await using var world = await TestWorld.CreateAsync(postgres);
        var tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        var call = await world.StartCallAsync(tenant, "CA1");
        // A database that was never started is away.
        await using var away = PostgresServer.Open("Host=/nowhere");
        var finisher = new CallFinisher(away, TestWorld.BookingPlan, world.Clock, NullLogger<CallFinisher>.Instance);
        await using (var first = new CallJournal(away, finisher, world.Options, world.Clock, new Meters(), NullLogger<CallJournal>.Instance))
        {
            first.Start();
            var facts = new CallFacts { Intent = CallIntent.Booking, Name = "Ann", RequestedFor = new DateTime(2026, 11, 27, 19, 0, 0) };
            first.Write(world.Turn(call.CallId, 0, "Hello, \"Ann\".\nNew line."));
            first.Write(world.Turn(call.CallId, 1, "Grüße", facts));
            first.Write(world.End(call.CallId));
            await first.StopAsync(TimeSpan.Zero);
        }

        var spool = Directory.GetFiles(Path.Combine(world.Options.DataDirectory, "journal")).ShouldHaveSingleItem();
        // A crash may cut the last line off.
        await File.AppendAllTextAsync(spool, """{"turn":{"call_id":"01""");
        await using (var second = world.NewJournal())
        {
            second.Start();
            await second.StopAsync(Enough);
        }

        var detail = (await new CallReports(world.Database, world.Clock).FindAsync(TenantScope.Operator, call.CallId, default))!;
        detail.Turns.Select(t => t.HeardText).ShouldBe(["Hello, \"Ann\".\nNew line.", "Grüße"]);
        detail.Lead!.Name.ShouldBe("Ann");
        detail.Lead.RequestedFor.ShouldBe(new DateTime(2026, 11, 27, 19, 0, 0));
        Directory.GetFiles(Path.Combine(world.Options.DataDirectory, "journal")).Select(Path.GetFileName).ShouldBe(["rejected.jsonl"]);
    }

    [Fact]
    public async Task A_process_that_is_killed_while_the_database_is_away_loses_nothing()
    {
        await using var world = await TestWorld.CreateAsync(postgres);
        var tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        var call = await world.StartCallAsync(tenant, "CA1");
        await using var away = PostgresServer.Open("Host=/nowhere");
        var finisher = new CallFinisher(away, TestWorld.BookingPlan, world.Clock, NullLogger<CallFinisher>.Instance);
        // Its clock stands, and so the wait before the second attempt never ends: what comes meanwhile is to be kept as well.
        var clock = new ManualClock();
        var killed = new CallJournal(away, finisher, world.Options, clock, new Meters(), NullLogger<CallJournal>.Instance);
        const int Count = JournalBacklog.MemoryBound + 100;
        var left = Path.Combine(world.Options.DataDirectory, "left");
        try
        {
            killed.Start();
            for (var i = 0; i < Count; i++)
            {
                killed.Write(world.Turn(call.CallId, i, $"Turn {i}"));
                if (i == 0)
                    await UntilSpooledAsync(killed, 1);
            }

            killed.Write(world.End(call.CallId));
            await UntilSpooledAsync(killed, Count + 1);
            // What a killed process leaves: its files as they are now. The live one still holds its own.
            Directory.CreateDirectory(left);
            using var copy = System.Diagnostics.Process.Start("cp", ["-r", Path.Combine(world.Options.DataDirectory, "journal"), left]);
            await copy.WaitForExitAsync();
        }
        finally
        {
            var stop = killed.StopAsync(TimeSpan.Zero);
            clock.Advance(TimeSpan.FromSeconds(1));
            await stop;
            await killed.DisposeAsync();
        }

        var options = world.Options with { DataDirectory = left };

        // Twice, as when the next process is killed too before it has forgotten the file.
        var file = Directory.GetFiles(Path.Combine(left, "journal")).ShouldHaveSingleItem();
        File.Copy(file, Path.Combine(left, "journal", "spool-0.jsonl"));
        var next = new CallJournal(world.Database, world.Finisher, options, world.Clock, new Meters(), NullLogger<CallJournal>.Instance);
        await using (next)
        {
            next.Start();
            await next.StopAsync(Enough);
        }

        var detail = (await new CallReports(world.Database, world.Clock).FindAsync(TenantScope.Operator, call.CallId, default))!;
        detail.Turns.Select(t => t.HeardText).ShouldBe(Enumerable.Range(0, Count).Select(i => $"Turn {i}"));
        // The end came after all turns.
        detail.Lead!.Summary.ShouldBe($"{Count} turns");
        Directory.GetFiles(Path.Combine(left, "journal")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_mistake_of_ours_is_set_aside_and_not_taken_for_a_database_that_is_away()
    {
        await using var world = await TestWorld.CreateAsync(postgres);
        var tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        var call = await world.StartCallAsync(tenant, "CA1");
        var finisher = new CallFinisher(world.Database, TestWorld.BookingPlan, new BrokenClock(), NullLogger<CallFinisher>.Instance);
        await using var journal = new CallJournal(
            world.Database, finisher, world.Options, world.Clock, new Meters(), NullLogger<CallJournal>.Instance);
        journal.Start();

        journal.Write(world.Turn(call.CallId, 0, "before"));
        journal.Write(world.End(call.CallId));
        journal.Write(world.Turn(call.CallId, 1, "behind"));
        await journal.StopAsync(Enough);

        journal.Depth.ShouldBe(0);
        (await world.ScalarAsync<int>("select count(*) from turns")).ShouldBe(2);
        var rejected = await File.ReadAllLinesAsync(Path.Combine(world.Options.DataDirectory, "journal", "rejected.jsonl"));
        rejected.ShouldHaveSingleItem().ShouldContain("agent_ended");
    }

    [Fact]
    public async Task An_entry_that_can_never_be_written_does_not_hold_up_the_others()
    {
        await using var world = await TestWorld.CreateAsync(postgres);
        var tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        var call = await world.StartCallAsync(tenant, "CA1");
        await using var journal = world.NewJournal();
        journal.Start();

        journal.Write(world.Turn(Guid.CreateVersion7(world.Clock.Now), 0, "of no known call"));
        journal.Write(world.Turn(call.CallId, 0, "bad state", state: "not json"));
        journal.Write(world.Turn(call.CallId, 1, "with a \0 in it"));
        await journal.StopAsync(Enough);

        (await world.ScalarAsync<string>("select heard_text from turns")).ShouldBe("with a  in it");
        (await File.ReadAllLinesAsync(Path.Combine(world.Options.DataDirectory, "journal", "rejected.jsonl"))).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Writing_after_the_stop_neither_throws_nor_counts()
    {
        await using var world = await TestWorld.CreateAsync(postgres);
        await using var journal = world.NewJournal();
        await journal.StopAsync(Enough);

        journal.Write(world.End(Guid.CreateVersion7(world.Clock.Now)));

        journal.Depth.ShouldBe(0);
    }

    private static async Task UntilSpooledAsync(CallJournal journal, long count)
    {
        using var limit = new CancellationTokenSource(Enough);
        while (journal.Spooled < count)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private sealed class BrokenClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => throw new InvalidOperationException("boom");
    }
}
