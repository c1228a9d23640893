using System.Net;
using System.Net.WebSockets;

namespace Parley.Conversation.Providers.Azure;

/// <summary>What the service's refusals mean. Rows of the table in <c>docs/providers.md</c>.</summary>
internal static class AzureSpeechErrors
{
    public static ProviderException Make(ProviderErrorKind kind, string message, TimeSpan? retryAfter = null, Exception? inner = null) =>
        new(AzureSpeechOptions.Name, kind, message, retryAfter, inner);

    /// <summary>An HTTP status other than success, of an upgrade or a synthesis.</summary>
    /// <param name="status">The status.</param>
    /// <param name="reason">What the service says; only searched, never logged: it may repeat what was sent.</param>
    /// <param name="retryAfter">The service's wish.</param>
    /// <param name="skew">Our clock minus the service's, where a token was used and they are far apart.</param>
    public static ProviderException FromStatus(int status, string reason, TimeSpan? retryAfter = null, TimeSpan? skew = null) => status switch
    {
        401 when skew is { } off => Make(
            ProviderErrorKind.ClockSkew, $"the token was refused and this machine's clock differs by {off.TotalMinutes:0} minutes from the service's"),
        401 => Make(ProviderErrorKind.Unauthorized, "the key or token was refused, or belongs to another region (HTTP 401)"),
        402 => Make(ProviderErrorKind.QuotaExceeded, "the account has no credit (HTTP 402)"),
        403 when Says(reason, "quota") => Make(ProviderErrorKind.QuotaExceeded, "the account's quota is used up (HTTP 403)"),
        403 => Make(ProviderErrorKind.Unauthorized, "the key has no right to this, or its free quota is used up (HTTP 403)"),
        404 => Make(ProviderErrorKind.UnsupportedLanguage, "there is no recognition or voice for this language at the endpoint (HTTP 404)"),
        408 or 504 => Make(ProviderErrorKind.Timeout, $"the service did not answer in time (HTTP {status})", retryAfter),
        429 => Make(ProviderErrorKind.RateLimited, "too many requests or concurrent sessions (HTTP 429)", retryAfter),
        400 when Says(reason, "voice") => Make(ProviderErrorKind.UnknownModel, "there is no such voice (HTTP 400)"),
        >= 500 => Make(ProviderErrorKind.Unavailable, $"the service has a fault (HTTP {status})", retryAfter),
        >= 400 => Make(ProviderErrorKind.BadRequest, $"the request was refused (HTTP {status})"),
        _ => Make(ProviderErrorKind.MalformedAnswer, $"an answer that the protocol does not know (HTTP {status})"),
    };

    /// <summary>The service closed the WebSocket.</summary>
    public static ProviderException FromClose(int code, string? reason)
    {
        reason ??= "";
        return code switch
        {
            4429 => Make(ProviderErrorKind.RateLimited, "too many requests (close 4429)"),
            1011 or 1012 or 1013 => Make(ProviderErrorKind.Unavailable, $"the service ended the connection for a fault of its own (close {code})"),
            1002 or 1003 or 1007 or 4000 when Says(reason, "quota") => Make(ProviderErrorKind.QuotaExceeded, $"the account's quota is used up (close {code})"),
            1002 or 1003 or 1007 or 4000 when Says(reason, "language") || Says(reason, "locale") =>
                Make(ProviderErrorKind.UnsupportedLanguage, $"the language is not supported (close {code})"),
            1002 or 1003 or 1007 or 4000 => Make(ProviderErrorKind.BadRequest, $"the service refused what was sent (close {code})"),
            _ => Make(ProviderErrorKind.Disconnected, $"the connection was closed (close {code})"),
        };
    }

    /// <summary>A connection that failed below the protocol.</summary>
    public static ProviderException FromException(Exception error)
    {
        if (error is ProviderException known)
            return known;

        if (ConnectionFailure.IsCertificate(error))
            return Make(ProviderErrorKind.CertificateInvalid, "the server's certificate is not valid", inner: error);

        return error switch
        {
            OperationCanceledException => Make(ProviderErrorKind.Timeout, "no answer in time", inner: error),
            WebSocketException or HttpRequestException or IOException or ObjectDisposedException =>
                Make(ProviderErrorKind.Disconnected, "the connection could not be made, or broke", inner: error),
            _ => Make(ProviderErrorKind.MalformedAnswer, "an answer that the protocol does not know", inner: error),
        };
    }

    /// <summary>The refusal of an HTTP request, body included.</summary>
    public static async Task<ProviderException> FromResponseAsync(
        HttpResponseMessage response, bool usesToken, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // The body tells an unknown voice from bad markup; a large one tells nothing more.
        const int MostBody = 4096;
        var reason = "";
        if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden)
        {
            var buffer = new byte[MostBody];
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var length = await body.ReadAtLeastAsync(buffer, MostBody, throwOnEndOfStream: false, cancellationToken);
            reason = System.Text.Encoding.UTF8.GetString(buffer, 0, length);
        }

        return FromStatus(
            (int)response.StatusCode, $"{response.ReasonPhrase} {reason}", ConnectionFailure.RetryAfter(Header(response, "Retry-After"), now),
            usesToken ? ConnectionFailure.Skew(Header(response, "Date"), now) : null);
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static bool Says(string reason, string word) => reason.Contains(word, StringComparison.OrdinalIgnoreCase);
}
