using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;

namespace Parley.Conversation.Capture;

/// <summary>What anybody may read of a capture, encrypted or not: no name, no words, and masked numbers.</summary>
public sealed record CaptureHeader
{
    /// <summary>The call.</summary>
    public required Guid CallId { get; init; }

    /// <summary>The tenant's slug.</summary>
    public required string Tenant { get; init; }

    /// <summary>When the capture was opened.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Caller's number: country code and last two digits.</summary>
    public string? Caller { get; init; }

    /// <summary>Called number: country code and last two digits.</summary>
    public required string Called { get; init; }

    /// <summary>Name of the agent.</summary>
    public required string Agent { get; init; }

    /// <summary>Name of the recogniser.</summary>
    public required string Recogniser { get; init; }

    /// <summary>Name of the synthesiser.</summary>
    public required string Voice { get; init; }

    /// <summary>The call is the continuation of one that broke off.</summary>
    public bool Resumed { get; init; }
}

/// <summary>
/// The first bytes of a file: magic, version, flags, length of the JSON (little endian), salt, key check, JSON. All of it is authenticated with
/// every block.
/// </summary>
internal static class CaptureHeaderFormat
{
    public const ushort Version = 1;
    public const int FixedBytes = 16 + CaptureKey.SaltBytes + CaptureKey.CheckBytes;
    private const ushort Encrypted = 1;
    private const int MostJsonBytes = 65_536;

    private static ReadOnlySpan<byte> Magic => "PARLEYCP"u8;

    /// <summary>Writes a header; with a key, <paramref name="fileKey"/> is what its blocks are encrypted with.</summary>
    public static byte[] Write(CaptureHeader header, byte[]? key, out byte[]? fileKey)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(header, CaptureJson.Options);
        var bytes = new byte[FixedBytes + json.Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(10), key is null ? (ushort)0 : Encrypted);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), json.Length);
        json.CopyTo(bytes, FixedBytes);
        fileKey = null;
        if (key is not null)
        {
            var salt = bytes.AsSpan(16, CaptureKey.SaltBytes);
            RandomNumberGenerator.Fill(salt);
            CaptureKey.Check(key, salt).CopyTo(bytes, 16 + CaptureKey.SaltBytes);
            fileKey = CaptureKey.OfFile(key, salt);
        }

        return bytes;
    }

    /// <summary>Reads the header at the current position; <paramref name="raw"/> are its bytes.</summary>
    /// <exception cref="CaptureException">It is none, of another version, or encrypted with another key.</exception>
    public static CaptureHeader Read(Stream stream, byte[]? key, out byte[] raw, out byte[]? fileKey)
    {
        var start = new byte[FixedBytes];
        var read = stream.ReadAtLeast(start, FixedBytes, throwOnEndOfStream: false);
        if (read < Magic.Length || !start.AsSpan(0, Magic.Length).SequenceEqual(Magic))
            throw new CaptureException("This is not a capture of a call.");
        if (read < FixedBytes)
            throw new CaptureException("The capture is cut short in its header: nothing of the call is left.");

        var version = BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8));
        if (version != Version)
            throw new CaptureException($"The capture is of version {version}; this program reads version {Version}.");

        var flags = BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(10));
        var length = BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(12));
        if (length is < 2 or > MostJsonBytes || (flags & ~Encrypted) != 0)
            throw new CaptureException("The capture's header is damaged.");

        raw = new byte[FixedBytes + length];
        start.CopyTo(raw, 0);
        if (stream.ReadAtLeast(raw.AsSpan(FixedBytes), length, throwOnEndOfStream: false) < length)
            throw new CaptureException("The capture is cut short in its header: nothing of the call is left.");

        fileKey = FileKey(start, (flags & Encrypted) != 0, key);
        try
        {
            return JsonSerializer.Deserialize<CaptureHeader>(raw.AsSpan(FixedBytes), CaptureJson.Options)!;
        }
        catch (JsonException)
        {
            throw new CaptureException("The capture's header is damaged.");
        }
    }

    private static byte[]? FileKey(ReadOnlySpan<byte> start, bool encrypted, byte[]? key)
    {
        if (!encrypted)
            return null;
        if (key is null)
            throw new CaptureException("The capture is encrypted; give its key.");

        var salt = start.Slice(16, CaptureKey.SaltBytes);
        if (!CryptographicOperations.FixedTimeEquals(CaptureKey.Check(key, salt), start[(16 + CaptureKey.SaltBytes)..]))
            throw new CaptureException("The key is not the one that the capture was encrypted with.");
        return CaptureKey.OfFile(key, salt);
    }
}
