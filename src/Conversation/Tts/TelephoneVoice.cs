using Parley.Conversation.Audio;
using Parley.Conversation.Frames;

namespace Parley.Conversation.Tts;

/// <summary>
/// Brings the audio of a synthesiser to what the telephone carries: mu-law at 8 kHz, without the silence that synthesisers put before the
/// first sound (it alone would cost the caller 150 to 250 ms of waiting). One a reply; keeps its filters' state through a clause.
/// </summary>
public sealed class TelephoneVoice
{
    /// <summary>Silence that is left before the first sound, so that it does not click.</summary>
    private const int LeadInMs = 20;

    // Level under which a synthesiser is silent: about -50 dBFS.
    private const int SilenceLevel = 100;

    private Resampler? resampler;
    private int resamplerRate;
    private short[] scratch = new short[4096];
    private bool started;
    private int trimmedMs;

    /// <summary>Begins a clause.</summary>
    public void Begin()
    {
        resampler?.Reset();
        started = false;
        trimmedMs = 0;
    }

    /// <summary>Word timings, moved by the silence that was cut off.</summary>
    public IReadOnlyList<WordTiming> Shift(IReadOnlyList<WordTiming> words)
    {
        if (trimmedMs == 0)
            return words;

        var shifted = new WordTiming[words.Count];
        for (var i = 0; i < words.Count; i++)
            shifted[i] = words[i] with { EndMs = Math.Max(0, words[i].EndMs - trimmedMs) };
        return shifted;
    }

    /// <summary>Converts a chunk; null when nothing of it is left. The chunk stays the caller's to dispose.</summary>
    public AudioFrame? Convert(AudioFrame chunk)
    {
        if (chunk.Format == AudioFormat.Telephone)
            return AudioFrame.Copy(AudioFormat.Telephone, chunk.Bytes);

        if (chunk.Format.Encoding != AudioEncoding.Pcm16)
            throw new NotSupportedException($"Audio of a synthesiser in {chunk.Format} cannot be sent to a telephone.");

        var samples = TrimLeadIn(chunk.Samples, chunk.Format.SampleRate);
        return samples.Length == 0 ? null : Encode(samples, chunk.Format.SampleRate);
    }

    /// <summary>What the filter still holds at the end of a clause; null when nothing.</summary>
    public AudioFrame? Flush()
    {
        if (resampler is null || !started)
            return null;

        var count = resampler.Flush(scratch);
        return count == 0 ? null : ToMuLaw(scratch.AsSpan(0, count));
    }

    private ReadOnlySpan<short> TrimLeadIn(ReadOnlySpan<short> samples, int rate)
    {
        if (started)
            return samples;

        var first = samples.IndexOfAnyExceptInRange((short)-SilenceLevel, (short)SilenceLevel);
        if (first < 0)
        {
            trimmedMs += samples.Length * 1000 / rate;
            return [];
        }

        started = true;
        var from = Math.Max(0, first - LeadInMs * rate / 1000);
        trimmedMs += from * 1000 / rate;
        return samples[from..];
    }

    private AudioFrame Encode(ReadOnlySpan<short> samples, int rate)
    {
        if (rate == AudioFormat.Telephone.SampleRate)
            return ToMuLaw(samples);

        if (resampler is null || resamplerRate != rate)
        {
            resampler = new Resampler(rate, AudioFormat.Telephone.SampleRate);
            resamplerRate = rate;
        }

        var most = resampler.MaxOutput(samples.Length);
        if (scratch.Length < most)
            scratch = new short[most];
        return ToMuLaw(scratch.AsSpan(0, resampler.Process(samples, scratch)));
    }

    private static AudioFrame ToMuLaw(ReadOnlySpan<short> samples)
    {
        var frame = AudioFrame.Rent(AudioFormat.Telephone, samples.Length);
        MuLaw.Encode(samples, frame.Bytes);
        return frame;
    }
}
