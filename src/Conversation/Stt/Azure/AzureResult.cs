using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Conversation.Providers;
using Parley.Conversation.Providers.Azure;

namespace Parley.Conversation.Stt.Azure;

/// <summary>The body of a hypothesis (<see cref="Text"/>) or phrase (<see cref="RecognitionStatus"/>, <see cref="DisplayText"/>).</summary>
internal sealed record AzureResult
{
    public string? RecognitionStatus { get; init; }

    public string? DisplayText { get; init; }

    public string? Text { get; init; }

    /// <summary>Start of the words, in 100 ns from the turn's first sample.</summary>
    public long Offset { get; init; }

    /// <summary>Length of the words, in 100 ns.</summary>
    public long Duration { get; init; }

    /// <exception cref="ProviderException">The body is not what the protocol says.</exception>
    public static AzureResult Parse(string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, AzureResultJson.Default.AzureResult) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw AzureSpeechErrors.Make(ProviderErrorKind.MalformedAnswer, "a result that is not JSON of the protocol", inner: e);
        }
    }

    /// <summary>The failure that a phrase's status tells; null for results and for silence or noise.</summary>
    public ProviderException? Failure => RecognitionStatus switch
    {
        "Error" => AzureSpeechErrors.Make(ProviderErrorKind.Unavailable, "the service failed to recognise (status Error)"),
        "BadRequest" => AzureSpeechErrors.Make(ProviderErrorKind.BadRequest, "the service refused what was sent (status BadRequest)"),
        "Forbidden" => AzureSpeechErrors.Make(ProviderErrorKind.Unauthorized, "the key has no right to this (status Forbidden)"),
        "TooManyRequests" => AzureSpeechErrors.Make(ProviderErrorKind.RateLimited, "too many requests (status TooManyRequests)"),
        _ => null,
    };
}

/// <summary>Reads results without reflection.</summary>
[JsonSerializable(typeof(AzureResult))]
internal sealed partial class AzureResultJson : JsonSerializerContext;
