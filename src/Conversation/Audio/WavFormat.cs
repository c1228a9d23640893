using System.Buffers.Binary;

namespace Parley.Conversation.Audio;

/// <summary>What the header of a WAV file says about its audio.</summary>
internal readonly record struct WavFormat(bool MuLaw, int Channels, int SampleRate, int FrameBytes)
{
    public const int HeaderBytes = 44;
    public const int MaxChannels = 8;

    private const ushort Pcm = 1;
    private const ushort MuLawTag = 7;
    private const ushort Extensible = 0xFFFE;

    /// <summary>Understands the contents of a format chunk, at least 16 bytes.</summary>
    /// <exception cref="InvalidDataException">It is a coding that is not read here, or makes no sense.</exception>
    public static WavFormat Parse(ReadOnlySpan<byte> formatChunk)
    {
        var tag = BinaryPrimitives.ReadUInt16LittleEndian(formatChunk);
        if (tag == Extensible && formatChunk.Length >= 40)
        {
            // The first two bytes of the sub-format's GUID are the plain tag.
            tag = BinaryPrimitives.ReadUInt16LittleEndian(formatChunk[24..]);
        }

        int channels = BinaryPrimitives.ReadUInt16LittleEndian(formatChunk[2..]);
        var rate = BinaryPrimitives.ReadUInt32LittleEndian(formatChunk[4..]);
        int frameBytes = BinaryPrimitives.ReadUInt16LittleEndian(formatChunk[12..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(formatChunk[14..]);
        if ((tag, bits) is not ((Pcm, 16) or (MuLawTag, 8)))
        {
            throw new InvalidDataException($"Format tag {tag} with {bits} bits a sample; 16-bit PCM (1) and 8-bit mu-law (7) are read.");
        }

        if (channels is < 1 or > MaxChannels || rate is < Resampler.LowestRate or > Resampler.HighestRate || frameBytes != channels * bits / 8)
        {
            throw new InvalidDataException($"A format of {channels} channels at {rate} Hz with {frameBytes} bytes a frame makes no sense here.");
        }

        return new(tag == MuLawTag, channels, (int)rate, frameBytes);
    }

    /// <summary>Fills the canonical 44-byte header of a 16-bit PCM file.</summary>
    public static void WriteHeader(Span<byte> header, int sampleRate, int channels, uint dataBytes)
    {
        var frameBytes = channels * sizeof(short);
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], checked(dataBytes + HeaderBytes - 8));
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], 16);
        BinaryPrimitives.WriteUInt16LittleEndian(header[20..], Pcm);
        BinaryPrimitives.WriteUInt16LittleEndian(header[22..], (ushort)channels);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], sampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], sampleRate * frameBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(header[32..], (ushort)frameBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(header[34..], 16);
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[40..], dataBytes);
    }
}
