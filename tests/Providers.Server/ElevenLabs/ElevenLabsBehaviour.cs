using System.Text.Json;

namespace Parley.Providers.Server.ElevenLabs;

/// <summary>How answers of the server come.</summary>
public sealed record ElevenLabsBehaviour
{
    /// <summary>Sizes of the HTTP chunks, or of the audio in a WebSocket message, in turn.</summary>
    public IReadOnlyList<int> ChunkBytes { get; init; } = [4000];

    /// <summary>Wait before the answer over HTTP.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Content type of audio over HTTP.</summary>
    public string ContentType { get; init; } = "audio/basic";

    /// <summary>After so much audio no more comes; null for never.</summary>
    public int? StopsAfterBytes { get; init; }

    /// <summary>When audio stops, the connection stays open and silent, rather than breaking.</summary>
    public bool Hangs { get; init; }

    /// <summary>Whether WebSocket messages carry alignment; it may be null.</summary>
    public bool HasAlignment { get; init; } = true;

    /// <summary>An error message that comes in place of audio, followed by a close with this code.</summary>
    public (string? Error, int Code)? Error { get; init; }

    /// <summary>What comes in place of the first audio message.</summary>
    public string? Garbage { get; init; }

    /// <summary>Messages come in WebSocket fragments.</summary>
    public bool SendsFragments { get; init; }
}

/// <summary>A refused request.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">Body.</param>
/// <param name="RetryAfter">The header <c>Retry-After</c>.</param>
public sealed record ElevenLabsRefusal(int Status, string Body, string? RetryAfter = null)
{
    /// <summary><c>detail</c> as an object.</summary>
    public static ElevenLabsRefusal Of(int status, string word, string? retryAfter = null) =>
        new(status, JsonSerializer.Serialize(new { detail = new { status = word, message = "A sentence about it." } }), retryAfter);

    /// <summary><c>detail</c> as an array, as validation errors have it.</summary>
    public static ElevenLabsRefusal Field(string where, string name) => new(
        422, JsonSerializer.Serialize(new { detail = new[] { new { loc = (string[])[where, name], msg = "field is wrong", type = "value_error" } } }));
}
