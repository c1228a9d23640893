using System.ClientModel;
using System.ClientModel.Primitives;
using System.Globalization;
using System.Security.Authentication;
using System.Text.Json;

namespace Parley.Conversation.Providers.OpenAi;

/// <summary>
/// Says what a failure means. The library shows some as exceptions of its parser and some as none of its own; see "Streaming behaviour" in OpenAI's
/// part of <c>docs/providers.md</c>. Messages hold codes only: a server's own words may repeat a part of the key, or of what was said.
/// </summary>
internal sealed class OpenAiErrors(string provider, TimeProvider clock)
{
    /// <summary>The failure as a provider's. Cancellation asked for by <paramref name="own"/> stays what it is.</summary>
    public Exception From(Exception failure, CancellationToken own)
    {
        if (failure is ProviderException || (failure is OperationCanceledException && own.IsCancellationRequested))
            return failure;
        for (var cause = failure; cause is not null; cause = (cause as AggregateException)?.InnerExceptions[0] ?? cause.InnerException)
        {
            if (Of(cause) is { } known)
                return known;
        }

        return Make(ProviderErrorKind.MalformedAnswer, $"The answer could not be read ({failure.GetType().Name}).", inner: failure);
    }

    /// <summary>An error that came as a piece of a stream.</summary>
    public ProviderException InStream(string? code, string? type)
    {
        var kind = Kind(null, code, type, null) ?? ProviderErrorKind.Unavailable;
        return Make(kind, $"The stream brought an error{Words(code, type, null)}.");
    }

    /// <summary>One with our own words.</summary>
    public ProviderException Make(ProviderErrorKind kind, string message, TimeSpan? retryAfter = null, Exception? inner = null) =>
        new(provider, kind, message, retryAfter, inner);

    private ProviderException? Of(Exception failure) => failure switch
    {
        ProviderException known => known,
        ClientResultException { Status: > 0 } refused => Refused(refused),
        AnswerTooLargeException => Make(ProviderErrorKind.TooLarge, failure.Message, inner: failure),
        AuthenticationException => Make(
            ProviderErrorKind.CertificateInvalid, "The server's certificate is not valid (or this machine's clock is wrong).", inner: failure),
        OperationCanceledException or TimeoutException => Make(ProviderErrorKind.Timeout, "No answer in time.", inner: failure),
        HttpRequestException { InnerException: null } http => Make(ProviderErrorKind.Disconnected, $"No connection ({http.HttpRequestError}).", inner: failure),
        System.Net.Sockets.SocketException socket => Make(ProviderErrorKind.Disconnected, $"The connection failed ({socket.SocketErrorCode}).", inner: failure),
        IOException { InnerException: null } => Make(ProviderErrorKind.Disconnected, "The connection broke.", inner: failure),
        _ => null,
    };

    private ProviderException Refused(ClientResultException failure)
    {
        var (code, type, parameter, namesModel) = ReadBody(failure);
        var headers = failure.GetRawResponse()?.Headers;
        var kind = failure.Status == 404
            ? namesModel ? ProviderErrorKind.UnknownModel : ProviderErrorKind.BadRequest
            : Kind(failure.Status, code, type, parameter) ?? ProviderErrorKind.BadRequest;
        if (kind == ProviderErrorKind.Unauthorized && ConnectionFailure.Skew(Header(headers, "date"), clock.GetUtcNow()) is { } skew)
        {
            return Make(
                ProviderErrorKind.ClockSkew,
                string.Create(CultureInfo.InvariantCulture, $"HTTP {failure.Status}, and this machine's clock is {skew.TotalMinutes:+0;-0} minutes off the server's."),
                inner: failure);
        }

        return Make(
            kind, $"HTTP {failure.Status}{Words(code, type, parameter)}.",
            ConnectionFailure.RetryAfterMs(Header(headers, "retry-after-ms")) ?? ConnectionFailure.RetryAfter(Header(headers, "retry-after"), clock.GetUtcNow()), failure);
    }

    private static ProviderErrorKind? Kind(int? status, string? code, string? type, string? parameter) => (status, code ?? type, parameter) switch
    {
        (_, "insufficient_quota" or "billing_hard_limit_reached" or "billing_not_active", _) => ProviderErrorKind.QuotaExceeded,
        (_, "content_filter" or "content_policy_violation" or "moderation_blocked", _) => ProviderErrorKind.ContentFiltered,
        (_, "model_not_found" or "invalid_model" or "voice_not_found", _) => ProviderErrorKind.UnknownModel,
        (_, "unsupported_language" or "language_not_supported", _) => ProviderErrorKind.UnsupportedLanguage,
        (_, "rate_limit_exceeded" or "tokens" or "requests", _) => ProviderErrorKind.RateLimited,
        (_, "invalid_api_key" or "account_deactivated", _) => ProviderErrorKind.Unauthorized,
        (401 or 403 or 407, _, _) => ProviderErrorKind.Unauthorized,
        (402, _, _) => ProviderErrorKind.QuotaExceeded,
        (429, _, _) => ProviderErrorKind.RateLimited,
        (400 or 422, _, "model" or "voice") => ProviderErrorKind.UnknownModel,
        (400 or 422, _, "language") => ProviderErrorKind.UnsupportedLanguage,
        (408, _, _) => ProviderErrorKind.Timeout,
        (409 or >= 500, _, _) => ProviderErrorKind.Unavailable,
        _ => null,
    };

    private static string? Header(PipelineResponseHeaders? headers, string name) => headers is not null && headers.TryGetValue(name, out var value) ? value : null;

    // {"error":{"code","type","param","message"}}; vLLM also has the same fields without "error" around them.
    private static (string? Code, string? Type, string? Parameter, bool NamesModel) ReadBody(ClientResultException failure)
    {
        try
        {
            using var json = JsonDocument.Parse(failure.GetRawResponse()?.Content ?? BinaryData.FromString(""));
            var root = json.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error))
                root = error;
            if (root.ValueKind != JsonValueKind.Object)
                return default;
            var code = Text(root, "code");
            return (code, Text(root, "type"), Text(root, "param"),
                code == "model_not_found" || Text(root, "message")?.Contains("model", StringComparison.OrdinalIgnoreCase) == true);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Only what looks like an identifier, so that nothing else slips into the log.
    private static string Words(string? code, string? type, string? parameter)
    {
        var known = new[] { code, type, parameter }
            .Where(static word => word is { Length: > 0 and <= 64 } && word.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '[' or ']'))
            .Distinct();
        var words = string.Join(", ", known);
        return words.Length == 0 ? "" : $" ({words})";
    }
}
