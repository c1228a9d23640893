using Parley.Conversation.Agents;
using Parley.Conversation.Audio;
using Parley.Conversation.Pipeline;
using Parley.Tests.Common.Calls;

namespace Parley.Conversation.Tests.Conversations;

public sealed class InterruptionTests
{
    private const string Story = "We are open every day from noon until ten in the evening and on Fridays until eleven at night.";

    [Fact]
    public void Decisive_speech_silences_the_agent_at_once()
    {
        using var call = Telling().Wait(1500);
        var clears = call.Carrier.Clears;
        call.Speak("stop right there please now").Until(() => call.Carrier.Clears > clears, 800);

        call.Carrier.BufferedMs.ShouldBe(0);
        call.Wait(40);
        call.Carrier.IsSounding.ShouldBeFalse();
    }

    [Fact]
    public void At_most_200_ms_of_agent_audio_is_sent_after_the_onset_of_decisive_speech()
    {
        using var call = Telling().Wait(1500);
        var sent = call.Carrier.SentBytes;
        call.Say("stop right there please now");

        ((call.Carrier.SentBytes - sent) / 8).ShouldBeLessThanOrEqualTo(200);
    }

    [Fact]
    public void Nothing_of_the_old_turn_is_sent_after_the_clear()
    {
        using var call = Telling().Wait(1500);
        var clears = call.Carrier.Clears;
        call.Speak("stop right there please now").Until(() => call.Carrier.Clears > clears, 1000);
        call.Until(
            () =>
            {
                if (call.Journal.Turns.Any(t => t.Speaker == Speaker.Caller && t.Ordinal > 1) || call.Voice.Spoken.Count > 2)
                    return true;
                call.Carrier.SentSinceClear.ShouldBe(0);
                return false;
            });
    }

    [Theory]
    [InlineData("mhm")]
    [InlineData("okay")]
    [InlineData("right")]
    [InlineData("yeah")]
    public void A_backchannel_neither_stops_the_agent_nor_becomes_a_turn(string word)
    {
        using var call = Telling().Wait(1500).Say(word);
        while (call.Carrier.IsSounding)
            call.Wait(20);
        call.Wait(3000);

        call.Carrier.Clears.ShouldBe(0);
        call.Transcript[^1].ShouldBe($"agent: {Story}");
        call.Transcript.ShouldNotContain($"caller: {word}");
    }

    [Fact]
    public void A_backchannel_does_not_leak_into_the_next_turn()
    {
        using var call = Telling().Wait(1500).Say("okay").UntilAgentDone();
        call.Say("Where are you located?").UntilAgentDone();

        call.Transcript.ShouldContain("caller: Where are you located?");
    }

    [Fact]
    public void A_backchannel_is_not_heard_as_a_gap_in_the_agents_speech()
    {
        using var call = Telling().Wait(1500);
        var from = call.Carrier.Played.Count;
        call.Say("okay").Wait(600);

        LongestSilenceMs(call.Carrier.Played.Skip(from).ToList()).ShouldBeLessThanOrEqualTo(200);
    }

    [Fact]
    public void A_cough_does_not_stop_the_agent()
    {
        using var call = Telling().Wait(1500).Noise(250).UntilAgentDone();

        call.Carrier.Clears.ShouldBe(0);
        call.Transcript[^1].ShouldBe($"agent: {Story}");
    }

    [Fact]
    public void A_long_noise_without_words_resumes_the_agent_at_the_word_where_it_stopped()
    {
        using var call = Telling().Wait(1500).Noise(900).UntilAgentDone();

        call.Carrier.Clears.ShouldBe(1);
        call.Transcript[^1].ShouldBe($"agent: {Story}");
        call.Journal.Turns[^1].Interrupted.ShouldBeFalse();

        // Nothing but the cut word is said twice: 60 ms a character, the longest word has 7 letters.
        var wholeMs = Story.Length * ScriptedVoice.MsPerChar;
        (call.Carrier.SoundMs - "Hello there.".Length * ScriptedVoice.MsPerChar).ShouldBeInRange(wholeMs - 100, wholeMs + 8 * ScriptedVoice.MsPerChar + 100);
    }

