using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Parley.Loading;

/// <summary>Writes WebSocket frames as a client must: masked (RFC 6455, section 5).</summary>
public static class ClientFrame
{
    /// <summary>Bytes before the payload of a frame whose length takes two bytes (126 to 65,535): the only form written here.</summary>
    public const int HeaderBytes = 8;

    /// <summary>Largest payload.</summary>
    public const int MostBytes = 65_535;

    /// <summary>A whole text message.</summary>
    public const byte Text = 0x1;

    /// <summary>Closes the connection.</summary>
    public const byte Close = 0x8;

    /// <summary>Answers a ping.</summary>
    public const byte Pong = 0xA;

    /// <summary>
    /// Makes a frame of the <paramref name="length"/> bytes behind the first <see cref="HeaderBytes"/> of <paramref name="buffer"/>: writes the
    /// header in front of them and masks them in place. Returns where the frame begins: short frames have a shorter header.
    /// </summary>
    public static int Seal(Span<byte> buffer, int length, byte opcode, uint mask)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MostBytes);
        var start = 0;
        if (length <= 125)
        {
            start = 2;
            buffer[3] = (byte)(0x80 | length);
        }
        else
        {
            buffer[1] = 0x80 | 126;
            BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], (ushort)length);
        }

        buffer[start] = (byte)(0x80 | opcode);
        MemoryMarshal.Write(buffer[4..], mask);
        Mask(buffer.Slice(HeaderBytes, length), mask);
        return start;
    }

    /// <summary>Masks, or unmasks: byte i with byte i modulo 4 of the key, whose first byte lies lowest in memory.</summary>
    public static void Mask(Span<byte> payload, uint mask)
    {
        var wide = MemoryMarshal.Cast<byte, Vector<uint>>(payload);
        var key = new Vector<uint>(mask);
        for (var i = 0; i < wide.Length; i++)
            wide[i] ^= key;

        Span<byte> bytes = stackalloc byte[4];
        MemoryMarshal.Write(bytes, mask);
        for (var i = wide.Length * Vector<byte>.Count; i < payload.Length; i++)
            payload[i] ^= bytes[i & 3];
    }
}
