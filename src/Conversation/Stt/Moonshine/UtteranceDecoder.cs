using System.Buffers;
using Parley.Conversation.Audio;

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
    private const int ModelRate = 16000;

    /// <summary>Shorter audio holds no word: 100 ms.</summary>
    public const int ShortestSamples = SampleRate / 10;

    /// <summary>The model loses text in longer pieces: 18 s.</summary>
    public const int LongestPieceSamples = 18 * SampleRate;

    // A long utterance is cut at the quietest fifth of a second between these points.
    private const int EarliestCut = 10 * SampleRate;
    private const int CutWindow = SampleRate / 5;

    // What stays around the speech; silence makes up for what was not recorded. Measured on single words and short sentences of
    // synthetic voices: 50 ms lose one answer in ten, 150 ms double the errors in sentences.
    private const int Margin = SampleRate / 10;

    // The second try hears half the margin before the onset, and everything louder.
    private const int LongestRetried = 3 * SampleRate;
    private const int RetryLead = SampleRate / 20;
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
        // The resampler's delay is fed as more silence behind, and dropped in front.
        var resampler = new Resampler(SampleRate, ModelRate);
        var total = lead + length + Margin;
        var narrow = ArrayPool<short>.Shared.Rent(total + resampler.Delay);
        var wide = ArrayPool<short>.Shared.Rent(resampler.MaxOutput(total + resampler.Delay));
        var floats = ArrayPool<float>.Shared.Rent(resampler.MaxOutput(total));
        try
        {
            var piece = narrow.AsSpan(0, total + resampler.Delay);
            piece.Clear();
            var from = Math.Max(0, offset - lead);
            var to = Math.Min(samples.Length, offset + length + Margin);
            samples[from..to].CopyTo(piece[(from - offset + lead)..]);
            if (peak > 0)
                Amplify(piece, peak);

            resampler.Process(piece, wide);
            var output = floats.AsSpan(0, resampler.MaxOutput(total));
            var resampled = wide.AsSpan(resampler.MaxOutput(resampler.Delay), output.Length);
            for (var i = 0; i < output.Length; i++)
                output[i] = resampled[i] / 32768f;
            return transcribe(output).Trim();
        }
        finally
        {
            ArrayPool<short>.Shared.Return(narrow);
            ArrayPool<short>.Shared.Return(wide);
            ArrayPool<float>.Shared.Return(floats);
        }
    }

    private static void Amplify(Span<short> samples, float peak)
    {
        var loudest = 1;
        foreach (var sample in samples)
            loudest = Math.Max(loudest, Math.Abs((int)sample));
        var gain = peak * short.MaxValue / loudest;
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (short)(samples[i] * gain);
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
