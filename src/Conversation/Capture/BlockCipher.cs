using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Parley.Conversation.Capture;

/// <summary>
/// Seals the blocks of one file and opens them again. A block is a prefix (stored length, raw length: 4 bytes each, little endian; 1 byte: 1 for
/// the last block), the Brotli-compressed records, and a seal: AES-256-GCM's tag of 16 bytes, or CRC-32C without a key. The nonce is the block's
/// number; header and prefix are authenticated with it, so that blocks can be neither exchanged, nor moved, nor left out at the end unnoticed.
/// </summary>
internal sealed class BlockCipher(byte[] header, byte[]? fileKey) : IDisposable
{
    public const int PrefixBytes = 9;

    /// <summary>No block is larger; a longer one is damage.</summary>
    public const int MostBytes = 64 * 1024 * 1024;

    // Mu-law hardly compresses, whatever the effort; what surrounds it does at once.
    private const int Quality = 4;
    private const int Window = 18;

    private readonly AesGcm? aes = fileKey is null ? null : new AesGcm(fileKey, AesGcm.TagByteSizes.MaxSize);
    private readonly byte[] nonce = new byte[AesGcm.NonceByteSizes.MaxSize];
    private ulong next;

    /// <summary>Bytes of a block's seal.</summary>
    public int SealBytes => aes is null ? sizeof(uint) : AesGcm.TagByteSizes.MaxSize;

    /// <summary>The next block as it is stored, in a rented array.</summary>
    public (byte[] Rented, int Length) Seal(ReadOnlySpan<byte> records, bool last)
    {
        var stored = ArrayPool<byte>.Shared.Rent(PrefixBytes + BrotliEncoder.GetMaxCompressedLength(records.Length) + SealBytes);
        if (!BrotliEncoder.TryCompress(records, stored.AsSpan(PrefixBytes), out var length, Quality, Window))
            throw new InvalidOperationException("A block cannot be compressed.");

        BinaryPrimitives.WriteInt32LittleEndian(stored, length);
        BinaryPrimitives.WriteInt32LittleEndian(stored.AsSpan(4), records.Length);
        stored[8] = last ? (byte)1 : (byte)0;
        var body = stored.AsSpan(PrefixBytes, length);
        var seal = stored.AsSpan(PrefixBytes + length, SealBytes);
        Count();
        if (aes is null)
            BinaryPrimitives.WriteUInt32LittleEndian(seal, Crc(stored.AsSpan(0, PrefixBytes), body));
        else
            aes.Encrypt(nonce, body, body, seal, Associated(stored.AsSpan(0, PrefixBytes)));
        return (stored, PrefixBytes + length + SealBytes);
    }

    /// <summary>The records of the next block; null when it was changed. <paramref name="body"/> is decrypted in place.</summary>
    public byte[]? Open(ReadOnlySpan<byte> prefix, Span<byte> body, ReadOnlySpan<byte> seal)
    {
        Count();
        if (aes is null)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(seal) != Crc(prefix, body))
                return null;
        }
        else
        {
            try
            {
                aes.Decrypt(nonce, body, seal, body, Associated(prefix));
            }
            catch (AuthenticationTagMismatchException)
            {
                return null;
            }
        }

        var records = new byte[BinaryPrimitives.ReadInt32LittleEndian(prefix[4..])];
        return BrotliDecoder.TryDecompress(body, records, out var written) && written == records.Length ? records : null;
    }

    public void Dispose() => aes?.Dispose();

    private void Count() => BinaryPrimitives.WriteUInt64LittleEndian(nonce, next++);

    private byte[] Associated(ReadOnlySpan<byte> prefix) => [.. header, .. prefix];

    private uint Crc(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body)
    {
        var crc = Crc32C.Start();
        crc.Add(header);
        crc.Add(nonce);
        crc.Add(prefix);
        crc.Add(body);
        return crc.Value;
    }
}
