using Parley.Calling;

namespace Parley.Tests.Calling;

public class LatencyMeterTests
{
    private readonly LatencyMeter meter = new();
    private readonly byte[] tone = Sounds.Tone(20);
    private readonly byte[] silence = Sounds.Silence(20);

    [Fact]
    public void An_answer_counts_from_the_last_sound_to_the_first_that_is_not_silence()
    {
        meter.Expect(Said(1000));
        meter.OnAgentAudio(1200, silence);
        meter.OnFrame(1220, silence, silence);
        meter.OnAgentAudio(1400, tone);
        meter.OnFrame(1420, silence, silence);
        meter.OnFrame(1440, silence, tone);
        meter.OnFrame(1460, silence, tone);
        meter.Turns.ShouldBe([new TurnLatency("Hello.", 400, 440)]);
    }

    [Fact]
    public void Sound_before_the_caller_has_finished_is_no_answer()
    {
        meter.Expect(Said(null));
        meter.OnAgentAudio(900, tone);
        meter.OnFrame(920, silence, tone);
        meter.Turns.ShouldBeEmpty();
    }

    [Fact]
    public void What_a_clear_dropped_is_no_answer()
    {
        meter.Expect(Said(1000));
        meter.OnAgentAudio(1010, tone);
        meter.OnClear(1020, 160);
        meter.OnAgentAudio(1500, tone);
        meter.OnFrame(1520, silence, tone);
        meter.Turns.ShouldBe([new TurnLatency("Hello.", 500, 520)]);
    }

    [Fact]
    public void The_greeting_counts_from_the_start()
    {
        meter.Expect(null);
        meter.OnAgentAudio(150, tone);
        meter.OnFrame(160, silence, tone);
        meter.Turns.ShouldBe([new TurnLatency(null, 150, 160)]);
    }

    private static SpokenStep Said(long? endMs) => new() { Step = new CallStep { Text = "Hello." }, StartMs = 500, EndMs = endMs };
}
