using System.Text.Json;

namespace Parley.MediaGateway.Twilio;

/// <summary>Reads the <c>start</c> object of a media stream.</summary>
internal static class StreamStartReader
{
    /// <summary>Most parameters of a stream; Twilio publishes no limit, Parley itself uses one.</summary>
    public const int MaxParameters = 32;

    public const string UnsupportedFormat = "The media format is not audio/x-mulaw, 8000 Hz, mono.";

    public static StreamMessage Read(ReadOnlySpan<byte> details, long sequenceNumber, ReadOnlySpan<byte> streamSid)
    {
        if (details.IsEmpty)
            return StreamMessage.Malformed("start is missing.");

        var json = StreamMessageReader.Open(details);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
            return StreamMessage.Malformed("start is not an object.");

        string? stream = null, call = null, account = null, error = null;
        List<string> tracks = [];
        Dictionary<string, string> parameters = new(StringComparer.Ordinal);
        var formatFits = false;

        while (error is null && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString();
            json.Read();
            switch (name)
            {
                case "streamSid":
                    error = ReadId(ref json, out stream) ? null : "start.streamSid is not an id.";
                    break;
                case "callSid":
                    error = ReadId(ref json, out call) ? null : "start.callSid is not an id.";
                    break;
                case "accountSid":
                    error = ReadId(ref json, out account) ? null : "start.accountSid is not an id.";
                    break;
                case "tracks":
                    error = ReadTracks(ref json, tracks);
                    break;
                case "mediaFormat":
                    formatFits = ReadFormat(ref json);
                    break;
                case "customParameters":
                    error = ReadParameters(ref json, parameters);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        error ??= stream is null ? "start.streamSid is missing."
            : call is null ? "start.callSid is missing."
            : account is null ? "start.accountSid is missing."
            : !formatFits ? UnsupportedFormat
            : null;
        if (error is not null)
            return StreamMessage.Malformed(error);

        return new StreamMessage
        {
            Kind = StreamMessageKind.Start,
            SequenceNumber = sequenceNumber,
            StreamSid = streamSid,
            Start = new StreamStart(stream!, call!, account!, tracks, parameters),
        };
    }

    private static bool ReadId(ref Utf8JsonReader json, out string? id)
    {
        id = json.TokenType == JsonTokenType.String && StreamIds.IsValid(json.ValueSpan) ? json.GetString() : null;
        return id is not null;
    }

    private static string? ReadTracks(ref Utf8JsonReader json, List<string> tracks)
    {
        if (json.TokenType != JsonTokenType.StartArray)
            return "start.tracks is not a list.";

        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.String || tracks.Count == MaxParameters)
                return "start.tracks is not a list of names.";
            tracks.Add(json.GetString()!);
        }

        return null;
    }

    private static bool ReadFormat(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return false;
        }

        var encoding = false;
        long rate = 0, channels = 0;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString();
            json.Read();
            switch (name)
            {
                case "encoding":
                    encoding = json.TokenType == JsonTokenType.String && json.ValueTextEquals("audio/x-mulaw"u8);
                    break;
                case "sampleRate":
                    StreamMessageReader.TryGetCount(ref json, out rate);
                    break;
                case "channels":
                    StreamMessageReader.TryGetCount(ref json, out channels);
                    break;
            }

            json.Skip();
        }

        return encoding && rate == 8000 && channels == 1;
    }

    private static string? ReadParameters(ref Utf8JsonReader json, Dictionary<string, string> parameters)
    {
        if (json.TokenType != JsonTokenType.StartObject)
            return "start.customParameters is not an object.";

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            if (json.TokenType != JsonTokenType.String)
                return "start.customParameters has a value that is not a string.";
            if (parameters.Count == MaxParameters)
                return "start.customParameters has too many entries.";
            parameters[name] = json.GetString()!;
        }

        return null;
    }
}
