using System.Security.Cryptography;
using System.Text;

namespace Parley.Calling;

/// <summary>Signs requests as Twilio does ("Webhooks security"): HMAC-SHA1 over the URL and the sorted form fields.</summary>
public static class TwilioSigner
{
    /// <summary>The value of <c>X-Twilio-Signature</c>.</summary>
    /// <param name="authToken">The account's auth token.</param>
    /// <param name="url">The URL as configured, without fragment; <c>wss</c> for a media stream.</param>
    /// <param name="form">The decoded form fields; empty for a media stream.</param>
    public static string Sign(string authToken, string url, IEnumerable<KeyValuePair<string, string>> form)
    {
        var text = new StringBuilder(url);
        foreach (var (name, value) in form.OrderBy(f => f.Key, StringComparer.Ordinal))
            text.Append(name).Append(value);
#pragma warning disable CA5350 // Twilio's scheme is HMAC-SHA1; nothing here is ours to choose.
        return Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(authToken), Encoding.UTF8.GetBytes(text.ToString())));
#pragma warning restore CA5350
    }
}
