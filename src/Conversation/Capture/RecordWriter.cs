using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Parley.Conversation.Capture;

/// <summary>
/// Records in memory, one behind the other: length (4 bytes, little endian), kind, milliseconds since the record before, and what the kind has.
/// Numbers are LEB128, signed ones zigzag; texts are UTF-8 behind their length plus one, 0 for none. Grows in pooled memory.
/// </summary>
internal sealed class RecordWriter(int capacity) : IDisposable
{
    private byte[] bytes = ArrayPool<byte>.Shared.Rent(capacity);
    private int start;

    /// <summary>Bytes so far.</summary>
    public int Length { get; private set; }

    /// <summary>The records.</summary>
    public ReadOnlySpan<byte> Records => bytes.AsSpan(0, Length);

    /// <inheritdoc cref="Records"/>
    public ReadOnlyMemory<byte> Memory => bytes.AsMemory(0, Length);

    public void Begin(byte kind, long sinceMs)
    {
        start = Length;
        Room(5)[4] = kind;
        Number(sinceMs);
    }

    public void End() => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(start), Length - start - 4);

    public void Number(long value)
    {
        var left = (ulong)((value << 1) ^ (value >> 63));
        for (; left >= 0x80; left >>= 7)
            Room(1)[0] = (byte)(left | 0x80);
        Room(1)[0] = (byte)left;
    }

    public void Text(string? text)
    {
        if (text is null)
        {
            Number(0);
            return;
        }

        var count = Encoding.UTF8.GetByteCount(text);
        Number(count + 1);
        Encoding.UTF8.GetBytes(text, Room(count));
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Number(value.Length);
        value.CopyTo(Room(value.Length));
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = [];
        Length = 0;
    }

    private Span<byte> Room(int count)
    {
        if (Length + count > bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + count, bytes.Length * 2));
            Records.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(bytes);
            bytes = larger;
        }

        var room = bytes.AsSpan(Length, count);
        Length += count;
        return room;
    }
}
