using System.Buffers.Binary;
using System.Numerics;

namespace Parley.Conversation.Capture;

/// <summary>CRC-32C (Castagnoli, RFC 3720) over pieces.</summary>
internal struct Crc32C
{
    private uint inverted;

    public readonly uint Value => ~inverted;

    public static Crc32C Start() => new() { inverted = ~0u };

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = Start();
        crc.Add(bytes);
        return crc.Value;
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..])
            inverted = BitOperations.Crc32C(inverted, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes)
            inverted = BitOperations.Crc32C(inverted, b);
    }
}
