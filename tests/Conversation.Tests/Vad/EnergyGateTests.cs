using Parley.Conversation.Tests.Native;
using Parley.Conversation.Vad;

namespace Parley.Conversation.Tests.Vad;

public sealed class EnergyGateTests
{
    [Fact]
    public void Digital_silence_and_the_noise_of_a_quiet_line_keep_it_closed()
    {
        var gate = new EnergyGate();
        for (var i = 0; i < 100; i++)
        {
            gate.IsOpen(Window(-90, i)).ShouldBeFalse();
            gate.IsOpen(Window(-68, i)).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData(-50)]
    [InlineData(-30)]
    [InlineData(-10)]
    public void Sound_above_the_floor_opens_it_at_once(double level) => new EnergyGate().IsOpen(Window(level, 1)).ShouldBeTrue();

    [Fact]
    public void It_stays_open_over_the_gaps_inside_words()
    {
        var gate = new EnergyGate();
        gate.IsOpen(Window(-20, 1)).ShouldBeTrue();
        for (var i = 1; i < EnergyGate.HangoverWindows; i++)
            gate.IsOpen(Window(-80, i)).ShouldBeTrue();
        gate.IsOpen(Window(-80, 99)).ShouldBeFalse();
    }

    [Fact]
    public void Steady_noise_becomes_the_floor_and_closes_it()
    {
        var gate = new EnergyGate();
        var open = true;
        for (var i = 0; i < 600; i++)
            open = gate.IsOpen(Window(-50, i));
        open.ShouldBeFalse();
        gate.NoiseFloor.ShouldBe(-50, 2);
        gate.IsOpen(Window(-42, 1)).ShouldBeTrue();
    }

    [Fact]
    public void Speech_level_opens_it_whatever_the_floor()
    {
        var gate = new EnergyGate();
        for (var i = 0; i < 2000; i++)
            gate.IsOpen(Window(-38, i)).ShouldBeTrue();
    }

    [Fact]
    public void A_constant_offset_is_not_sound()
    {
        var window = new float[256];
        Array.Fill(window, 0.3f);
        new EnergyGate().IsOpen(window).ShouldBeFalse();
    }

    [Fact]
    public void A_reset_forgets_floor_and_hangover()
    {
        var gate = new EnergyGate();
        gate.IsOpen(Window(-10, 1));
        gate.Reset();
        gate.IsOpen(Window(-80, 1)).ShouldBeFalse();
    }

    [Fact]
    public void An_empty_window_is_silent() => new EnergyGate().IsOpen([]).ShouldBeFalse();

    private static float[] Window(double level, int seed) => [.. TestSpeech.Noise(256, level, seed).Select(sample => sample / 32768f)];
}
