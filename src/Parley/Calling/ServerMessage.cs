using System.Text.Json;

namespace Parley.Calling;

/// <summary>A message of the server on the media stream, or what is wrong with it.</summary>
internal abstract record ServerMessage
{
    /// <summary>Audio to play.</summary>
    internal sealed record Media(byte[] MuLaw) : ServerMessage;

    /// <summary>A mark to echo.</summary>
    internal sealed record Mark(string Name) : ServerMessage;

    /// <summary>Empty the queue.</summary>
    internal sealed record Clear : ServerMessage;

    /// <summary>A message Twilio would ignore with a warning.</summary>
    internal sealed record Invalid(string Why) : ServerMessage;

    /// <summary>Reads one text frame; the checks are those behind Twilio's warning 31951.</summary>
    public static ServerMessage Parse(ReadOnlyMemory<byte> utf8, string streamSid)
    {
        try
        {
            using var json = JsonDocument.Parse(utf8);
            return Parse(json.RootElement, streamSid);
        }
        catch (JsonException e)
        {
            return new Invalid($"no valid JSON: {e.Message}");
        }
    }

    private static ServerMessage Parse(JsonElement root, string streamSid)
    {
        if (Text(root, "event") is not { } kind)
            return new Invalid("no event");
        if (Text(root, "streamSid") != streamSid)
            return new Invalid($"{kind}: streamSid is missing or of another stream");

        switch (kind)
        {
            case "media":
                return Member(root, "media") is { } media && Member(media, "payload") is { ValueKind: JsonValueKind.String } payload
                    ? payload.TryGetBytesFromBase64(out var audio) ? new Media(audio) : new Invalid("media: payload is no base64")
                    : new Invalid("media: no payload");
            case "mark":
                return Member(root, "mark") is { } mark && Text(mark, "name") is { Length: > 0 } name
                    ? new Mark(name)
                    : new Invalid("mark: no name");
            case "clear":
                return new Clear();
            default:
                return new Invalid($"unknown event '{kind}'");
        }
    }

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}
