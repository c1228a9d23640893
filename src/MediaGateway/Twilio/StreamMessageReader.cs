using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Parley.Conversation.Frames;

namespace Parley.MediaGateway.Twilio;

/// <summary>
/// Reads the messages Twilio sends on a media stream (Twilio docs, "Media Streams - WebSocket Messages"). It never throws: whatever is not
/// a message of the protocol is <see cref="StreamMessageKind.Malformed"/>. Properties may come in any order, unknown ones are ignored,
/// numbers may be JSON strings (as Twilio sends them) or numbers. Reading media allocates nothing in steady state.
/// </summary>
public static class StreamMessageReader
{
    /// <summary>
    /// Largest message, in bytes. Twilio's media messages have about 400; one second of audio would have 11 KB. Ours to choose: no limit
    /// is published.
    /// </summary>
    public const int MaxMessageBytes = 64 * 1024;

    /// <summary>Deepest nesting of JSON; Twilio uses 3 levels.</summary>
    public const int MaxDepth = 16;

    /// <summary>Reads one text message.</summary>
    public static StreamMessage Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxMessageBytes)
            return StreamMessage.Malformed("The message is too large.");

        try
        {
            return ReadEnvelope(utf8);
        }
        catch (JsonException)
        {
            return StreamMessage.Malformed("The message is not JSON.");
        }
        catch (InvalidOperationException)
        {
            // What Utf8JsonReader throws for strings with lone surrogates or bytes that are no UTF-8.
            return StreamMessage.Malformed("A string of the message is not valid text.");
        }
    }

    internal static Utf8JsonReader Open(ReadOnlySpan<byte> json) => new(json, new JsonReaderOptions { MaxDepth = MaxDepth });

    /// <summary>Reads a whole number of at least 0 from a JSON number or a string of digits.</summary>
    internal static bool TryGetCount(ref Utf8JsonReader json, out long value)
    {
        value = 0;
        return json.TokenType switch
        {
            JsonTokenType.Number => json.TryGetInt64(out value) && value >= 0,
            JsonTokenType.String => Utf8Parser.TryParse(json.ValueSpan, out value, out var used)
                && used == json.ValueSpan.Length && value >= 0,
            _ => false,
        };
    }

    private static StreamMessage ReadEnvelope(ReadOnlySpan<byte> utf8)
    {
        var json = Open(utf8);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
            return StreamMessage.Malformed("The message is not an object.");

        var kind = StreamMessageKind.Unknown;
        var hasEvent = false;
        long sequenceNumber = 0;
        ReadOnlySpan<byte> streamSid = default;
        ReadOnlySpan<byte> details = default;
        var detailsOf = StreamMessageKind.Unknown;
        MediaFields media = default;

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("event"u8))
            {
                json.Read();
                if (json.TokenType != JsonTokenType.String)
                    return StreamMessage.Malformed("event is not a string.");
                kind = KindOf(ref json);
                hasEvent = true;
            }
            else if (json.ValueTextEquals("sequenceNumber"u8))
            {
                json.Read();
                if (!TryGetCount(ref json, out sequenceNumber))
                    return StreamMessage.Malformed("sequenceNumber is not a number.");
            }
            else if (json.ValueTextEquals("streamSid"u8))
            {
                json.Read();
                if (json.TokenType != JsonTokenType.String || !StreamIds.IsValid(json.ValueSpan))
                    return StreamMessage.Malformed("streamSid is not an id.");
                streamSid = json.ValueSpan;
            }
            else if (json.ValueTextEquals("media"u8))
            {
                json.Read();
                if (MediaFields.Read(ref json, utf8, out media) is { } error)
                    return StreamMessage.Malformed(error);
            }
            else if (DetailsKindOf(ref json) is var of && of != StreamMessageKind.Unknown)
            {
                // Rare messages are read in a second pass, when their event is known.
                json.Read();
                var from = (int)json.TokenStartIndex;
                json.Skip();
                details = utf8[from..(int)json.BytesConsumed];
                detailsOf = of;
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }

        // Throws for anything behind the object.
        json.Read();
        if (!hasEvent)
            return StreamMessage.Malformed("event is missing.");

        var own = detailsOf == kind ? details : default;
        return kind switch
        {
            StreamMessageKind.Media => media.ToMessage(sequenceNumber, streamSid),
            StreamMessageKind.Start => StreamStartReader.Read(own, sequenceNumber, streamSid),
            StreamMessageKind.Dtmf => ReadDtmf(own, sequenceNumber, streamSid),
            StreamMessageKind.Mark => ReadMark(own, sequenceNumber, streamSid),
            _ => new StreamMessage { Kind = kind, SequenceNumber = sequenceNumber, StreamSid = streamSid },
        };
    }

    private static StreamMessageKind KindOf(ref Utf8JsonReader json) =>
        json.ValueTextEquals("media"u8) ? StreamMessageKind.Media
        : json.ValueTextEquals("mark"u8) ? StreamMessageKind.Mark
        : json.ValueTextEquals("dtmf"u8) ? StreamMessageKind.Dtmf
        : json.ValueTextEquals("start"u8) ? StreamMessageKind.Start
        : json.ValueTextEquals("stop"u8) ? StreamMessageKind.Stop
        : json.ValueTextEquals("connected"u8) ? StreamMessageKind.Connected
        : StreamMessageKind.Unknown;

    private static StreamMessageKind DetailsKindOf(ref Utf8JsonReader json) =>
        json.ValueTextEquals("mark"u8) ? StreamMessageKind.Mark
        : json.ValueTextEquals("dtmf"u8) ? StreamMessageKind.Dtmf
        : json.ValueTextEquals("start"u8) ? StreamMessageKind.Start
        : StreamMessageKind.Unknown;

    private static StreamMessage ReadDtmf(ReadOnlySpan<byte> details, long sequenceNumber, ReadOnlySpan<byte> streamSid)
    {
        if (!TryFindString(details, "digit"u8, out var digit) || digit is not [var key] || !"0123456789*#ABCD".Contains(key, StringComparison.Ordinal))
            return StreamMessage.Malformed("dtmf has no valid digit.");

        return new StreamMessage
        {
            Kind = StreamMessageKind.Dtmf,
            SequenceNumber = sequenceNumber,
            StreamSid = streamSid,
            Digit = key,
        };
    }

    private static StreamMessage ReadMark(ReadOnlySpan<byte> details, long sequenceNumber, ReadOnlySpan<byte> streamSid)
    {
        if (!TryFindString(details, "name"u8, out var name) || name.Length == 0)
            return StreamMessage.Malformed("mark has no name.");

        return new StreamMessage
        {
            Kind = StreamMessageKind.Mark,
            SequenceNumber = sequenceNumber,
            StreamSid = streamSid,
            MarkName = name,
        };
    }

    private static bool TryFindString(ReadOnlySpan<byte> details, ReadOnlySpan<byte> name, out string value)
    {
        value = "";
        if (details.IsEmpty)
            return false;

        var json = Open(details);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
            return false;

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = json.ValueTextEquals(name);
            json.Read();
            if (wanted && json.TokenType == JsonTokenType.String)
            {
                value = json.GetString()!;
                return true;
            }

            json.Skip();
        }

        return false;
    }

    /// <summary>The <c>media</c> object, still undecoded: the message may turn out to be something else or broken.</summary>
    private ref struct MediaFields
    {
        private bool present;
        private bool inbound;
        private bool timed;
        private bool escaped;
        private long chunk;
        private long timestampMs;
        private ReadOnlySpan<byte> payload;

        public static string? Read(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> utf8, out MediaFields fields)
        {
            fields = default;
            if (json.TokenType != JsonTokenType.StartObject)
                return "media is not an object.";

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("payload"u8))
                {
                    json.Read();
                    if (json.TokenType != JsonTokenType.String)
                        return "media.payload is not a string.";
                    fields.present = true;
                    fields.escaped = json.ValueIsEscaped;
                    // With its quotes when it must be unescaped later.
                    fields.payload = json.ValueIsEscaped ? utf8[(int)json.TokenStartIndex..(int)json.BytesConsumed] : json.ValueSpan;
                }
                else if (json.ValueTextEquals("timestamp"u8))
                {
                    json.Read();
                    fields.timed = TryGetCount(ref json, out fields.timestampMs);
                    if (!fields.timed)
                        return "media.timestamp is not a number.";
                }
                else if (json.ValueTextEquals("chunk"u8))
                {
                    json.Read();
                    if (!TryGetCount(ref json, out fields.chunk))
                        return "media.chunk is not a number.";
                }
                else if (json.ValueTextEquals("track"u8))
                {
                    json.Read();
                    if (json.TokenType != JsonTokenType.String)
                        return "media.track is not a string.";
                    fields.inbound = json.ValueTextEquals("inbound"u8);
                }
                else
                {
                    json.Read();
                    json.Skip();
                }
            }

            return null;
        }

        public readonly StreamMessage ToMessage(long sequenceNumber, ReadOnlySpan<byte> streamSid)
        {
            if (!present)
                return StreamMessage.Malformed("media.payload is missing.");
            if (!timed)
                return StreamMessage.Malformed("media.timestamp is missing.");

            AudioFrame? frame = null;
            if (inbound && (frame = Decode()) is null)
                return StreamMessage.Malformed("media.payload is not base64.");

            if (frame is not null)
                frame.TimestampMs = timestampMs;
            return new StreamMessage
            {
                Kind = StreamMessageKind.Media,
                SequenceNumber = sequenceNumber,
                StreamSid = streamSid,
                IsInbound = inbound,
                Chunk = chunk,
                TimestampMs = timestampMs,
                Audio = frame,
            };
        }

        private readonly AudioFrame? Decode()
        {
            if (!escaped)
                return Decode(payload);

            var buffer = ArrayPool<byte>.Shared.Rent(payload.Length);
            try
            {
                var json = Open(payload);
                json.Read();
                return Decode(buffer.AsSpan(0, json.CopyString(buffer)));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        private static AudioFrame? Decode(ReadOnlySpan<byte> base64)
        {
            var frame = AudioFrame.Rent(AudioFormat.Telephone, Base64.GetMaxDecodedFromUtf8Length(base64.Length));
            if (Base64.DecodeFromUtf8(base64, frame.Bytes, out _, out var written) == OperationStatus.Done)
            {
                frame.Trim(written);
                return frame;
            }

            frame.Dispose();
            return null;
        }
    }
}
