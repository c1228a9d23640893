using System.Buffers.Binary;

namespace Parley.Conversation.Vad;

/// <summary>
/// Walks the fields of one protobuf message (protobuf.dev/programming-guides/encoding) without copying. Never reads past the message:
/// what does not fit is an <see cref="InvalidDataException"/>.
/// </summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> rest = message;

    /// <summary>The number of the field last read.</summary>
    public int Field { get; private set; }

    /// <summary>Its contents, when it is a length-delimited one: bytes, text, a message or packed numbers; else empty.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Its value, when it is a number; else 0.</summary>
    public ulong Number { get; private set; }

    /// <summary>Reads the next field; false at the end of the message.</summary>
    public bool Read()
    {
        if (rest.IsEmpty)
            return false;

        var tag = Varint();
        Field = (int)Math.Min(tag >> 3, int.MaxValue);
        Bytes = default;
        Number = 0;
        switch (tag & 7)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                Bytes = Take(Varint());
                break;
            case 5:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw new InvalidDataException($"A field has the unknown wire type {tag & 7}.");
        }

        return true;
    }

    /// <summary>Appends the field's numbers to <paramref name="numbers"/>: one, or all that are packed in it.</summary>
    public readonly void AppendNumbers(List<long> numbers)
    {
        if (Bytes.IsEmpty)
        {
            numbers.Add((long)Number);
            return;
        }

        var packed = new ProtobufReader(Bytes);
        while (!packed.rest.IsEmpty)
            numbers.Add((long)packed.Varint());
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var i = 0; i < 10 && i < rest.Length; i++)
        {
            value |= (ulong)(rest[i] & 127) << (7 * i);
            if (rest[i] < 128)
            {
                rest = rest[(i + 1)..];
                return value;
            }
        }

        throw new InvalidDataException("A number does not end.");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)rest.Length)
            throw new InvalidDataException($"A field of {count} bytes has only {rest.Length}.");

        var taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }
}
