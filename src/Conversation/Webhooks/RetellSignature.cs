using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Conversation.Webhooks;

/// <summary>
/// The signature that receivers of Retell's webhooks check (Retell docs, "Secure the webhook"): <c>v={Unix time in ms},d={lower-case hex}</c>, where
/// <c>d</c> is the HMAC-SHA256, under the key as UTF-8, of the body's bytes followed by the decimal time.
/// </summary>
public static class RetellSignature
{
    /// <summary>The header it stands in.</summary>
    public const string Header = "x-retell-signature";

    /// <summary>Signs a body.</summary>
    public static string Sign(string key, ReadOnlySpan<byte> body, DateTimeOffset at)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        var timestamp = at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key));
        hmac.AppendData(body);
        hmac.AppendData(Encoding.ASCII.GetBytes(timestamp));
        return $"v={timestamp},d={Convert.ToHexStringLower(hmac.GetHashAndReset())}";
    }
}
