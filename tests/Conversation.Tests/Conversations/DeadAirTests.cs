using Parley.Conversation.Agents;
using Parley.Conversation.Audio;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Tenants;
using Parley.Tests.Common.Calls;

namespace Parley.Conversation.Tests.Conversations;

public sealed class DeadAirTests
{
    [Fact]
    public void A_slow_agent_is_covered_by_one_holding_phrase()
    {
        using var call = new CallRig().Start().UntilAgentDone();
        call.Agent.Delay = TimeSpan.FromSeconds(4);
        call.Say("I want a table.");
        var from = call.NowMs;
        call.UntilAgentSpeaks();

        (call.NowMs - from).ShouldBeLessThanOrEqualTo(1700);
        call.UntilAgentDone();
        call.Voice.Spoken.Count(t => t is "One moment, please." or "Let me check that." or "Just a second." or "Bear with me a moment.").ShouldBe(1);
        call.Transcript[^1].ShouldBe("agent: You said I want a table.");
    }

    [Fact]
    public void The_holding_phrase_is_not_part_of_the_transcript()
    {
        using var call = new CallRig().Start().UntilAgentDone();
        call.Agent.Delay = TimeSpan.FromSeconds(3);
        call.Say("I want a table.").UntilAgentDone();

        call.Journal.Turns[^1].HeardText.ShouldBe("You said I want a table.");
        call.Journal.Turns[^1].SentText.ShouldBe("You said I want a table.");
    }

    [Theory]
    [InlineData("es-MX", new[] { "Un momento, por favor.", "Déjeme ver.", "Un segundo." })]
    [InlineData("ru-RU", new[] { "Одну минуту, пожалуйста.", "Сейчас посмотрю.", "Секунду." })]
    [InlineData("en-US", new[] { "One moment, please.", "Let me check that.", "Just a second.", "Bear with me a moment." })]
    public void The_holding_phrase_is_in_the_tenants_language(string language, string[] phrases)
    {
        using var call = new CallRig();
        call.Tenant = call.Tenant with { Language = language };
        call.Start().UntilAgentDone();
        call.Agent.Delay = TimeSpan.FromSeconds(3);
        call.Say("I want a table.").UntilAgentDone();

        call.Voice.Spoken.Count(phrases.Contains).ShouldBe(1);
    }

    [Fact]
    public void An_agent_that_never_answers_is_apologised_for_and_the_call_ends()
    {
        using var call = new CallRig().Start().UntilAgentDone();
        call.Agent.Delay = TimeSpan.FromMinutes(5);
        call.Say("I want a table.").Until(() => call.IsOver, 70_000);

        // Nobody left a message.
        call.Voice.Spoken.ShouldContain(t => t.Contains("technical trouble", StringComparison.Ordinal));
        call.Outcome.Reason.ShouldBe(CallEndReason.CallerSilent);
        call.Transcript.ShouldContain("caller: I want a table.");
    }

    [Fact]
    public void An_agent_that_fails_hands_over_to_a_person_when_there_is_one()
    {
        using var call = new CallRig();
        call.Tenant = call.Tenant with { Departments = [new Department("the manager", "+12125550100", [])] };
        call.Start().UntilAgentDone();
        call.Agent.FailWith = new InvalidOperationException("broken");
        call.Say("I want a table.").Until(() => call.IsOver, 40_000);

        call.Outcome.ShouldBe(new CallOutcome(CallEndReason.Transferred, "+12125550100", "A caller. They said: I want a table."));
    }

    [Fact]
    public void A_voice_that_fails_ends_the_call_in_good_order()
    {
        using var call = new CallRig();
        call.Voice.FailWith = new InvalidOperationException("broken");
        call.Start().Until(() => call.IsOver, 60_000);

        call.Outcome.Reason.ShouldBe(CallEndReason.AgentFailed);
        call.Carrier.IsClosed.ShouldBeTrue();
        call.Journal.Ends.Count.ShouldBe(1);
    }

