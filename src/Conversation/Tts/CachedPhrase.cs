using System.Buffers.Binary;

namespace Parley.Conversation.Tts;

/// <summary>A phrase as it is kept: telephone audio (mu-law, 8 kHz) and word timings.</summary>
internal sealed record CachedPhrase(byte[] Audio, WordTiming[] Words)
{
    private const uint Magic = 0x31485050; // "PPH1"
    private const int MostWords = 1000;

    public byte[] ToBytes()
    {
        var bytes = new byte[8 + Words.Length * 8 + Audio.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), Words.Length);
        for (var i = 0; i < Words.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8 + i * 8), Words[i].EndChar);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12 + i * 8), Words[i].EndMs);
        }

        Audio.CopyTo(bytes.AsSpan(8 + Words.Length * 8));
        return bytes;
    }

    /// <summary>Null for bytes that are no phrase: cut short, or of another version.</summary>
    public static CachedPhrase? FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8 || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
            return null;

        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        if (count is < 0 or > MostWords || bytes.Length <= 8 + count * 8)
            return null;

        var words = new WordTiming[count];
        for (var i = 0; i < count; i++)
        {
            words[i] = new WordTiming(
                BinaryPrimitives.ReadInt32LittleEndian(bytes[(8 + i * 8)..]), BinaryPrimitives.ReadInt32LittleEndian(bytes[(12 + i * 8)..]));
        }

        return new CachedPhrase(bytes[(8 + count * 8)..].ToArray(), words);
    }
}
