using System.Buffers.Binary;

namespace Parley.Loading;

/// <summary>What a frame of the server is.</summary>
public enum ServerFrameKind
{
    /// <summary>A whole text message.</summary>
    Text,

    /// <summary>The server closes.</summary>
    Close,

    /// <summary>The server asks for a sign of life.</summary>
    Ping,

    /// <summary>An answer to a ping; nothing to do.</summary>
    Pong,

    /// <summary>What no server of media streams sends: binary, fragmented, masked, reserved or too large. Nothing can be read after it.</summary>
    Invalid,
}

/// <summary>
/// Cuts what arrives into the frames of a server (RFC 6455, section 5: unmasked). Receive into <see cref="Free"/>, tell how much came, and read
/// until nothing whole is left. Allocates nothing a frame; the buffer grows to the largest frame seen.
/// </summary>
public sealed class ServerFrameReader
{
    /// <summary>Largest payload accepted.</summary>
    public const int MostBytes = 256 * 1024;

    private byte[] buffer = new byte[4096];
    private int start;
    private int end;

    /// <summary>Where the next bytes go; never empty.</summary>
    public Memory<byte> Free
    {
        get
        {
            if (start == end)
                start = end = 0;
            if (end == buffer.Length)
                MakeRoom();
            return buffer.AsMemory(end);
        }
    }

    /// <summary><paramref name="bytes"/> bytes were put into <see cref="Free"/>.</summary>
    public void Advance(int bytes) => end += bytes;

    /// <summary>Takes the next whole frame; the payload is valid until the next receive.</summary>
    public bool TryRead(out ServerFrameKind kind, out ReadOnlySpan<byte> payload)
    {
        kind = ServerFrameKind.Invalid;
        payload = default;
        var waiting = buffer.AsSpan(start, end - start);
        if (waiting.Length < 2)
            return false;

        var header = 2;
        ulong length = waiting[1];
        if (length == 126)
        {
            header = 4;
            if (waiting.Length < header)
                return false;
            length = BinaryPrimitives.ReadUInt16BigEndian(waiting[2..]);
        }
        else if (length == 127)
        {
            header = 10;
            if (waiting.Length < header)
                return false;
            length = BinaryPrimitives.ReadUInt64BigEndian(waiting[2..]);
        }
        else if (length > 127)
        {
            return true; // masked: servers must not
        }

        if (length > MostBytes)
            return true;
        if ((ulong)waiting.Length < (ulong)header + length)
            return false;

        kind = waiting[0] switch
        {
            0x81 => ServerFrameKind.Text,
            0x88 => ServerFrameKind.Close,
            0x89 => ServerFrameKind.Ping,
            0x8A => ServerFrameKind.Pong,
            _ => ServerFrameKind.Invalid,
        };
        payload = waiting.Slice(header, (int)length);
        start += header + (int)length;
        return true;
    }

    private void MakeRoom()
    {
        var waiting = end - start;
        var target = start > 0 ? buffer : new byte[buffer.Length * 2];
        buffer.AsSpan(start, waiting).CopyTo(target);
        buffer = target;
        (start, end) = (0, waiting);
    }
}