    [Fact]
    public void The_idle_time_runs_from_the_moment_the_carrier_finished_playing()
    {
        const string Long = "This is a rather long sentence that takes the carrier several seconds to play to its very end.";
        using var call = new CallRig();
        call.Agent.Answer = request => [new AgentEvent.Say(request.Trigger is AgentTrigger.CallStarted ? Long : "Still there?")];
        call.Start().UntilAgentDone();
        var done = call.NowMs;
        call.UntilAgentSpeaks();

        (call.NowMs - done).ShouldBeInRange(6900, 7300);
        done.ShouldBeGreaterThan(Long.Length * ScriptedVoice.MsPerChar - 100);
    }

    [Fact]
    public void A_caller_who_answers_the_reprompt_starts_afresh()
    {
        using var call = new CallRig().Start().UntilAgentDone().UntilAgentDone().Say("Yes I am here.").UntilAgentDone().UntilAgentDone();

        call.Transcript.ShouldBe(
            ["agent: Hello there.", "agent: Still there 1?", "caller: Yes I am here.", "agent: You said Yes I am here.", "agent: Still there 1?"]);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(400, 0)]
    [InlineData(0, 250)]
    [InlineData(300, 280)]
    [InlineData(0, 450)]
    [InlineData(200, 700)]
    public void A_slow_or_bursty_voice_leaves_no_gap_inside_a_sentence(int firstMs, int chunkMs)
    {
        using var call = new CallRig();
        call.Voice.FirstChunkDelay = TimeSpan.FromMilliseconds(firstMs);
        call.Voice.ChunkDelay = TimeSpan.FromMilliseconds(chunkMs);
        call.Start().UntilAgentDone();

        var sound = call.Carrier.Played.SkipWhile(IsSilent).Reverse().SkipWhile(IsSilent).ToList();
        sound.Count(IsSilent).ShouldBe(0);

    }

    [Fact]
    public void A_voice_that_stalls_in_the_middle_is_asked_again_for_the_rest_of_the_words()
    {
        using var call = new CallRig();
        call.Agent.Answer = _ => [new AgentEvent.Say("We are open every day from noon until ten in the evening.")];
        call.Voice.ChunkDelay = TimeSpan.FromMilliseconds(100);
        call.Voice.StallAfterChunks = 4;
        call.Voice.Stalls = 1;
        call.Start().UntilAgentDone();

        // 1,200 ms were made before the stall: "We are open every".
        call.Voice.Spoken.ShouldBe(["We are open every day from noon until ten in the evening.", "day from noon until ten in the evening."]);
        call.Transcript.ShouldBe(["agent: We are open every day from noon until ten in the evening."]);
        LongestGapMs(call.Carrier.Played).ShouldBeLessThan(1200);
    }

    [Fact]
    public void A_voice_that_stalls_again_and_again_does_not_hang_the_call()
    {
        using var call = new CallRig();
        call.Voice.StallAfterChunks = 1;
        call.Start().UntilAgentDone();
        call.HangUp().Until(() => call.IsOver);

        call.Outcome.Reason.ShouldBe(CallEndReason.CallerHungUp);
    }

    [Fact]
    public void The_carriers_buffer_never_holds_more_than_the_lead()
    {
        using var call = new CallRig().Start().UntilAgentDone().Say("Tell me a very long story about many things please.").UntilAgentDone();

        call.Carrier.MostBufferedMs.ShouldBeLessThanOrEqualTo(call.Options.PlayoutLeadMs + 20);
    }

    private static bool IsSilent(byte code) => Math.Abs((int)MuLaw.Decode(code)) <= 200;

    private static int LongestGapMs(List<byte> played)
    {
        var sound = played.SkipWhile(IsSilent).Reverse().SkipWhile(IsSilent).ToList();
        int longest = 0, current = 0;
        foreach (var code in sound)
        {
            current = IsSilent(code) ? current + 1 : 0;
            longest = Math.Max(longest, current);
        }

        return longest / 8;
    }
}
