using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parley.Conversation.Tts.ElevenLabs;

/// <summary>How a voice speaks; what is null is the voice's own.</summary>
internal sealed record VoiceSettings(
    [property: JsonPropertyName("stability")] double? Stability,
    [property: JsonPropertyName("similarity_boost")] double? SimilarityBoost,
    [property: JsonPropertyName("style")] double? Style,
    [property: JsonPropertyName("use_speaker_boost")] bool? UseSpeakerBoost,
    [property: JsonPropertyName("speed")] double? Speed)
{
    /// <summary>The configured settings; null when there are none.</summary>
    public static VoiceSettings? From(ElevenLabsOptions options)
    {
        var settings = new VoiceSettings(options.Stability, options.SimilarityBoost, options.Style, options.UseSpeakerBoost, options.Speed);
        return settings == new VoiceSettings(null, null, null, null, null) ? null : settings;
    }
}

/// <summary>The body of an HTTP request.</summary>
internal sealed record SynthesisBody(
    [property: JsonPropertyName("text")] string Text,
    [property: JsonPropertyName("model_id")] string ModelId,
    [property: JsonPropertyName("language_code")] string? LanguageCode,
    [property: JsonPropertyName("voice_settings")] VoiceSettings? VoiceSettings);

/// <summary>A message to the WebSocket.</summary>
internal sealed record TextMessage(
    [property: JsonPropertyName("text")] string Text,
    [property: JsonPropertyName("voice_settings")] VoiceSettings? VoiceSettings = null,
    [property: JsonPropertyName("flush")] bool? Flush = null);

/// <summary>A message from the WebSocket: audio, the end, or an error.</summary>
internal sealed record AudioMessage(
    [property: JsonPropertyName("audio")] string? Audio,
    [property: JsonPropertyName("isFinal")] bool? IsFinal,
    [property: JsonPropertyName("alignment")] CharAlignment? Alignment,
    [property: JsonPropertyName("message")] string? Message,
    [property: JsonPropertyName("error")] string? Error,
    [property: JsonPropertyName("code")] JsonElement? Code);

/// <summary>When the characters of a chunk are spoken, in ms since the chunk's beginning.</summary>
internal sealed record CharAlignment(
    [property: JsonPropertyName("chars")] IReadOnlyList<string>? Chars,
    [property: JsonPropertyName("charStartTimesMs")] IReadOnlyList<double>? Starts,
    [property: JsonPropertyName("charsDurationsMs")] IReadOnlyList<double>? Durations);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SynthesisBody))]
[JsonSerializable(typeof(TextMessage))]
[JsonSerializable(typeof(AudioMessage))]
internal sealed partial class ElevenLabsJson : JsonSerializerContext;
