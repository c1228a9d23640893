namespace Parley.Conversation.Stt.Moonshine;

/// <summary>
/// Where the loud part of an utterance lies. Moonshine was trained on tightly cut speech: with a second of silence behind it, half of
/// all one-word answers come back empty, with about a tenth of a second one in thirty does.
/// </summary>
internal static class SpeechBounds
{
    /// <summary>Samples of a frame: 20 ms.</summary>
    public const int Frame = 160;

    // Below this nothing is speech: -60 dBFS.
    private const double SilencePower = 1e-6;

    // A frame counts when it is within 30 dB of the loudest one and 8 dB above the quiet tenth, but never has to come closer
    // to the loudest than 15 dB: in steady noise nothing is cut.
    private const double BelowPeak = 1e-3;
    private const double AboveQuiet = 6.3;
    private const double NearPeak = 0.0316;

    /// <summary>The range of <paramref name="samples"/> from the first to the last loud frame; empty when all is silence.</summary>
    public static Range Find(ReadOnlySpan<short> samples)
    {
        var frames = samples.Length / Frame;
        if (frames == 0)
            return new Range(0, 0);

        var powers = new double[frames];
        for (var i = 0; i < frames; i++)
            powers[i] = Power(samples.Slice(i * Frame, Frame));

        var sorted = (double[])powers.Clone();
        Array.Sort(sorted);
        var peak = sorted[^1];
        if (peak < SilencePower)
            return new Range(0, 0);

        var threshold = Math.Max(SilencePower, Math.Min(peak * NearPeak, Math.Max(peak * BelowPeak, sorted[frames / 10] * AboveQuiet)));
        var first = Array.FindIndex(powers, power => power >= threshold);
        var last = Array.FindLastIndex(powers, power => power >= threshold);
        return new Range(first * Frame, (last + 1) * Frame);
    }

    /// <summary>Mean power of the samples around their mean, where 1 is full scale.</summary>
    public static double Power(ReadOnlySpan<short> samples)
    {
        double sum = 0, squares = 0;
        foreach (var sample in samples)
        {
            sum += sample;
            squares += (double)sample * sample;
        }

        var mean = sum / samples.Length;
        return ((squares / samples.Length) - (mean * mean)) / (32768.0 * 32768.0);
    }
}
