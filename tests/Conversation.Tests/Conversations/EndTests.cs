using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Tenants;
using Parley.Tests.Common.Calls;

namespace Parley.Conversation.Tests.Conversations;

public sealed class EndTests
{
    [Fact]
    public void The_agent_hangs_up_after_its_goodbye_was_heard()
    {
        using var call = Answering(new AgentEvent.Say("Goodbye and thanks."), new AgentEvent.EndCall());
        call.Say("bye now").Until(() => call.IsOver);

        call.Outcome.ShouldBe(new CallOutcome(CallEndReason.AgentEnded, null));
        call.Transcript[^1].ShouldBe("agent: Goodbye and thanks.");
        call.Carrier.BufferedMs.ShouldBe(0);
    }

    [Fact]
    public void A_transfer_waits_for_the_announcement_to_be_heard()
    {
        using var call = Answering(new AgentEvent.Say("One moment."), new AgentEvent.TransferCall(new Department("the manager", "+12125550100", [])));
        call.Say("a person please").Until(() => call.IsOver);

        call.Outcome.ShouldBe(new CallOutcome(CallEndReason.Transferred, "+12125550100"));
        call.Journal.Ends[0].TransferTo.ShouldBe("+12125550100");
    }

    [Fact]
    public void A_call_that_is_too_long_is_ended_with_a_goodbye()
    {
        using var call = new CallRig();
        call.Options.MaxCallSeconds = 20;
        call.Options.IdleMs = 60_000;
        call.Start().Until(() => call.IsOver, 60_000);

        call.Outcome.Reason.ShouldBe(CallEndReason.MaxDuration);
        call.Transcript[^1].ShouldBe("agent: Goodbye now.");
    }

    [Fact]
    public void A_carrier_that_falls_silent_ends_the_call()
    {
        using var call = new CallRig();
        call.Options.IdleMs = 60_000;
        call.Start().UntilAgentDone().StallMedia(16_000);

        call.Outcome.Reason.ShouldBe(CallEndReason.TransportLost);
    }

    [Fact]
    public void The_first_reason_counts()
    {
        using var call = new CallRig().Start().UntilAgentDone().HangUp();
        call.HangUp().Until(() => call.IsOver);

        call.Journal.Ends.Count.ShouldBe(1);
        call.Outcome.Reason.ShouldBe(CallEndReason.CallerHungUp);
    }

    [Fact]
    public void A_hang_up_during_the_agents_speech_stores_what_was_heard()
    {
        using var call = new CallRig().Start().UntilAgentDone().Say("Tell me a very long story about many things please.").UntilAgentSpeaks().Wait(1500).HangUp();
        call.Until(() => call.IsOver);

        call.Transcript[1].ShouldStartWith("caller: Tell me");
        call.Transcript[2].ShouldStartWith("agent: You said");
        call.Journal.Turns[2].Interrupted.ShouldBeTrue();
        call.Journal.Turns[2].HeardText.Length.ShouldBeLessThan(call.Journal.Turns[2].GeneratedText.Length);
    }

    [Fact]
    public void A_hang_up_right_after_the_answer_keeps_the_answer()
    {
        using var call = new CallRig().Start().UntilAgentDone().Say("Yes that is right.").Wait(320).HangUp();
        call.Until(() => call.IsOver);

        call.Transcript[1].ShouldBe("caller: Yes that is right.");
        call.Journal.Turns[^1].AgentStateJson.ShouldBe("2");
    }

    [Fact]
    public void A_recogniser_that_is_silent_at_the_hang_up_does_not_hold_the_call()
    {
        using var call = new CallRig().Start().UntilAgentDone();
        call.Recogniser.IsSilent = true;
        call.Say("Call me back.").HangUp().Wait(2200);

        call.IsOver.ShouldBeTrue();
    }

    [Fact]
    public void A_deadline_holds_when_its_timer_fires_too_early()
    {
        using var call = new CallRig().Start().UntilAgentDone();
        call.Recogniser.IsSilent = true;
        call.Clock.TimersEarlyBy = TimeSpan.FromMilliseconds(0.4);
        call.Say("Call me back.").HangUp().Wait(2200);

        call.IsOver.ShouldBeTrue();
    }

    [Fact]
    public void Nothing_is_sent_after_the_end()
    {
        using var call = new CallRig().Start().UntilAgentSpeaks().HangUp();
        call.Until(() => call.IsOver).Wait(2000);

        call.Carrier.IsClosed.ShouldBeTrue();
        call.Clock.ActiveTimers.ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public void A_resumed_call_goes_on_with_its_history_and_state()
    {
        var resume = new ResumePoint("7", [new(Speaker.Agent, "Hello."), new(Speaker.Caller, "A table.")], 5);
        using var call = new CallRig().Start(resume).UntilAgentDone();

        call.Transcript.ShouldBe(["agent: Here we are again."]);
        call.Journal.Turns[0].Ordinal.ShouldBe(5);
        call.Journal.Turns[0].AgentStateJson.ShouldBe("8");
        call.Agent.Requests[0].History.Count.ShouldBe(2);
    }

    [Fact]
    public void Keys_are_gathered_until_the_hash_sign()
    {
        using var call = new CallRig().Start().UntilAgentDone().Press("12#").UntilAgentDone();

        call.Transcript.Skip(1).ShouldBe(["caller: 12", "agent: You pressed 12."]);
        call.Journal.Turns[1].Source.ShouldBe("keys");
    }

    [Theory]
    [InlineData(400, "agent: You pressed 12.")]
    [InlineData(2000, "agent: You pressed #.")]
    public void A_hash_sign_right_behind_a_number_that_was_complete_belongs_to_it(int afterMs, string last)
    {
        var call = new CallRig();
        call.Agent.Answer = request => request.Trigger is AgentTrigger.CallerPressed { Digits: var keys }
            ? [new AgentEvent.Say($"You pressed {keys}.")]
            : [new AgentEvent.Say("Two digits, please."), new AgentEvent.Expect(new ReplyExpectation(ReplyKind.Digits, 2))];
        using (call)
        {
            call.Start().UntilAgentDone().Press("12").Wait(afterMs).Press("#").Wait(4000);
            call.Transcript[^1].ShouldBe(last);
        }
    }

    [Fact]
    public void Keys_are_gathered_until_a_pause()
    {
        using var call = new CallRig().Start().UntilAgentDone().Press("1").Wait(600).Press("2").UntilAgentDone();

        call.Transcript[^1].ShouldBe("agent: You pressed 12.");
    }

    private static CallRig Answering(params AgentEvent[] answer)
    {
        var call = new CallRig();
        call.Agent.Answer = request => request.Trigger is AgentTrigger.CallStarted ? [new AgentEvent.Say("Hello.")] : answer;
        return call.Start().UntilAgentDone();
    }
}
