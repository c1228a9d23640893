using Parley.Conversation.Pipeline;
using Parley.Tests.Common.Calls;

namespace Parley.Conversation.Tests.Conversations;

public sealed class BasicConversationTests
{
    [Fact]
    public void The_agent_greets_and_the_greeting_is_heard_to_its_end()
    {
        using var call = new CallRig().Start().UntilAgentDone();

        call.Transcript.ShouldBe(["agent: Hello there."]);
        call.Journal.Turns[0].Interrupted.ShouldBeFalse();
    }

    [Fact]
    public void A_caller_is_answered()
    {
        using var call = new CallRig().Start().UntilAgentDone().Say("I want a table.").UntilAgentDone();

        call.Transcript.ShouldBe(["agent: Hello there.", "caller: I want a table.", "agent: You said I want a table."]);
    }

    [Fact]
    public void A_reply_starts_within_350_ms_of_a_complete_sentence()
    {
        using var call = new CallRig().Start().UntilAgentDone().Say("I want a table.");
        var spoken = call.NowMs;
        call.UntilAgentSpeaks();

        (call.NowMs - spoken).ShouldBeLessThanOrEqualTo(360);
        call.UntilAgentDone();
        call.Journal.Turns[^1].Times.Speculated.ShouldBeTrue();
    }

    [Fact]
    public void A_caller_who_goes_on_after_a_pause_has_one_turn()
    {
        using var call = new CallRig().Start().UntilAgentDone().Say("I want a table for ... ... ... four people.").UntilAgentDone();

        call.Transcript.ShouldBe(["agent: Hello there.", "caller: I want a table for four people.", "agent: You said I want a table for four people."]);
    }

    [Fact]
    public void An_interruption_silences_the_agent_and_cuts_its_transcript()
    {
        using var call = new CallRig().Start().UntilAgentDone().Say("Tell me a very long story about many things please.")
            .UntilAgentSpeaks().Wait(1500).Say("Stop that right now please.").UntilAgentDone();

        call.Carrier.Clears.ShouldBeGreaterThan(0);
        call.Transcript[2].ShouldStartWith("agent: You said Tell me");
        call.Transcript[2].ShouldNotEndWith("please.");
        call.Transcript[3].ShouldBe("caller: Stop that right now please.");
    }

    [Fact]
    public void A_backchannel_does_not_stop_the_agent()
    {
        using var call = new CallRig().Start().UntilAgentDone().Say("Tell me a very long story about many things please.")
            .UntilAgentSpeaks().Wait(1000).Say("okay").UntilAgentDone();

        call.Transcript.ShouldBe(
        [
            "agent: Hello there.", "caller: Tell me a very long story about many things please.",
            "agent: You said Tell me a very long story about many things please.",
        ]);
        call.Carrier.Clears.ShouldBe(0);
    }

    [Fact]
    public void A_silent_caller_is_asked_twice_and_then_the_call_ends()
    {
        using var call = new CallRig().Start();
        call.Until(() => call.IsOver, 60_000);

        call.Transcript.ShouldBe(["agent: Hello there.", "agent: Still there 1?", "agent: Still there 2?", "agent: Still there 3?"]);
        call.Outcome.Reason.ShouldBe(CallEndReason.CallerSilent);
    }

    [Fact]
    public void The_last_words_before_a_hang_up_are_kept()
    {
        using var call = new CallRig().Start().UntilAgentDone().Say("Call me back tomorrow.").HangUp();
        call.Until(() => call.IsOver);

        call.Transcript.ShouldBe(["agent: Hello there.", "caller: Call me back tomorrow."]);
        call.Outcome.Reason.ShouldBe(CallEndReason.CallerHungUp);
        call.Journal.Turns[^1].AgentStateJson.ShouldBe("2");
    }
}
