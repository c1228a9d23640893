using System.Numerics;

namespace Parley.Conversation.Vad;

/// <summary>
/// Says whether a window of audio is worth a look by the model. Most of a call is silence on the caller's side, and telling that takes
/// a hundredth of the model's time. It errs on the side of looking: it stays closed only for what is clearly quieter than speech.
/// </summary>
/// <remarks>
/// Levels are RMS in dBFS, where 0 is a full-scale square wave. The noise floor follows a falling level at once and a rising one by
/// <see cref="FloorRisePerSecond"/>, so speech does not lift it before the next gap between words. The gate opens above the floor plus
/// <see cref="Margin"/>, but at the latest at <see cref="AlwaysOpen"/> and never below <see cref="NeverOpen"/>, and closes after
/// <see cref="HangoverWindows"/> windows below. Soft onsets are not lost: whoever uses the gate replays the last closed windows
/// when it opens (<see cref="SileroVad"/> does).
/// </remarks>
public sealed class EnergyGate
{
    /// <summary>Distance above the noise floor at which the gate opens (dB).</summary>
    public const float Margin = 6;

    /// <summary>A level that opens the gate whatever the floor (dBFS): telephone speech is seldom below -40.</summary>
    public const float AlwaysOpen = -40;

    /// <summary>A level that never opens the gate (dBFS): two quantisation steps of mu-law near zero.</summary>
    public const float NeverOpen = -66;

    /// <summary>How fast the floor follows a rising level (dB a second).</summary>
    public const float FloorRisePerSecond = 1;

    /// <summary>Windows the gate stays open below the threshold: 384 ms of 32 ms windows, longer than gaps inside words.</summary>
    public const int HangoverWindows = 12;

    private const float FloorAtStart = -60;
    private const float LowestFloor = -90;

    private float floor = FloorAtStart;
    private int hangover;

    /// <summary>The tracked noise floor (dBFS).</summary>
    public float NoiseFloor => floor;

    /// <summary>Judges the next window of linear 8 kHz samples from -1 to 1.</summary>
    public bool IsOpen(ReadOnlySpan<float> window)
    {
        var level = Level(window);
        floor = level < floor
            ? Math.Max(level, LowestFloor)
            : Math.Min(level, floor + (FloorRisePerSecond * window.Length / 8000f));

        if (level > Math.Clamp(floor + Margin, NeverOpen, AlwaysOpen))
            hangover = HangoverWindows;
        else if (hangover > 0)
            hangover--;

        return hangover > 0;
    }

    /// <summary>Forgets the floor and closes.</summary>
    public void Reset()
    {
        floor = FloorAtStart;
        hangover = 0;
    }

    /// <summary>RMS of the samples around their mean in dBFS: a constant offset of the line is not sound.</summary>
    internal static float Level(ReadOnlySpan<float> samples)
    {
        if (samples.IsEmpty)
            return LowestFloor;

        Vector<float> sums = default, squareSums = default;
        var rest = samples;
        for (; rest.Length >= Vector<float>.Count; rest = rest[Vector<float>.Count..])
        {
            var several = new Vector<float>(rest);
            sums += several;
            squareSums += several * several;
        }

        float sum = Vector.Sum(sums), squares = Vector.Sum(squareSums);
        foreach (var sample in rest)
        {
            sum += sample;
            squares += sample * sample;
        }

        var mean = sum / samples.Length;
        var power = (squares / samples.Length) - (mean * mean);
        return power <= 1e-9f ? LowestFloor : 10 * MathF.Log10(power);
    }
}
