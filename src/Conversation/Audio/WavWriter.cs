using System.Buffers;

namespace Parley.Conversation.Audio;

/// <summary>
/// Writes a call's recording as it happens: two channels of 16-bit PCM, the caller left, Parley right. The sizes in the header are
/// put right on disposal.
/// </summary>
/// <remarks>One writer at a time. The stream is written through; give it a buffer if it is slow.</remarks>
public sealed class WavWriter : IDisposable
{
    private const int Channels = 2;
    private readonly Stream stream;
    private readonly int sampleRate;
    private readonly long start;
    private uint dataBytes;
    private bool disposed;

    /// <summary>Begins a recording at the stream's position. The stream belongs to the writer, which disposes it.</summary>
    /// <param name="stream">Writable and seekable.</param>
    /// <param name="sampleRate">Samples a second (Hz); telephone audio by default.</param>
    /// <exception cref="ArgumentException">The stream cannot be written, or not be rewound to correct its header.</exception>
    public WavWriter(Stream stream, int sampleRate = 8000)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, Resampler.LowestRate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sampleRate, Resampler.HighestRate);
        if (!stream.CanSeek || !stream.CanWrite)
        {
            throw new ArgumentException("A recording needs a stream that can be written and rewound.", nameof(stream));
        }

        this.stream = stream;
        this.sampleRate = sampleRate;
        start = stream.Position;
        WriteHeader();
    }

    /// <summary>How much has been recorded.</summary>
    public TimeSpan Duration => TimeSpan.FromTicks(dataBytes / (Channels * sizeof(short)) * TimeSpan.TicksPerSecond / sampleRate);

    /// <summary>Appends the same stretch of time from both sides.</summary>
    /// <exception cref="ArgumentException">The sides differ in length.</exception>
    /// <exception cref="InvalidOperationException">The file would outgrow what is read back (<see cref="WavFile.MaxDataBytes"/>).</exception>
    public void Write(ReadOnlySpan<short> caller, ReadOnlySpan<short> parley)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (caller.Length != parley.Length)
        {
            throw new ArgumentException($"The caller's side has {caller.Length} samples, ours {parley.Length}.", nameof(parley));
        }

        var bytes = (long)caller.Length * Channels * sizeof(short);
        if (dataBytes + bytes > WavFile.MaxDataBytes)
        {
            throw new InvalidOperationException($"A recording holds at most {WavFile.MaxDataBytes} bytes.");
        }

        var interleaved = ArrayPool<short>.Shared.Rent(caller.Length * Channels);
        try
        {
            for (var i = 0; i < caller.Length; i++)
            {
                interleaved[2 * i] = caller[i];
                interleaved[(2 * i) + 1] = parley[i];
            }

            WavFile.WriteSamples(stream, interleaved.AsSpan(0, caller.Length * Channels));
        }
        finally
        {
            ArrayPool<short>.Shared.Return(interleaved);
        }

        dataBytes += (uint)bytes;
    }

    /// <summary>Corrects the header and closes the stream.</summary>
    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        try
        {
            stream.Position = start;
            WriteHeader();
        }
        finally
        {
            stream.Dispose();
        }
    }

    private void WriteHeader()
    {
        Span<byte> header = stackalloc byte[WavFormat.HeaderBytes];
        WavFormat.WriteHeader(header, sampleRate, Channels, dataBytes);
        stream.Write(header);
    }
}
