using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;
using Parley.Persistence.Messages;
using Parley.Persistence.Reporting;
using Parley.Persistence.Tests.Bookings;
using Parley.Persistence.Tools;

namespace Parley.Persistence.Tests.Tools;

public sealed class ToolLedgerTests(PostgresFixture postgres) : IAsyncLifetime
{
    private BookingWorld world = null!;

    public async ValueTask InitializeAsync() => world = await BookingWorld.CreateAsync(postgres);

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task An_entry_is_begun_once_and_keeps_its_first_result()
    {
        var run = Run("k");
        (await world.Ledger.BeginAsync(run, default)).State.ShouldBe(LedgerState.Fresh);
        (await world.Ledger.BeginAsync(run, default)).State.ShouldBe(LedgerState.InDoubt);
        await world.Ledger.CompleteAsync(world.Tenant.Id, "k", new ToolResult { Text = "first", Facts = new CallFacts { Name = "Ann" } }, default);
        await world.Ledger.CompleteAsync(world.Tenant.Id, "k", new ToolResult { Text = "second" }, default);

        var entry = await world.Ledger.BeginAsync(run, default);

        entry.State.ShouldBe(LedgerState.Done);
        (entry.Result!.Text, entry.Result.Facts!.Name).ShouldBe(("first", "Ann"));
    }