    [Fact]
    public void A_yes_at_the_end_of_the_question_is_the_answer()
    {
        using var call = new CallRig();
        call.Agent.Answer = request => request.Trigger is AgentTrigger.CallStarted
            ? [new AgentEvent.Say("A table for four people tomorrow, is that right?"), new AgentEvent.Expect(new(ReplyKind.YesNo))]
            : [new AgentEvent.Say("Fine.")];
        call.Start().UntilAgentSpeaks().Wait(2000).Say("yes").UntilAgentDone();

        call.Until(() => call.Transcript.Contains("agent: Fine."));
        call.Transcript.ShouldContain("caller: yes");
    }

    [Fact]
    public void The_transcript_holds_what_was_heard_wherever_the_agent_is_cut()
    {
        var words = Story.Split(' ');
        for (var at = 400; at < Story.Length * ScriptedVoice.MsPerChar - 1500; at += 100)
        {
            using var call = Telling();
            var begin = call.Carrier.Played.Count;
            call.Wait(at).Say("stop right there please now").Until(() => call.Journal.Turns.Any(t => t.Interrupted));

            var heardMs = call.Carrier.Played.Skip(begin - 160).Count(b => Math.Abs((int)MuLaw.Decode(b)) > 200) / 8;
            var trueWords = Story[..Math.Min(Story.Length, heardMs / ScriptedVoice.MsPerChar)].Count(c => c == ' ');
            var stored = call.Journal.Turns.First(t => t.Interrupted);
            var storedWords = stored.HeardText.Length == 0 ? 0 : stored.HeardText.Split(' ').Length;

            storedWords.ShouldBeInRange(trueWords - 1, trueWords + 1, $"cut after {at} ms, heard {heardMs} ms: '{stored.HeardText}'");
            stored.HeardText.ShouldBe(string.Join(' ', words.Take(storedWords)));
            stored.GeneratedText.ShouldBe(Story);
            stored.SentText.ShouldStartWith(stored.HeardText);
        }
    }

    [Fact]
    public void The_agent_is_told_what_was_heard_and_not_what_was_generated()
    {
        using var call = Telling().Wait(1500).Say("stop right there please now").UntilAgentDone();

        var history = call.Agent.Requests[^1].History;
        history[^1].Speaker.ShouldBe(Speaker.Agent);
        history[^1].Interrupted.ShouldBeTrue();
        history[^1].Text.Length.ShouldBeLessThan(Story.Length / 2);
    }

    [Fact]
    public void A_mark_that_comes_back_because_of_a_clear_does_not_count_as_heard()
    {
        using var call = Telling().Wait(300).Say("stop right there please now");

        call.Until(() => call.Journal.Turns.Any(t => t.Interrupted));
        call.Journal.Turns.First(t => t.Interrupted).HeardText.Length.ShouldBeLessThan(Story.Length / 2);
    }

    [Fact]
    public void The_greeting_can_be_interrupted()
    {
        using var call = new CallRig();
        call.Agent.Answer = request => request.Trigger is AgentTrigger.CallStarted ? [new AgentEvent.Say(Story)] : [new AgentEvent.Say("Sure.")];
        call.Start().UntilAgentSpeaks().Wait(1000).Say("I want to book a table").UntilAgentDone();
        call.Until(() => call.Transcript.Contains("agent: Sure."));

        call.Journal.Turns[0].Interrupted.ShouldBeTrue();
        call.Transcript[1].ShouldBe("caller: I want to book a table");
    }

    [Fact]
    public void The_goodbye_can_be_interrupted_and_the_call_goes_on()
    {
        using var call = new CallRig();
        call.Agent.Answer = request => request.Trigger switch
        {
            AgentTrigger.CallStarted => [new AgentEvent.Say("Hello.")],
            AgentTrigger.CallerSaid { Text: "bye now" } => [new AgentEvent.Say("Goodbye and have a very nice evening with all of us here."), new AgentEvent.EndCall()],
            _ => [new AgentEvent.Say("Yes of course.")],
        };
        call.Start().UntilAgentDone().Say("bye now").UntilAgentSpeaks().Wait(800).Say("wait one more question please").Until(() => call.Transcript.Contains("agent: Yes of course."));

        call.IsOver.ShouldBeFalse();
        call.Carrier.IsClosed.ShouldBeFalse();
    }

