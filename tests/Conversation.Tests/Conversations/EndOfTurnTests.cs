using Parley.Conversation.Agents;
using Parley.Tests.Common.Calls;

namespace Parley.Conversation.Tests.Conversations;

public sealed class EndOfTurnTests
{
    [Theory]
    [InlineData("I want a table.", 360)]
    [InlineData("Where are you located?", 360)]
    public void A_complete_sentence_is_answered_at_once(string words, int withinMs)
    {
        using var call = new CallRig().Start().UntilAgentDone().Say(words);

        Delay(call).ShouldBeLessThanOrEqualTo(withinMs);
    }

    [Fact]
    public void A_trailing_word_is_waited_for()
    {
        using var call = new CallRig().Start().UntilAgentDone().Say("I want a table for");

        Delay(call).ShouldBeGreaterThan(1200);
    }

    [Fact]
    public void A_yes_to_a_question_is_answered_at_once()
    {
        using var call = Asking(new ReplyExpectation(ReplyKind.YesNo)).Say("yes");

        Delay(call).ShouldBeLessThanOrEqualTo(300);
    }

    [Fact]
    public void A_telephone_number_in_groups_is_one_turn()
    {
        using var call = Asking(new ReplyExpectation(ReplyKind.Digits, 10))
            .Say("four one five ... ... ... five five five ... ... ... oh one two three");
        call.UntilAgentDone();

        call.Transcript.Count(t => t.StartsWith("caller", StringComparison.Ordinal)).ShouldBe(1);
        call.Transcript.ShouldContain("caller: four one five five five five oh one two three");
    }

    [Fact]
    public void A_complete_number_ends_the_turn_soon()
    {
        using var call = Asking(new ReplyExpectation(ReplyKind.Digits, 10)).Say("four one five five five five oh one two three");

        Delay(call).ShouldBeLessThanOrEqualTo(560);
    }

    [Fact]
    public void An_e_mail_address_is_not_cut_in_the_middle()
    {
        using var call = Asking(new ReplyExpectation(ReplyKind.Spelling)).Say("jane at example ... ... ... dot com");
        call.UntilAgentDone();

        call.Transcript.ShouldContain("caller: jane at example dot com");
    }

    [Fact]
    public void A_message_may_have_pauses()
    {
        using var call = Asking(new ReplyExpectation(ReplyKind.Dictation)).Say("tell Maria that ... the flowers come ... ... on Thursday");
        call.UntilAgentDone();

        call.Transcript.ShouldContain("caller: tell Maria that the flowers come on Thursday");
    }

    [Fact]
    public void A_caller_who_resumes_within_the_grace_period_has_one_turn_and_the_agent_has_not_spoken()
    {
        // The sentence is complete, so its turn ends after 300 ms; the caller goes on 360 ms after it.
        using var call = new CallRig().Start().UntilAgentDone().Say("I want a table.").Wait(360);
        var sounded = call.Carrier.SoundMs;
        call.Say("And a high chair please.").UntilAgentDone();

        call.Transcript.ShouldBe(
        [
            "agent: Hello there.", "caller: I want a table. And a high chair please.", "agent: You said I want a table. And a high chair please.",
        ]);
        (call.Carrier.SoundMs - sounded).ShouldBeGreaterThan(0);
        call.Journal.Turns[^1].AgentStateJson.ShouldBe("2");
    }

    [Fact]
    public void A_prepared_reply_that_is_thrown_away_leaves_no_trace()
    {
        using var call = new CallRig().Start().UntilAgentDone().Say("I want a table for ... ... four and a dog.").UntilAgentDone();
        call.HangUp().Until(() => call.IsOver);

        call.Agent.Requests.Count(r => r.Speculative).ShouldBeGreaterThan(1);
        call.Journal.Turns[^1].AgentStateJson.ShouldBe("2");
        call.Journal.Ends[0].SpeculationsUsed.ShouldBe(1);
        call.Journal.Ends[0].SpeculationsWasted.ShouldBeGreaterThanOrEqualTo(1);
        call.Transcript.Count.ShouldBe(3);
    }

    [Fact]
    public void A_tenant_with_patience_waits_longer()
    {
        using var hasty = new CallRig().Start().UntilAgentDone().Say("I want a table.");
        using var patient = new CallRig();
        patient.Tenant = patient.Tenant with { Turns = new() { Patience = 3 } };
        patient.Start().UntilAgentDone().Say("I want a table.");

        Delay(patient).ShouldBeGreaterThan(Delay(hasty) + 400);
    }

    [Fact]
    public void A_click_is_no_utterance()
    {
        using var call = new CallRig().Start().UntilAgentDone().Noise(60).Wait(1500);

        call.Transcript.ShouldBe(["agent: Hello there."]);
        call.Recogniser.Requests.ShouldBe(0);
    }

