using System.Net;
using System.Net.WebSockets;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Stt.Deepgram;

/// <summary>What Deepgram's refusals and close codes mean ("Errors", "API rate limits" and "Live audio" in its documents).</summary>
internal static class DeepgramErrors
{
    private const int MostDetailChars = 200;

    /// <summary>The upgrade was refused, or the connection could not be made.</summary>
    public static ProviderException OfConnect(ClientWebSocket socket, Exception e, DateTimeOffset now)
    {
        if (ConnectionFailure.IsCertificate(e))
            return Error(ProviderErrorKind.CertificateInvalid, "the server's certificate is not valid", inner: e);

        var status = (int)socket.HttpStatusCode;
        if (status is 0 or 101)
            return Error(ProviderErrorKind.Disconnected, "the connection could not be made", inner: e);

        var detail = Header(socket, "dg-error") ?? "";
        if (detail.Length > MostDetailChars)
            detail = detail[..MostDetailChars];
        return Error(
            KindOf(status, detail), $"refused with HTTP {status}{(detail.Length > 0 ? ": " : "")}{detail}",
            ConnectionFailure.RetryAfter(Header(socket, "Retry-After"), now), e);
    }

    /// <summary>The server closed the connection.</summary>
    public static ProviderException OfClose(WebSocketCloseStatus? status, string? reason)
    {
        // The codes are stable, the sentences around them are not.
        var code = reason ?? "";
        return status switch
        {
            WebSocketCloseStatus.PolicyViolation when code.Contains("DATA-0000", StringComparison.Ordinal)
                => Error(ProviderErrorKind.BadRequest, "the audio cannot be decoded (1008 DATA-0000)"),
            WebSocketCloseStatus.InternalServerError when code.Contains("NET-0001", StringComparison.Ordinal)
                => Error(ProviderErrorKind.Disconnected, "closed because nothing was sent for 10 s (1011 NET-0001)"),
            WebSocketCloseStatus.InternalServerError when code.Contains("NET-0000", StringComparison.Ordinal)
                => Error(ProviderErrorKind.Unavailable, "the service did not answer in time (1011 NET-0000)"),
            WebSocketCloseStatus.InternalServerError => Error(ProviderErrorKind.Unavailable, "closed by a fault of the service (1011)"),
            WebSocketCloseStatus.PolicyViolation => Error(ProviderErrorKind.BadRequest, "closed for a violation of the protocol (1008)"),
            _ => Error(ProviderErrorKind.Disconnected, $"closed in the middle of a call ({(int?)status})"),
        };
    }

    /// <summary>Makes an error of this provider.</summary>
    public static ProviderException Error(ProviderErrorKind kind, string message, TimeSpan? retryAfter = null, Exception? inner = null) =>
        new(DeepgramSpeechToText.ProviderName, kind, message, retryAfter, inner);

    private static ProviderErrorKind KindOf(int status, string detail) => (HttpStatusCode)status switch
    {
        HttpStatusCode.BadRequest when detail.Contains("language", StringComparison.OrdinalIgnoreCase) => ProviderErrorKind.UnsupportedLanguage,
        HttpStatusCode.BadRequest when detail.Contains("model", StringComparison.OrdinalIgnoreCase) => ProviderErrorKind.UnknownModel,
        HttpStatusCode.BadRequest or HttpStatusCode.NotFound => ProviderErrorKind.BadRequest,
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ProviderErrorKind.Unauthorized,
        HttpStatusCode.PaymentRequired => ProviderErrorKind.QuotaExceeded,
        HttpStatusCode.RequestTimeout => ProviderErrorKind.Timeout,
        HttpStatusCode.TooManyRequests => ProviderErrorKind.RateLimited,
        _ => status >= 500 ? ProviderErrorKind.Unavailable : ProviderErrorKind.BadRequest,
    };

    private static string? Header(ClientWebSocket socket, string name) =>
        socket.HttpResponseHeaders?.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value?.FirstOrDefault();
}
