using System.Net.WebSockets;
using System.Text.Json;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Tts.ElevenLabs;

/// <summary>What ElevenLabs' refusals mean ("Error messages" in its documents).</summary>
internal static class ElevenLabsErrors
{
    /// <summary>A refusal over HTTP. Only the status word is quoted: messages may repeat the text, and texts are the call's.</summary>
    public static ProviderException OfHttp(int status, ReadOnlySpan<byte> body, TimeSpan? retryAfter)
    {
        var word = StatusOf(body);
        return Error(
            KindOf(word) ?? KindOf(status), word is null ? $"refused with HTTP {status}" : $"refused with HTTP {status} ({word})", retryAfter);
    }

    /// <summary>An error message, or a close, on the WebSocket.</summary>
    public static ProviderException OfSocket(string? word, int? code) => Error(
        KindOf(word) ?? (word, code) switch
        {
            (_, (int)WebSocketCloseStatus.InternalServerError) => ProviderErrorKind.Unavailable,
            ("input_timeout_exceeded", _) => ProviderErrorKind.Timeout,
            (not null, _) => ProviderErrorKind.BadRequest,

            // A voice that does not go with a model was seen to end with 1009, or with a plain close.
            (null, (int)WebSocketCloseStatus.MessageTooBig) => ProviderErrorKind.UnknownModel,
            (null, (int)WebSocketCloseStatus.PolicyViolation) => ProviderErrorKind.BadRequest,
            _ => ProviderErrorKind.Disconnected,
        },
        $"the stream ended before the audio did ({(Word(word) is { } known ? known + ", " : "")}{code?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no code"})");

    /// <summary>An exception of the connection.</summary>
    public static ProviderException OfConnection(Exception e, bool hadAudio) => ConnectionFailure.IsCertificate(e)
        ? Error(ProviderErrorKind.CertificateInvalid, "the server's certificate is not valid", inner: e)
        : Error(ProviderErrorKind.Disconnected, hadAudio ? "the connection broke in the middle of a clause" : "the connection could not be made", inner: e);

    /// <summary>Makes an error of this provider.</summary>
    public static ProviderException Error(ProviderErrorKind kind, string message, TimeSpan? retryAfter = null, Exception? inner = null) =>
        new(ElevenLabsTextToSpeech.ProviderName, kind, message, retryAfter, inner);

    private static ProviderErrorKind? KindOf(string? word) => word switch
    {
        "invalid_api_key" or "needs_authorization" or "missing_permissions" or "only_for_creator+" => ProviderErrorKind.Unauthorized,
        "quota_exceeded" => ProviderErrorKind.QuotaExceeded,
        "too_many_concurrent_requests" => ProviderErrorKind.RateLimited,
        "system_busy" => ProviderErrorKind.Unavailable,
        "voice_not_found" or "model_not_found" or "invalid_model" or "voice_does_not_exist" => ProviderErrorKind.UnknownModel,
        "unsupported_language" or "language_not_supported" => ProviderErrorKind.UnsupportedLanguage,
        "max_character_limit_exceeded" => ProviderErrorKind.TooLarge,
        "detected_unusual_activity" or "content_against_policy" => ProviderErrorKind.ContentFiltered,
        _ => null,
    };

    private static ProviderErrorKind KindOf(int status) => status switch
    {
        401 or 403 => ProviderErrorKind.Unauthorized,
        402 => ProviderErrorKind.QuotaExceeded,
        404 => ProviderErrorKind.UnknownModel,
        408 => ProviderErrorKind.Timeout,
        413 => ProviderErrorKind.TooLarge,
        429 => ProviderErrorKind.RateLimited,
        >= 500 => ProviderErrorKind.Unavailable,
        _ => ProviderErrorKind.BadRequest,
    };

    // detail is an object with a status, or for 422 an array of what is wrong with which field.
    private static string? StatusOf(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("detail", out var detail))
                return null;
            if (detail.ValueKind == JsonValueKind.Object)
                return detail.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.String ? Word(status.GetString()) : null;
            if (detail.ValueKind != JsonValueKind.Array || detail.GetArrayLength() == 0 || detail[0].ValueKind != JsonValueKind.Object)
                return null;
            return detail[0].TryGetProperty("loc", out var location) && location.ValueKind == JsonValueKind.Array
                ? Word(string.Join('.', location.EnumerateArray().Select(l => l.ToString())))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Status words are short identifiers; anything else might be a sentence about the text.
    private static string? Word(string? text) =>
        text is { Length: > 0 and <= 60 } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '+' or '-') ? text : null;
}