    [Fact]
    public void Several_interruptions_in_a_row_each_have_their_turn()
    {
        using var call = Telling().Wait(1000).Say("no tell me something else").UntilAgentSpeaks().Wait(1000)
            .Say("and another thing right now").UntilAgentSpeaks().Wait(1000).Say("stop talking to me now").UntilAgentDone();

        call.Journal.Turns.Count(t => t.Interrupted).ShouldBe(3);
        call.Transcript.Count(t => t.StartsWith("caller", StringComparison.Ordinal)).ShouldBe(4);
        call.Journal.Turns.Select(t => t.Ordinal).ShouldBe(Enumerable.Range(0, call.Journal.Turns.Count));
    }

    [Fact]
    public void An_interruption_that_arrives_with_the_hang_up_is_kept()
    {
        using var call = Telling().Wait(1000).Say("stop right there please now").HangUp();
        call.Until(() => call.IsOver);

        call.Transcript[^1].ShouldBe("caller: stop right there please now");
        call.Outcome.Reason.ShouldBe(CallEndReason.CallerHungUp);
    }

    [Fact]
    public void An_interruption_while_the_agent_thinks_joins_both_parts()
    {
        using var call = new CallRig();
        call.Start().UntilAgentDone();
        call.Agent.Delay = TimeSpan.FromMilliseconds(900);
        call.Say("I want a table.").Wait(600).Say("for four people please").UntilAgentDone();

        call.Transcript[1].ShouldBe("caller: I want a table. for four people please");
        call.Transcript[^1].ShouldBe("agent: You said I want a table. for four people please.");
    }

    [Fact]
    public void An_interruption_during_a_tool_call_joins_both_parts_and_runs_the_tool_for_the_whole()
    {
        // The agent is in the middle of a slow tool, and a holding phrase is being spoken.
        using var call = new CallRig();
        call.Start().UntilAgentDone();
        call.Agent.Delay = TimeSpan.FromMilliseconds(3500);
        call.Say("I want a table.").UntilAgentSpeaks().Wait(300).Say("for four people please");
        call.Until(() => call.Transcript.Count > 2);

        call.Transcript[1].ShouldBe("caller: I want a table. for four people please");
        call.Until(() => call.Transcript[^1] == "agent: You said I want a table. for four people please.");
        call.Journal.Turns[^1].AgentStateJson.ShouldBe("2");
    }

    [Fact]
    public void A_tenant_that_is_never_interrupted_by_speech_speaks_to_the_end()
    {
        using var call = new CallRig();
        call.Tenant = call.Tenant with { Turns = new() { BargeInSensitivity = 0 } };
        Tell(call).Wait(1000).Say("stop right there please now").UntilAgentDone();

        call.Transcript[^1].ShouldBe($"agent: {Story}");
    }

    [Fact]
    public void Keys_interrupt_the_agent()
    {
        using var call = Telling().Wait(1000).Press("5#").UntilAgentDone();
        call.Until(() => call.Transcript.Contains("agent: " + Story) || call.Journal.Turns.Any(t => t.Source == "keys"));

        call.Transcript.ShouldContain("caller: 5");
        call.Journal.Turns.ShouldContain(t => t.Interrupted);
    }

    private static CallRig Telling() => Tell(new CallRig());

    private static CallRig Tell(CallRig call)
    {
        call.Agent.Answer = request => request.Trigger is AgentTrigger.CallStarted ? [new AgentEvent.Say("Hello there.")] : [new AgentEvent.Say(Story)];
        return call.Start().UntilAgentDone().Say("When are you open?").UntilAgentSpeaks();
    }

    private static int LongestSilenceMs(List<byte> played)
    {
        int longest = 0, current = 0;
        foreach (var code in played)
        {
            current = Math.Abs((int)MuLaw.Decode(code)) > 200 ? 0 : current + 1;
            longest = Math.Max(longest, current);
        }

        return longest / 8;
    }
}
