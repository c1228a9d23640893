using Parley.Calling;

namespace Parley.Tests.Calling;

public class ScriptedCallerTests
{
    private static readonly byte[] Tone = Sounds.Tone(20);
    private static readonly byte[] Silence = Sounds.Silence(20);
    private readonly byte[] frame = new byte[160];
    private long now;

    [Fact]
    public void The_caller_waits_until_the_agent_has_spoken_and_finished()
    {
        var caller = Caller(new CallStep { Say = Sounds.Speech(100) });
        Run(caller, 1000, agent: false).ShouldBe(0);
        Run(caller, 500, agent: true).ShouldBe(0);
        Run(caller, 680, agent: false).ShouldBe(0);
        Run(caller, 200, agent: false).ShouldBe(5);
    }

    [Fact]
    public void A_pause_in_the_agents_playback_shorter_than_400_ms_is_not_its_end()
    {
        var caller = Caller(new CallStep { Say = Sounds.Speech(100), AfterMs = 0 });
        Run(caller, 300, agent: true);
        Run(caller, 380, agent: false).ShouldBe(0);
        Run(caller, 300, agent: true).ShouldBe(0);
        Run(caller, 500, agent: false).ShouldBe(5);
    }

    [Fact]
    public void The_next_words_wait_for_an_answer_to_the_ones_before()
    {
        var caller = Caller(new CallStep { Say = Sounds.Speech(100) }, new CallStep { Say = Sounds.Speech(60) });
        Run(caller, 300, agent: true);
        Run(caller, 3000, agent: false).ShouldBe(5);
        Run(caller, 300, agent: true).ShouldBe(0);
        Run(caller, 1000, agent: false).ShouldBe(3);
    }

    [Fact]
    public void The_end_of_speech_is_the_last_sound_not_the_end_of_the_recording()
    {
        var caller = Caller(new CallStep { Say = Sounds.Speech(100, silenceAfterMs: 500) });
        Run(caller, 300, agent: true);
        Run(caller, 2000, agent: false);
        var spoken = caller.Spoken.ShouldHaveSingleItem();
        (spoken.EndMs - spoken.StartMs).ShouldBe(80);
        spoken.Interrupting.ShouldBeFalse();
    }

    [Fact]
    public void An_interruption_begins_that_long_after_the_agents_speech_began()
    {
        var caller = Caller(new CallStep { Say = Sounds.Speech(100), Trigger = StepTrigger.Interrupt, AfterMs = 1500 });
        Run(caller, 1000, agent: false);
        Run(caller, 1500, agent: true).ShouldBe(0);
        Run(caller, 200, agent: true).ShouldBe(5);
        var spoken = caller.Spoken.ShouldHaveSingleItem();
        spoken.StartMs.ShouldBe(1020 + 1500);
        spoken.Interrupting.ShouldBeTrue();
    }

    [Fact]
    public void Keys_are_pressed_one_after_the_other_with_a_gap()
    {
        var caller = Caller(new CallStep { Press = "12#" });
        var keys = new List<(char, long)>();
        Run(caller, 300, agent: true);
        Run(caller, 2000, agent: false, action => keys.AddRange(action.Key is { } k ? [(k, now)] : []));
        keys.Select(k => k.Item1).ShouldBe(['1', '2', '#']);
        (keys[2].Item2 - keys[0].Item2).ShouldBe(400);
    }

    [Fact]
    public void A_wait_passes_before_a_step_that_follows_at_once()
    {
        var caller = Caller(
            new CallStep { WaitMs = 1000, Trigger = StepTrigger.Now, AfterMs = 0 },
            new CallStep { Say = Sounds.Speech(100), Trigger = StepTrigger.Now, AfterMs = 0 });
        Run(caller, 1000, agent: false).ShouldBe(0);
        Run(caller, 200, agent: false).ShouldBe(5);
    }

    [Fact]
    public void The_caller_hangs_up_when_the_script_says_so()
    {
        var caller = Caller(new CallStep { HangUp = true });
        var hungUp = false;
        Run(caller, 300, agent: true, a => hungUp |= a.HangUp);
        hungUp.ShouldBeFalse();
        Run(caller, 1000, agent: false, a => hungUp |= a.HangUp);
        hungUp.ShouldBeTrue();
        caller.Unspoken.ShouldBeNull();
    }

    [Fact]
    public void A_silent_agent_is_given_up()
    {
        var step = new CallStep { Say = Sounds.Speech(100), Line = 7 };
        var caller = Caller(step);
        var hungUp = false;
        Run(caller, 14_980, agent: false, a => hungUp |= a.HangUp);
        hungUp.ShouldBeFalse();
        Run(caller, 40, agent: false, a => hungUp |= a.HangUp);
        hungUp.ShouldBeTrue();
        caller.GaveUp.ShouldBeTrue();
        caller.Unspoken.ShouldBe(step);
    }

    [Fact]
    public void An_agent_that_does_not_end_the_call_after_goodbye_is_hung_up_on()
    {
        var caller = Caller(new CallStep { Say = Sounds.Speech(100) });
        var hungUp = false;
        Run(caller, 300, agent: true);
        Run(caller, 1000, agent: false);
        Run(caller, 300, agent: true, a => hungUp |= a.HangUp);
        Run(caller, 5900, agent: false, a => hungUp |= a.HangUp);
        hungUp.ShouldBeFalse();
        Run(caller, 200, agent: false, a => hungUp |= a.HangUp);
        hungUp.ShouldBeTrue();
        caller.GaveUp.ShouldBeFalse();
    }

    private static ScriptedCaller Caller(params CallStep[] steps) =>
        new(new CallScript { Name = "t", From = "+14155550123", To = "+12125550101", Steps = steps });

    /// <summary>Lets time pass; returns the frames of speech the caller sent.</summary>
    private int Run(ScriptedCaller caller, int ms, bool agent, Action<CallerAction>? watch = null)
    {
        var frames = 0;
        for (var end = now + ms; now < end;)
        {
            now += 20;
            Array.Fill(frame, (byte)0xFF);
            var action = caller.Next(now, agent ? Tone : Silence, agent, frame);
            watch?.Invoke(action);
            frames += SpeechLevel.IsSound(frame) ? 1 : 0;
        }

        return frames;
    }
}
