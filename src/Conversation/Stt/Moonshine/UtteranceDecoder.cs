using System.Buffers;

namespace Parley.Conversation.Stt.Moonshine;

/// <summary>The words in 16 kHz samples from -1 to 1.</summary>
internal delegate string Transcribe(ReadOnlySpan<float> samples);

/// <summary>
/// Prepares an utterance for the model and checks what comes back: cuts silence off both ends and long audio into pieces, tries a short
/// one a second time when the model heard nothing, and removes run-away repetition.
/// </summary>
internal static class UtteranceDecoder
{
    private const int SampleRate = 8000;

    /// <summary>Shorter audio holds no word: 100 ms.</summary>
    public const int ShortestSamples = SampleRate / 10;

    /// <summary>The model loses text in longer pieces: 18 s.</summary>
    public const int LongestPieceSamples = 18 * SampleRate;

    // A long utterance is cut at the quietest fifth of a second between these points.
    private const int EarliestCut = 10 * SampleRate;
    private const int CutWindow = SampleRate / 5;

    // What stays around the speech; silence makes up for what was not recorded.
    private const int Margin = SampleRate / 10;

    // The second try hears the speech from its very onset and louder.
    private const int LongestRetried = 3 * SampleRate;
    private const int RetryLead = SampleRate / 50;
    private const float RetryPeak = 0.9f;

    /// <summary>The words in linear 8 kHz samples; empty when there are none.</summary>
    public static string Decode(ReadOnlySpan<short> samples, Transcribe transcribe)
    {
        var bounds = SpeechBounds.Find(samples);
        var (offset, length) = bounds.GetOffsetAndLength(samples.Length);
        if (samples.Length < ShortestSamples || length == 0)
            return "";

        var texts = new List<string>();
        while (length > 0)
        {
            var piece = length <= LongestPieceSamples ? length : QuietestPoint(samples.Slice(offset, LongestPieceSamples));
            var text = DecodePiece(samples, offset, piece, transcribe);
            if (text.Length > 0)
                texts.Add(text);
            offset += piece;
            length -= piece;
        }

        return string.Join(' ', texts);
    }

    private static string DecodePiece(ReadOnlySpan<short> samples, int offset, int length, Transcribe transcribe)
    {
        var text = Run(samples, offset, length, Margin, peak: 0, transcribe);
        if (text.Length == 0 && length <= LongestRetried)
            text = Run(samples, offset, length, RetryLead, RetryPeak, transcribe);
        return RunawayGuard.Clean(text, TimeSpan.FromSeconds((double)length / SampleRate));
    }

    private static string Run(ReadOnlySpan<short> samples, int offset, int length, int lead, float peak, Transcribe transcribe)
    {
        var total = lead + length + Margin;
        var narrow = ArrayPool<float>.Shared.Rent(total);
        var wide = ArrayPool<float>.Shared.Rent(2 * total);
        try
        {
            float loudest = 0;
            for (var i = 0; i < total; i++)
            {
                var source = offset - lead + i;
                narrow[i] = (uint)source < (uint)samples.Length ? samples[source] / 32768f : 0;
                loudest = Math.Max(loudest, Math.Abs(narrow[i]));
            }

            if (peak > 0 && loudest > 0)
            {
                for (var i = 0; i < total; i++)
                    narrow[i] *= peak / loudest;
            }

            Upsampler.Double(narrow.AsSpan(0, total), wide);
            return transcribe(wide.AsSpan(0, 2 * total)).Trim();
        }
        finally
        {
            ArrayPool<float>.Shared.Return(narrow);
            ArrayPool<float>.Shared.Return(wide);
        }
    }

    private static int QuietestPoint(ReadOnlySpan<short> samples)
    {
        var (best, quietest) = (samples.Length, double.MaxValue);
        for (var start = EarliestCut; start + CutWindow <= samples.Length; start += SpeechBounds.Frame)
        {
            var power = SpeechBounds.Power(samples.Slice(start, CutWindow));
            if (power < quietest)
                (best, quietest) = (start + (CutWindow / 2), power);
        }

        return best;
    }
}
