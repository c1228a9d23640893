namespace Parley.Conversation.Stt.Moonshine;

/// <summary>
/// 8 kHz to 16 kHz for the recogniser: every sample is kept, and one is put between each two by a half-band filter (windowed sinc,
/// 48 taps, flat to about 3.7 kHz). The whole utterance is at hand, so there is no state and no delay.
/// </summary>
internal static class Upsampler
{
    private const int HalfTaps = 24;
    private static readonly float[] Taps = MakeTaps();

    /// <summary>Fills <paramref name="output"/>, twice as long as <paramref name="input"/>, whose outside counts as silence.</summary>
    public static void Double(ReadOnlySpan<float> input, Span<float> output)
    {
        for (var i = 0; i < input.Length; i++)
        {
            output[2 * i] = input[i];
            var between = 0f;
            for (var tap = 0; tap < HalfTaps; tap++)
            {
                var left = i - tap;
                var right = i + 1 + tap;
                var pair = (left >= 0 ? input[left] : 0) + (right < input.Length ? input[right] : 0);
                between += Taps[tap] * pair;
            }

            output[(2 * i) + 1] = between;
        }
    }

    private static float[] MakeTaps()
    {
        var taps = new float[HalfTaps];
        double sum = 0;
        for (var i = 0; i < HalfTaps; i++)
        {
            var x = i + 0.5;
            taps[i] = (float)(Math.Sin(Math.PI * x) / (Math.PI * x) * (0.5 + (0.5 * Math.Cos(Math.PI * x / (HalfTaps + 0.5)))));
            sum += taps[i];
        }

        // Both sides together pass a constant unchanged.
        for (var i = 0; i < HalfTaps; i++)
            taps[i] = (float)(taps[i] / (2 * sum));
        return taps;
    }
}
