using System.Buffers.Binary;
using System.Text;

namespace Parley.Conversation.Capture;

/// <summary>Reads what <see cref="RecordWriter"/> wrote.</summary>
/// <remarks>Blocks are checked before they are read; what is wrong here was written wrongly, and is reported as damage all the same.</remarks>
internal ref struct RecordReader(ReadOnlySpan<byte> records)
{
    private ReadOnlySpan<byte> rest = records;
    private ReadOnlySpan<byte> record;

    /// <summary>Goes to the next record; false behind the last.</summary>
    public bool Next(out byte kind, out long sinceMs)
    {
        kind = 0;
        sinceMs = 0;
        if (rest.IsEmpty)
            return false;
        if (rest.Length < 4)
            throw Damaged();

        var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
        if (length < 2 || length > rest.Length - 4)
            throw Damaged();

        record = rest.Slice(4, length);
        rest = rest[(4 + length)..];
        kind = record[0];
        record = record[1..];
        sinceMs = Number();
        return true;
    }

    /// <summary>The record holds no more.</summary>
    public readonly bool IsAtEnd => record.IsEmpty;

    public long Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (record.IsEmpty)
                throw Damaged();

            var b = record[0];
            record = record[1..];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
                return (long)(value >> 1) ^ -(long)(value & 1);
        }

        throw Damaged();
    }

    public int Int()
    {
        var value = Number();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Damaged();
    }

    public string? Text()
    {
        var length = Int();
        return length == 0 ? null : Encoding.UTF8.GetString(Take(length - 1));
    }

    public byte[] Bytes() => Take(Int()).ToArray();

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > record.Length)
            throw Damaged();

        var taken = record[..count];
        record = record[count..];
        return taken;
    }

    public static CaptureException Damaged() => new("The capture holds a record that cannot be read.");
}
