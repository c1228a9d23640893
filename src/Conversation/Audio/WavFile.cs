using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Parley.Conversation.Audio;

/// <summary>
/// Reads and writes WAV files: RIFF WAVE (Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0") with
/// 16-bit PCM, and for reading also G.711 mu-law (format tag 7) and PCM or mu-law under WAVE_FORMAT_EXTENSIBLE.
/// </summary>
public static class WavFile
{
    /// <summary>The most bytes of audio that are read: 256 MiB, over two hours of a two-channel recording at 8 kHz.</summary>
    public const int MaxDataBytes = 256 * 1024 * 1024;

    // A format chunk has 16 to 40 bytes; a bigger one is not a format chunk.
    private const int MaxFormatBytes = 1024;

    /// <summary>Reads a whole file from the stream's position. Chunks other than format and data are skipped.</summary>
    /// <exception cref="InvalidDataException">It is no such file, is cut off, or states sizes that cannot be true.</exception>
    public static WavAudio Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> header = stackalloc byte[12];
        ReadExactly(stream, header, "header");
        if (!header[..4].SequenceEqual("RIFF"u8) || !header[8..].SequenceEqual("WAVE"u8))
        {
            throw new InvalidDataException("This is not a WAV file: it does not begin with RIFF and WAVE.");
        }

        WavFormat? format = null;
        var chunk = header[..8];
        while (true)
        {
            ReadExactly(stream, chunk, "chunk header (no data chunk so far)");
            var size = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (chunk[..4].SequenceEqual("data"u8))
            {
                return ReadSamples(stream, size, format ?? throw new InvalidDataException("The data chunk comes before the format chunk."));
            }

            if (chunk[..4].SequenceEqual("fmt "u8))
            {
                format = ReadFormat(stream, size);
            }
            else
            {
                Skip(stream, size);
            }

            Skip(stream, size & 1); // chunks are padded to even lengths
        }
    }

    /// <summary>Writes a whole file of 16-bit PCM.</summary>
    /// <param name="stream">Where to; left open, and need not be seekable.</param>
    /// <param name="samples">The samples, channels interleaved.</param>
    /// <param name="sampleRate">Samples a second in each channel (Hz).</param>
    /// <param name="channels">Number of channels, 1 to 8.</param>
    /// <exception cref="ArgumentException">The samples are no whole number of frames, or more than <see cref="MaxDataBytes"/>.</exception>
    public static void Write(Stream stream, ReadOnlySpan<short> samples, int sampleRate, int channels = 1)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, Resampler.LowestRate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sampleRate, Resampler.HighestRate);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, WavFormat.MaxChannels);
        if (samples.Length % channels != 0 || samples.Length > MaxDataBytes / sizeof(short))
        {
            throw new ArgumentException($"{samples.Length} samples are no whole frames of {channels} channels, or too many.", nameof(samples));
        }

        Span<byte> header = stackalloc byte[WavFormat.HeaderBytes];
        WavFormat.WriteHeader(header, sampleRate, channels, (uint)samples.Length * sizeof(short));
        stream.Write(header);
        WriteSamples(stream, samples);
    }

    /// <summary>Writes samples as little-endian bytes, whatever the machine's order.</summary>
    internal static void WriteSamples(Stream stream, ReadOnlySpan<short> samples)
    {
        if (BitConverter.IsLittleEndian)
        {
            stream.Write(MemoryMarshal.AsBytes(samples));
            return;
        }

        Span<byte> bytes = stackalloc byte[sizeof(short)];
        foreach (var sample in samples)
        {
            BinaryPrimitives.WriteInt16LittleEndian(bytes, sample);
            stream.Write(bytes);
        }
    }

    private static WavFormat ReadFormat(Stream stream, uint size)
    {
        if (size is < 16 or > MaxFormatBytes)
        {
            throw new InvalidDataException($"A format chunk of {size} bytes.");
        }

        Span<byte> chunk = stackalloc byte[(int)size];
        ReadExactly(stream, chunk, "format chunk");
        return WavFormat.Parse(chunk);
    }

    private static WavAudio ReadSamples(Stream stream, uint size, WavFormat format)
    {
        if (size > MaxDataBytes)
        {
            throw new InvalidDataException($"A data chunk of {size} bytes; {MaxDataBytes} are the most that are read.");
        }

        if (size % format.FrameBytes != 0)
        {
            throw new InvalidDataException($"A data chunk of {size} bytes is no whole number of frames of {format.FrameBytes} bytes.");
        }

        if (stream.CanSeek && stream.Length - stream.Position < size)
        {
            throw new InvalidDataException($"The file is cut off: {size} bytes of audio are announced, {stream.Length - stream.Position} are there.");
        }

        // A stream that cannot tell its length is believed piece by piece: memory grows with what is there, not with what is claimed.
        var samples = new ArrayBufferWriter<short>();
        var piece = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (var left = (int)size; left > 0;)
            {
                var bytes = piece.AsSpan(0, Math.Min(left, 64 * 1024));
                ReadExactly(stream, bytes, "audio");
                left -= bytes.Length;
                Decode(bytes, samples, format.MuLaw);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }

        return new(format.SampleRate, format.Channels, samples.WrittenMemory);
    }

    private static void Decode(ReadOnlySpan<byte> bytes, ArrayBufferWriter<short> samples, bool muLaw)
    {
        var count = muLaw ? bytes.Length : bytes.Length / sizeof(short);
        var target = samples.GetSpan(count);
        if (muLaw)
        {
            MuLaw.Decode(bytes, target);
        }
        else
        {
            for (var i = 0; i < count; i++)
            {
                target[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(i * sizeof(short))..]);
            }
        }

        samples.Advance(count);
    }

    private static void ReadExactly(Stream stream, Span<byte> target, string what)
    {
        if (stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) < target.Length)
        {
            throw new InvalidDataException($"The file is cut off in its {what}.");
        }
    }

    private static void Skip(Stream stream, uint count)
    {
        Span<byte> dropped = stackalloc byte[512];
        for (var left = count; left > 0;)
        {
            var part = dropped[..(int)Math.Min(left, (uint)dropped.Length)];
            ReadExactly(stream, part, "chunks before the audio");
            left -= (uint)part.Length;
        }
    }
}
