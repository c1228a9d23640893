using System.Net.WebSockets;
using System.Text.Json;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Sts.OpenAi;

/// <summary>What a refusal, an error event or a lost connection means. Messages hold codes only, never the server's own words.</summary>
internal static class RealtimeErrors
{
    // Tokens and signatures are refused by servers at about this difference.
    private static readonly TimeSpan MostSkew = TimeSpan.FromMinutes(5);

    /// <summary>A failure with our own words.</summary>
    public static ProviderException Error(ProviderErrorKind kind, string message, TimeSpan? retryAfter = null, Exception? inner = null) =>
        new(ProviderNames.OpenAiRealtime, kind, message, retryAfter, inner);

    /// <summary>The WebSocket could not be opened.</summary>
    public static ProviderException OfConnect(ClientWebSocket socket, Exception failure, DateTimeOffset now)
    {
        if (ConnectionFailure.IsCertificate(failure))
            return Error(ProviderErrorKind.CertificateInvalid, "The server's certificate is not valid (or this machine's clock is wrong).", inner: failure);

        var status = (int)socket.HttpStatusCode;
        if (status is 0 or 101)
            return Error(ProviderErrorKind.Disconnected, "The connection could not be made.", inner: failure);

        if (status == 401 && DateTimeOffset.TryParse(Header(socket, "Date"), out var theirs) && (now - theirs).Duration() > MostSkew)
            return Error(ProviderErrorKind.ClockSkew, $"HTTP {status}, and this machine's clock differs from the server's by more than 5 minutes.", inner: failure);
        var kind = status switch
        {
            401 or 403 or 407 => ProviderErrorKind.Unauthorized,
            402 => ProviderErrorKind.QuotaExceeded,
            404 => ProviderErrorKind.UnknownModel,
            408 => ProviderErrorKind.Timeout,
            429 => ProviderErrorKind.RateLimited,
            >= 500 => ProviderErrorKind.Unavailable,
            _ => ProviderErrorKind.BadRequest,
        };
        return Error(kind, $"HTTP {status}.", ConnectionFailure.RetryAfter(Header(socket, "Retry-After"), now), failure);
    }

    /// <summary>The server closed the WebSocket.</summary>
    public static ProviderException OfClose(WebSocketCloseStatus? status) =>
        Error(ProviderErrorKind.Disconnected, $"The server closed the session ({(int?)status ?? 1006}).");

    /// <summary>An error event, or the error of an answer; null when it is none that ends anything.</summary>
    public static ProviderException? Of(string? code, string? type, string? parameter)
    {
        ProviderErrorKind? kind = (code ?? type) switch
        {
            "session_expired" => ProviderErrorKind.Disconnected,
            "insufficient_quota" or "billing_hard_limit_reached" or "billing_not_active" => ProviderErrorKind.QuotaExceeded,
            "rate_limit_exceeded" or "tokens" or "requests" => ProviderErrorKind.RateLimited,
            "invalid_api_key" or "account_deactivated" or "authentication_error" => ProviderErrorKind.Unauthorized,
            "model_not_found" or "invalid_model" or "voice_not_found" => ProviderErrorKind.UnknownModel,
            "content_filter" or "content_policy_violation" => ProviderErrorKind.ContentFiltered,
            "server_error" or "internal_error" => ProviderErrorKind.Unavailable,
            "beta_api_shape_disabled" => ProviderErrorKind.BadRequest,
            _ when type == "server_error" => ProviderErrorKind.Unavailable,
            _ => null,
        };
        return kind is { } known ? Error(known, $"The session brought an error{Words(code, type, parameter)}.") : null;
    }

    /// <summary>What we told the session at its beginning was refused.</summary>
    public static ProviderException OfSetup(string? code, string? type, string? parameter)
    {
        var kind = parameter switch
        {
            not null when parameter.Contains("voice", StringComparison.Ordinal) || parameter.EndsWith("model", StringComparison.Ordinal) => ProviderErrorKind.UnknownModel,
            not null when parameter.EndsWith("language", StringComparison.Ordinal) => ProviderErrorKind.UnsupportedLanguage,
            _ => ProviderErrorKind.BadRequest,
        };
        return Of(code, type, parameter) ?? Error(kind, $"The session's settings were refused{Words(code, type, parameter)}.");
    }

    /// <summary>A message is not as documented.</summary>
    public static ProviderException Malformed(JsonException? inner = null) =>
        Error(ProviderErrorKind.MalformedAnswer, "A message is not as documented.", inner: inner);

    private static string? Header(ClientWebSocket socket, string name) =>
        socket.HttpResponseHeaders?.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value?.FirstOrDefault();

    // Only what looks like an identifier, so that nothing else slips into the log.
    private static string Words(params string?[] words)
    {
        var known = words.Where(static w => w is { Length: > 0 and <= 64 } && w.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-')).Distinct();
        var text = string.Join(", ", known);
        return text.Length == 0 ? "" : $" ({text})";
    }
}
