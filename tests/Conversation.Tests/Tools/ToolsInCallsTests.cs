using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Agents;
using Parley.Conversation.Llm;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Tools;
using Parley.Tests.Common.Calls;
using Parley.Tests.Common.Tools;

namespace Parley.Conversation.Tests.Tools;

/// <summary>Tools in whole calls: what the loop's speculation and interruptions do to them.</summary>
public sealed class ToolsInCallsTests : IDisposable
{
    private readonly CallRig rig = new();
    private readonly MemoryLedger ledger = new();
    private readonly ScriptedTool write = new("write", ToolEffect.Writes);
    private readonly ScriptedTool read = new("read", ToolEffect.Reads);
    private readonly ToolAgent agent = new();

    public ToolsInCallsTests()
    {
        rig.RealAgent = agent;
        rig.Tools = new ToolBox([read, write, new EndCallTool()], ledger, new ToolOptions(), rig.Clock, NullLoggerFactory.Instance);
    }

    [Fact]
    public void A_caller_who_goes_on_has_it_done_once_with_the_words_of_the_whole_turn()
    {
        rig.Start().UntilAgentDone();
        rig.Say("Book it for").Wait(300).Say("Friday please").UntilAgentDone();

        agent.Requests.Count(request => request.Speculative).ShouldBeGreaterThan(1);
        write.Runs.ShouldHaveSingleItem();
        ((string?)write.Runs[0].Arguments["what"]).ShouldBe("Book it for Friday please");
        ledger.Begun.ShouldHaveSingleItem();
        read.Runs.Count.ShouldBeGreaterThan(1);
    }

    [Fact]
    public void A_speculative_answer_keeps_its_turn_when_it_is_taken()
    {
        rig.Start().UntilAgentDone();
        rig.Say("First thing.").UntilAgentDone();
        rig.Say("Second thing.").UntilAgentDone();

        // The greeting is turn 0; each of the caller's turns is followed by one of the agent's.
        write.Runs.Select(run => run.Turn).ShouldBe([1, 3]);
    }

    [Fact]
    public void A_turn_taken_back_and_joined_keeps_its_number_and_the_same_words_are_not_done_twice()
    {
        agent.What = _ => "the same";
        rig.Start().UntilAgentDone();
        rig.Say("Book it please.").Until(() => write.Runs.Count == 1).Until(() => rig.Carrier.IsSounding).Say("for Friday").UntilAgentDone();

        rig.Transcript.Count(line => line.StartsWith("caller", StringComparison.Ordinal)).ShouldBe(1);
        write.Runs.ShouldHaveSingleItem();
        agent.Requests.Where(request => request.Trigger is AgentTrigger.CallerSaid).Select(request => request.Turn).Distinct().ShouldBe([1]);
    }

    [Fact]
    public void An_answer_interrupted_while_its_tool_ran_leaves_an_outcome_that_the_next_one_is_told()
    {
        var end = new TaskCompletionSource<ToolResult>();
        var slow = new ScriptedTool("write", ToolEffect.Writes, (_, _) => end.Task);
        rig.Tools = new ToolBox([slow], ledger, new ToolOptions(), rig.Clock, NullLoggerFactory.Instance);
        agent.SaysFirst = "One moment while I book that for you now.";
        rig.Start().UntilAgentDone();
        rig.Say("Book it please.").Until(() => slow.Runs.Count == 1).UntilAgentSpeaks().Wait(600);
        agent.What = _ => null;
        rig.Say("no wait a moment please").Do(() => end.SetResult(new ToolResult { Text = "It was booked." }));
        rig.UntilAgentDone();

        slow.Runs.Count.ShouldBe(1);
        agent.Unseen[^1].ShouldBe(["It was booked."]);
        rig.Say("What happened?").UntilAgentDone();
        agent.Unseen[^1].ShouldBeEmpty();
    }

    [Fact]
    public void The_last_words_of_a_caller_who_hangs_up_are_acted_on()
    {
        rig.Start().UntilAgentDone();
        rig.Say("Yes please book it").HangUp().Wait(1000);

        rig.IsOver.ShouldBeTrue();
        write.Runs.ShouldHaveSingleItem();
    }

    [Fact]
    public void A_model_that_hangs_up_again_and_again_hangs_up_once()
    {
        agent.Ends = 50;
        rig.Start().UntilAgentDone();
        rig.Say("Goodbye.").Until(() => rig.IsOver);

        rig.Outcome.Reason.ShouldBe(CallEndReason.AgentEnded);
        rig.Carrier.Log.Count(entry => entry == "close").ShouldBe(1);
        rig.Journal.Ends.Count.ShouldBe(1);
    }

    public void Dispose() => rig.Dispose();

    /// <summary>Reads, then writes what the caller said, then tells the result.</summary>
    private sealed class ToolAgent : ICallAgent
    {
        public string Name => "tools";

        public List<AgentRequest> Requests { get; } = [];

        public List<string[]> Unseen { get; } = [];

        public Func<string, string?> What { get; set; } = said => said;

        public string? SaysFirst { get; set; }

        public int Ends { get; set; }

        public AgentState? RestoreState(string json) => null;

        public async IAsyncEnumerable<AgentEvent> RespondAsync(AgentRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Requests.Add(request);
            Unseen.Add([.. request.Tools!.Unseen.Select(outcome => outcome.Result.Text)]);
            var text = "Hello there.";
            if (request.Trigger is AgentTrigger.CallerSaid { Text: var said })
            {
                if (SaysFirst is not null)
                    yield return new AgentEvent.Say(SaysFirst + " ");
                if (request.Tools.Has("read"))
                    await request.Tools.RunAsync("read", [], request, CallFacts.None, cancellationToken);
                text = "Fine.";
                if (What(said) is { } what)
                {
                    var call = new ModelToolCall("1", "write", new System.Text.Json.Nodes.JsonObject { ["what"] = what }.ToJsonString());
                    text = (await request.Tools.RunAsync(call, request, CallFacts.None, cancellationToken)).Text;
                }
            }

            yield return new AgentEvent.Say(text);
            yield return new AgentEvent.Remember(new ScriptedAgent.Memory(1));
            for (var i = 0; i < Ends && request.Trigger is AgentTrigger.CallerSaid; i++)
            {
                foreach (var output in (await request.Tools.RunAsync("end_call", [], request, CallFacts.None, cancellationToken)).Events)
                    yield return output;
            }
        }
    }
}
