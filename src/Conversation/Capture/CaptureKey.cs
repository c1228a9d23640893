using System.Security.Cryptography;

namespace Parley.Conversation.Capture;

/// <summary>The key of encrypted captures.</summary>
internal static class CaptureKey
{
    public const int Bytes = 32;
    public const int SaltBytes = 16;
    public const int CheckBytes = 8;

    /// <summary>Reads the base64 of a key; null for none. False when it is not one.</summary>
    public static bool TryParse(string? text, out byte[]? key)
    {
        key = null;
        if (string.IsNullOrWhiteSpace(text))
            return true;

        var bytes = new byte[Bytes];
        if (!Convert.TryFromBase64String(text.Trim(), bytes, out var count) || count != Bytes)
            return false;

        key = bytes;
        return true;
    }

    /// <summary>
    /// A file's own key (HKDF-SHA-256, RFC 5869): with a salt of its own every file can count its nonces from zero.
    /// </summary>
    public static byte[] OfFile(byte[] key, ReadOnlySpan<byte> salt) => Derive(key, salt, "parley capture v1"u8, Bytes);

    /// <summary>Tells a wrong key from a damaged file; says nothing about the key.</summary>
    public static byte[] Check(byte[] key, ReadOnlySpan<byte> salt) => Derive(key, salt, "parley capture v1 check"u8, CheckBytes);

    private static byte[] Derive(byte[] key, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> purpose, int length)
    {
        var derived = new byte[length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, salt, purpose);
        return derived;
    }
}
