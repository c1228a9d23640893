namespace Parley.Conversation.Frames;

/// <summary>How the samples of a frame are coded.</summary>
public enum AudioEncoding
{
    /// <summary>Signed 16-bit linear PCM, little endian.</summary>
    Pcm16,

    /// <summary>G.711 mu-law, one byte a sample (ITU-T G.711).</summary>
    MuLaw,
}

/// <summary>Coding and sample rate of mono audio.</summary>
/// <param name="Encoding">How samples are coded.</param>
/// <param name="SampleRate">Samples a second (Hz).</param>
public readonly record struct AudioFormat(AudioEncoding Encoding, int SampleRate)
{
    /// <summary>What the telephone network carries: mu-law, 8 kHz.</summary>
    public static readonly AudioFormat Telephone = new(AudioEncoding.MuLaw, 8000);

    /// <summary>Linear telephone audio: what voice activity detection and recognisers are given.</summary>
    public static readonly AudioFormat Pcm8K = new(AudioEncoding.Pcm16, 8000);

    /// <summary>Bytes of one sample.</summary>
    public int BytesPerSample => Encoding == AudioEncoding.Pcm16 ? 2 : 1;

    /// <summary>Bytes of one second.</summary>
    public int BytesPerSecond => SampleRate * BytesPerSample;

    /// <summary>How long <paramref name="bytes"/> of this audio play.</summary>
    public TimeSpan DurationOf(int bytes) => TimeSpan.FromTicks(bytes * TimeSpan.TicksPerSecond / BytesPerSecond);
}