    [Fact]
    public async Task Of_many_processes_that_begin_the_same_one_is_first()
    {
        var entries = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => world.Ledger.BeginAsync(Run("k"), default)));

        entries.Count(entry => entry.State == LedgerState.Fresh).ShouldBe(1);
    }

    [Fact]
    public async Task Another_tenant_neither_reads_nor_completes_an_entry()
    {
        var other = await world.World.Importer.ImportAsync(TestWorld.NewTenant("other"), default);
        var run = Run("k");
        await world.Ledger.BeginAsync(run, default);

        await world.Ledger.CompleteAsync(other.Id, "k", new ToolResult { Text = "not theirs" }, default);
        (await world.Ledger.OfCallAsync(other.Id, run.CallId, 0, default)).ShouldBeEmpty();
        (await world.Ledger.BeginAsync(run, default)).State.ShouldBe(LedgerState.InDoubt);
        await Should.ThrowAsync<InvalidOperationException>(() => world.Ledger.BeginAsync(run with { TenantId = other.Id }, default));
    }

    [Fact]
    public async Task A_process_killed_between_begin_and_complete_leaves_a_doubt_that_no_other_resolves_by_doing_it_again()
    {
        var runs = 0;
        var tool = new Outside(() => runs++);
        var call = await ContextAsync("CA9");
        var killed = Open(call, tool, null);
        var running = killed.RunAsync("outside", [], Ask(call, killed), CallFacts.None, CancellationToken.None);
        await tool.Begun.Task;
        runs.ShouldBe(1);

        // The first process is gone: nothing completes its entry. Another takes up the call.
        var after = Open(call, tool, new ResumePoint(null, [], 4));
        var again = await after.RunAsync("outside", [], Ask(call, after), CallFacts.None, CancellationToken.None);

        ((string?)again.Data!["error"]).ShouldBe("in_doubt");
        again.Text.ShouldContain("not known");
        runs.ShouldBe(1);
        running.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_process_killed_before_its_transaction_leaves_nothing_and_the_next_does_it_once()
    {
        var caller = await world.CallAsync();
        var arguments = new { date_time = "2026-11-21T19:00", guests = 2, name = "Ann" };
        // The entry was begun, and the process died before the hold and the result were committed.
        var first = await caller.RunAsync("hold_booking", arguments);
        first.Failed.ShouldBeFalse();
        await world.World.ScalarAsync<int>("update tool_runs set status = 'begun', result = null, done_at = null; delete from bookings; select 1");

        caller.Restart();
        (await caller.RunAsync("hold_booking", arguments)).Text.ShouldBe(first.Text);
        caller.Restart();
        (await caller.RunAsync("hold_booking", arguments)).Text.ShouldBe(first.Text);

        (await world.CountAsync("held")).ShouldBe(1);
    }

    [Fact]
    public async Task An_effect_and_its_entry_are_both_there_or_neither()
    {
        await world.Ledger.BeginAsync(Run("k"), default);
        var failing = () => ToolTransaction.RunAsync<int>(
            world.World.Database, world.Tenant.Id, new ToolReceipt<int>("k", _ => throw new InvalidOperationException("The process dies here.")),
            world.World.Clock.Now,
            async (connection, transaction) => await Dapper.SqlMapper.ExecuteAsync(
                connection, "update tenants set name = 'changed'", transaction: transaction),
            default);

        await failing.ShouldThrowAsync<InvalidOperationException>();
        (await world.World.ScalarAsync<string>("select name from tenants")).ShouldBe("luigis");
        (await world.Ledger.BeginAsync(Run("k"), default)).State.ShouldBe(LedgerState.InDoubt);
    }

    [Fact]
    public async Task The_same_hold_by_many_processes_at_once_is_one_row()
    {
        var arguments = new { date_time = "2026-11-21T19:00", guests = 2, name = "Ann" };
        var caller = await world.CallAsync();
        var desks = Enumerable.Range(0, 8).Select(_ =>
        {
            caller.Restart();
            return caller.Desk;
        }).ToList();
        var json = System.Text.Json.JsonSerializer.SerializeToNode(arguments)!.AsObject();
        var call = new CallContext(caller.CallId, "CA1", world.Tenant, "+12125550199", "+12125550101", CallDirection.Inbound);

        var results = await Task.WhenAll(desks.Select(desk => desk.RunAsync("hold_booking", json, Ask(call, desk), CallFacts.None, default)));

        results.Select(result => result.Text).Distinct().Count().ShouldBe(1);
        (await world.World.ScalarAsync<int>("select count(*)::int from bookings")).ShouldBe(1);
    }

    [Fact]
    public async Task The_end_of_a_restart_knows_what_was_done()
    {
        var caller = await world.CallAsync();
        await caller.RunAsync("take_message", new { text = "Old." });
        await caller.Next().Next().RunAsync("take_message", new { text = "The oven is on.", name = "Ann" });

        caller.Restart();
        for (var looked = 0; caller.Desk.Unseen.Count == 0 && looked < 1000; looked++)
            await world.Ledger.OfCallAsync(world.Tenant.Id, caller.CallId, 0, default);

        var outcome = caller.Desk.Unseen.ShouldHaveSingleItem();
        (outcome.Turn, outcome.Result.Facts!.Message).ShouldBe((5, "The oven is on."));
    }

    [Fact]
    public async Task A_link_is_texted_once_in_a_call_and_not_again_after_it()
    {
        var caller = await world.CallAsync();
        (await caller.RunAsync("send_link", new { link = "reservation" })).Text.ShouldContain("on its way");
        (await caller.Next().RunAsync("send_link", new { link = "reservation" })).Text.ShouldContain("already");
        ((string?)(await caller.Next().RunAsync("send_link", new { link = "menu" })).Data!["error"]).ShouldBe("bad_arguments");
        (await world.World.Messages.SendNextAsync((message, _) =>
        {
            message.Body.ShouldBe("luigis: https://luigis.example/r");
            message.To.ShouldBe("+12125550199");
            return Task.FromResult(new SendOutcome(SendResult.Sent, "SM1"));
        }, default)).ShouldBeTrue();

        await world.World.WriteTurnAsync(world.World.Turn(caller.CallId, 1, "Hello.", new CallFacts { Intent = CallIntent.Booking, Name = "Ann" }));
        await world.World.Finisher.FinishAsync(world.World.End(caller.CallId), default);

        var messages = (await new CallReports(world.World.Database, world.World.Clock).FindAsync(TenantScope.Operator, caller.CallId, default))!.Messages;
        messages.Select(message => message.Type).Order().ShouldBe([MessageType.Recap, MessageType.ReservationLink]);
        (await world.World.ScalarAsync<int>("select count(*)::int from leads")).ShouldBe(1);
    }

    private ToolRun Run(string key) => new(key, world.Tenant.Id, Guid.Empty, 1, "tool", "{}", world.World.Clock.Now);

    private async Task<CallContext> ContextAsync(string carrierCallId)
    {
        var call = await world.World.StartCallAsync(world.Tenant, carrierCallId);
        return new CallContext(call.CallId, carrierCallId, world.Tenant, "+12125550199", "+12125550101", CallDirection.Inbound);
    }

    private CallTools Open(CallContext call, ICallTool tool, ResumePoint? resume) =>
        new ToolBox([tool], world.Ledger, new ToolOptions(), world.World.Clock, NullLoggerFactory.Instance).Open(call, null, resume);

    private static AgentRequest Ask(CallContext call, CallTools desk) => new()
    {
        Call = call, Trigger = new AgentTrigger.CallerSaid("x"), Now = DateTimeOffset.UnixEpoch, Turn = 3, Answer = 1, Tools = desk,
    };

    /// <summary>An effect outside of the database that never comes to an end in its process.</summary>
    private sealed class Outside(Action run) : ICallTool
    {
        public TaskCompletionSource Begun { get; } = new();

        public string Name => "outside";

        public ToolEffect Effect => ToolEffect.Writes;

        public Conversation.Llm.ModelTool? Describe(Tenant tenant) => new(Name, "For tests.", []);

        public Task<ToolResult> RunAsync(ToolInvocation call, CancellationToken cancellationToken)
        {
            run();
            Begun.TrySetResult();
            return new TaskCompletionSource<ToolResult>().Task;
        }
    }
}