    [Fact]
    public void A_short_noise_without_words_is_ignored()
    {
        using var call = new CallRig().Start().UntilAgentDone().Noise(300).Wait(1500);

        call.Transcript.ShouldBe(["agent: Hello there."]);
    }

    [Fact]
    public void Long_speech_without_words_is_asked_about()
    {
        using var call = new CallRig().Start().UntilAgentDone().Noise(1500).UntilAgentDone();

        call.Transcript.ShouldBe(["agent: Hello there.", "agent: Pardon?"]);
    }

    [Fact]
    public void A_slow_recogniser_delays_the_reply_and_loses_nothing()
    {
        using var call = new CallRig();
        call.Recogniser.Delay = TimeSpan.FromMilliseconds(1500);
        call.Start().UntilAgentDone().Say("I want a table.").UntilAgentDone();

        call.Transcript[^1].ShouldBe("agent: You said I want a table.");
    }

    [Fact]
    public void A_silent_recogniser_does_not_leave_the_caller_in_silence()
    {
        using var call = new CallRig();
        call.Recogniser.IsSilent = true;
        call.Start().UntilAgentDone().Say("I want a table.").UntilAgentDone();

        call.Transcript.ShouldBe(["agent: Hello there.", "agent: Pardon?"]);
    }

    [Fact]
    public void A_recogniser_that_fails_does_not_leave_the_caller_in_silence()
    {
        using var call = new CallRig();
        call.Recogniser.FailWith = "no";
        call.Start().UntilAgentDone().Say("I want a table.").UntilAgentDone();

        call.Transcript.ShouldBe(["agent: Hello there.", "agent: Pardon?"]);
    }

    [Fact]
    public void Lost_frames_in_the_middle_of_a_word_do_not_end_the_turn()
    {
        using var call = new CallRig().Start().UntilAgentDone().Speak("I want a table please.");
        call.Wait(600).StallMedia(200).Until(() => call.Carrier.IsSounding).UntilAgentDone();

        call.Transcript.Count(t => t.StartsWith("caller", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData(300, 1)]
    [InlineData(300, 3)]
    [InlineData(500, 1)]
    public void A_recognisers_own_end_of_speech_ends_a_plain_statement_sooner(int afterMs, int times)
    {
        using var call = new CallRig().Start().UntilAgentDone().Say(Statement).Wait(afterMs);
        for (var i = 0; i < times; i++)
            call.HintEndOfSpeech();

        (afterMs + Delay(call)).ShouldBeInRange(420, Math.Max(420, afterMs) + 60);
        call.UntilAgentDone().Transcript.Count(static t => t.StartsWith("caller", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData("I want a table for", 1200)]
    [InlineData("my number is four one five", 1150)]
    public void A_hint_ends_nothing_that_is_not_complete(string words, int atLeastMs)
    {
        using var call = new CallRig().Start().UntilAgentDone().Say(words).Wait(300).HintEndOfSpeech();

        (300 + Delay(call)).ShouldBeGreaterThanOrEqualTo(atLeastMs);
    }

    [Fact]
    public void A_hint_does_nothing_while_the_caller_is_heard()
    {
        using var call = new CallRig().Start().UntilAgentDone().Speak(Statement);
        for (var i = 0; i < 8; i++)
            call.Wait(300).HintEndOfSpeech();

        call.Transcript.ShouldBe(["agent: Hello there."]);
        call.Wait(60);
        (60 + Delay(call)).ShouldBeGreaterThanOrEqualTo(680);
    }

    [Fact]
    public void A_hint_that_comes_too_late_is_not_one_for_the_next_pause()
    {
        // The first: while the caller goes on. The second: in a pause that has only begun. The third: when the turn is over.
        using var call = new CallRig().Start().UntilAgentDone().Say("we are celebrating").Wait(300).Speak("our anniversary there.").Wait(200).HintEndOfSpeech();
        call.Wait(440).HintEndOfSpeech();
        (40 + Delay(call)).ShouldBeGreaterThanOrEqualTo(680);
        call.HintEndOfSpeech().UntilAgentDone();

        call.Transcript.Count.ShouldBe(3);
    }

    private const string Statement = "my wife and I are celebrating our anniversary.";

    private static CallRig Asking(ReplyExpectation expectation)
    {
        var call = new CallRig();
        call.Agent.Answer = request => request.Trigger is AgentTrigger.CallStarted
            ? [new AgentEvent.Say("Well?"), new AgentEvent.Expect(expectation)]
            : [new AgentEvent.Say("Thank you.")];
        return call.Start().UntilAgentDone();
    }

    private static int Delay(CallRig call)
    {
        var from = call.NowMs;
        call.UntilAgentSpeaks();
        return call.NowMs - from;
    }
}
