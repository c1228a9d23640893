using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Parley.MediaGateway.Twilio;

/// <summary>
/// Checks <c>X-Twilio-Signature</c>: base64(HMAC-SHA1(auth token, URL + sorted names and values)) (Twilio docs, "Webhooks security").
/// Differs from the official helper where that one is known to be wrong: duplicate names are handled, the port of <c>wss</c> is 443, and
/// an empty signature is invalid and no exception. Stands where <c>Twilio.Security.RequestValidator</c> would.
/// </summary>
public sealed class RequestValidator
{
    /// <summary>Name of the query parameter that carries the hash of a JSON body.</summary>
    public const string BodyHashParameter = "bodySHA256";

    private readonly byte[] key;

    /// <summary>Checks with the primary auth token of the account that owns the call.</summary>
    public RequestValidator(string authToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(authToken);
        key = Encoding.UTF8.GetBytes(authToken);
    }

    /// <summary>Checks a form post, or a GET when there are no parameters.</summary>
    /// <param name="url">As configured at Twilio: scheme, host, path and query as encoded on the wire.</param>
    /// <param name="parameters">Decoded form values; names may repeat, in any order.</param>
    /// <param name="signature">The header; null when it is missing.</param>
    public bool Validate(string url, IEnumerable<KeyValuePair<string, string>> parameters, string? signature)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(parameters);
        if (!TryDecode(signature, out var shown))
            return false;

        var tail = Concatenate(parameters);
        // Back ends of Twilio differ in whether they sign the port.
        var matches = false;
        foreach (var variant in PortVariants(url))
            matches |= Matches(variant + tail, shown);
        return matches;
    }

    /// <summary>Checks a request with a JSON (or any other) body, whose hash is in the URL.</summary>
    /// <param name="url">As signed, with its <c>bodySHA256</c>.</param>
    /// <param name="body">The raw bytes of the body.</param>
    /// <param name="signature">The header; null when it is missing.</param>
    public bool ValidateBody(string url, ReadOnlySpan<byte> body, string? signature)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (BodyHashOf(url) is not { Length: 64 } claimed)
            return false;

        var actual = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(body)));
        var hashHolds = CryptographicOperations.FixedTimeEquals(actual, Encoding.ASCII.GetBytes(claimed.ToLowerInvariant()));
        return Validate(url, [], signature) && hashHolds;
    }

    /// <summary>
    /// Checks the upgrade to a media stream. Twilio signs the <c>wss</c> address of the TwiML; with a port, with <c>https</c> and with a
    /// slash at the end have been seen.
    /// </summary>
    /// <param name="url">The stream's address, <c>wss</c> or <c>https</c>.</param>
    /// <param name="signature">The header; null when it is missing.</param>
    public bool ValidateUpgrade(string url, string? signature)
    {
        ArgumentNullException.ThrowIfNull(url);
        var separator = url.IndexOf("://", StringComparison.Ordinal);
        if (separator < 0)
            return false;

        var secure = url[..separator] is "wss" or "https";
        var rest = url[separator..];
        var webSocket = (secure ? "wss" : "ws") + rest;
        var http = (secure ? "https" : "http") + rest;
        return Validate(webSocket, [], signature) | Validate(webSocket + "/", [], signature)
            | Validate(http, [], signature) | Validate(http + "/", [], signature);
    }

    /// <summary>The value of <c>bodySHA256</c> in the query of <paramref name="url"/>; null when there is none.</summary>
    internal static string? BodyHashOf(string url)
    {
        var query = url.IndexOf('?', StringComparison.Ordinal);
        if (query < 0)
            return null;

        foreach (var pair in url[(query + 1)..].Split('&'))
        {
            if (pair.StartsWith(BodyHashParameter + "=", StringComparison.Ordinal))
                return pair[(BodyHashParameter.Length + 1)..];
        }

        return null;
    }

    /// <summary>The URL with its port left out, and with its own port or the scheme's put in; never with a different one.</summary>
    private static string[] PortVariants(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
            return [url];

        start += 3;
        var end = url.AsSpan(start).IndexOfAny('/', '?');
        end = end < 0 ? url.Length : start + end;
        var authority = url[start..end];
        var host = authority[(authority.LastIndexOf('@') + 1)..];
        var colon = host.LastIndexOf(':');
        if (colon > host.LastIndexOf(']'))
            return [url, string.Concat(url.AsSpan(0, end - (host.Length - colon)), url.AsSpan(end))];

        var port = url.StartsWith("https:", StringComparison.Ordinal) || url.StartsWith("wss:", StringComparison.Ordinal) ? ":443" : ":80";
        return [url, string.Concat(url.AsSpan(0, end), port, url.AsSpan(end))];
    }

    private static string Concatenate(IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in parameters.Distinct()
            .OrderBy(pair => pair.Key, StringComparer.Ordinal).ThenBy(pair => pair.Value, StringComparer.Ordinal))
            text.Append(name).Append(value);
        return text.ToString();
    }

    private static bool TryDecode(string? signature, out byte[] bytes)
    {
        bytes = new byte[20];
        // 20 bytes are 28 characters of base64.
        return signature is { Length: 28 } && Base64.IsValid(signature)
            && Convert.TryFromBase64String(signature, bytes, out var length) && length == bytes.Length;
    }

#pragma warning disable CA5350 // Twilio signs with HMAC-SHA1; there is no other choice.
    private bool Matches(string signed, byte[] shown) =>
        CryptographicOperations.FixedTimeEquals(HMACSHA1.HashData(key, Encoding.UTF8.GetBytes(signed)), shown);
#pragma warning restore CA5350
}
