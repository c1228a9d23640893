using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;

namespace Parley.Conversation.Tests.Faults;

/// <summary>Agents that fail, dawdle, ramble and repeat themselves, at every moment of a call.</summary>
[Collection(FaultTests.Name)]
public sealed class AgentFaultTests
{
    private static readonly string[] Faults =
    [
        "cut@#1", "cut@#4", "half-open@#1", "half-open@#4", "delay=900ms", "delay=5s", "jitter=400ms", "stall@#3=4s", "duplicate=100%", "reorder=100%",
        "drop=50%", "drop=100%", "delay=300ms,duplicate,reorder,jitter=100ms",
    ];

    private static readonly Dictionary<string, Func<AgentRequest, bool>> Moments = new()
    {
        ["greeting"] = request => request.Trigger is AgentTrigger.CallStarted,
        ["speculation"] = request => request.Speculative,
        ["middle"] = request => FaultyCall.Speaks(request, "table"),
        ["goodbye"] = request => FaultyCall.Speaks(request, "please"),
        ["everywhere"] = _ => true,
    };

    public static MatrixTheoryData<string, string> Cases => new(Faults, Moments.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_agents_fault_is_survived(string faults, string moment)
    {
        using var call = new FaultyCall().Agent(faults, Moments[moment]);
        call.Play();
    }

    [Fact]
    public void An_agent_that_fails_once_in_a_speculation_is_asked_again()
    {
        using var call = new FaultyCall().Agent("cut@#1", request => request.Speculative);
        call.Play();

        call.Rig.Transcript.ShouldBe(
            [$"agent: {FaultyCall.Greeting}", "caller: I want a table.", $"agent: {FaultyCall.Offer}", "caller: Yes please.", $"agent: {FaultyCall.Goodbye}"]);
        call.Rig.Outcome.Reason.ShouldBe(CallEndReason.AgentEnded);
    }

    [Fact]
    public void An_agent_that_breaks_off_in_the_middle_of_its_answer_speaks_again_soon()
    {
        using var call = new FaultyCall().Agent("cut@#10", request => FaultyCall.Speaks(request, "table"));
        call.Invariants.DeadAirMs = 2500;
        call.Rig.Start();
        call.Listen().Say("I want a table.");

        call.Rig.Transcript[2].ShouldStartWith("agent: We have a table at seven.");
        call.Rig.Transcript[3].ShouldStartWith("agent: I'm sorry");
        call.End();
    }

    [Fact]
    public void A_call_that_is_ended_twice_ends_once()
    {
        using var call = new FaultyCall();
        call.Rig.Agent.Answer = request => request.Trigger is AgentTrigger.CallStarted
            ? [new AgentEvent.Say("Hello.")]
            : [new AgentEvent.Say("Bye."), new AgentEvent.EndCall(), new AgentEvent.EndCall(), new AgentEvent.EndCall()];
        call.Rig.Start();
        call.Listen().Say("That is all.").End();

        call.Rig.Outcome.Reason.ShouldBe(CallEndReason.AgentEnded);
    }

    [Fact]
    public void Words_after_the_end_of_the_call_are_heard_before_it()
    {
        using var call = new FaultyCall();
        call.Rig.Agent.Answer = request => request.Trigger is AgentTrigger.CallStarted
            ? [new AgentEvent.Say("Hello.")]
            : [new AgentEvent.EndCall(), new AgentEvent.Say("Good bye.")];
        call.Rig.Start();
        call.Listen().Say("That is all.").End();

        call.Rig.Transcript[^1].ShouldBe("agent: Good bye.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("...")]
    [InlineData("\0\u0007\u200b")]
    public void An_agent_without_words_does_not_leave_the_caller_waiting(string text)
    {
        using var call = new FaultyCall();
        call.Rig.Agent.Answer = request =>
            [new AgentEvent.Say(request.Trigger is AgentTrigger.CallerSaid ? text : "What can I do for you?")];
        call.Rig.Start();
        call.Listen().Say("I want a table.").Listen().End();

        call.Rig.Transcript.Count(line => line == "agent: What can I do for you?").ShouldBeGreaterThan(1);
    }

    [Fact]
    public void An_agent_that_never_stops_talking_is_stopped()
    {
        using var call = new FaultyCall();
        call.Rig.Options.MaxCallSeconds = 60;
        call.Rig.Agent.Answer = _ => Enumerable.Repeat(new AgentEvent.Say("And another thing. "), int.MaxValue);
        call.Rig.Start().Until(() => call.Rig.IsOver, 120_000);
        call.End();

        call.Rig.Journal.Turns.ShouldAllBe(t => t.GeneratedText.Length <= 10_000);
        call.Rig.Outcome.Reason.ShouldBe(CallEndReason.MaxDuration);
    }

    [Fact]
    public void An_agent_that_never_stops_without_saying_anything_is_given_up()
    {
        using var call = new FaultyCall();
        call.Rig.Agent.Answer = _ => Enumerable.Repeat(new AgentEvent.Expect(ReplyExpectation.Anything), int.MaxValue);
        call.Rig.Start().Until(() => call.Rig.IsOver, 120_000);
        call.End();
    }

    [Fact]
    public void An_answer_of_a_thousand_sentences_can_be_interrupted()
    {
        using var call = new FaultyCall();
        call.Rig.Agent.Answer = request =>
        [
            new AgentEvent.Say(FaultyCall.Speaks(request, "story") ? string.Concat(Enumerable.Range(0, 1000).Select(i => $"This is sentence {i}. ")) : "Yes?"),
        ];
        call.Rig.Start();
        call.Listen();
        call.Rig.Say("Tell me a story.").UntilAgentSpeaks().Wait(5000);
        call.Say("Stop that right now please.").End();

        call.Rig.Transcript[2].ShouldStartWith("agent: This is sentence 0. This is sentence 1.");
        call.Rig.Transcript[3].ShouldBe("caller: Stop that right now please.");
    }

    [Fact]
    public void One_word_of_a_million_letters_is_survived()
    {
        using var call = new FaultyCall();
        call.Rig.Agent.Answer = request => [new AgentEvent.Say(request.Trigger is AgentTrigger.CallerSaid ? new string('a', 1_000_000) : "Hello.")];
        call.Rig.Start();
        call.Listen().Say("I want a table.");
        call.End();

        call.Rig.Journal.Turns.ShouldAllBe(t => t.GeneratedText.Length <= 10_000);
    }

    [Fact]
    public void Damaged_words_of_an_agent_hold_nothing_that_cannot_be_stored()
    {
        using var call = new FaultyCall().Agent("corrupt=100%");
        call.Play();

        call.Rig.Journal.Turns.SelectMany(t => t.GeneratedText + t.SentText + t.HeardText).ShouldNotContain(c => (char.IsControl(c) && c != '\n') || char.IsSurrogate(c));
    }

    [Fact]
    public void An_agent_that_fails_at_the_goodbye_is_apologised_for()
    {
        using var call = new FaultyCall().Agent("half-open@#3", request => FaultyCall.Speaks(request, "please"));
        call.Play();

        call.Rig.Transcript[^1].ShouldContain("technical trouble");
    }

    [Fact]
    public void A_caller_who_speaks_over_an_agent_that_hangs_is_answered()
    {
        using var call = new FaultyCall().Agent("half-open@#10", request => FaultyCall.Speaks(request, "table"));
        call.Rig.Start();
        call.Listen();
        call.Rig.Say("I want a table.").UntilAgentSpeaks().Wait(600);
        call.Say("No wait yes please.").End();

        call.Rig.Transcript[^1].ShouldBe($"agent: {FaultyCall.Goodbye}");
    }
}
