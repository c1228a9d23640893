using System.Text.Json;

namespace Parley.Loading;

/// <summary>What a server's message on a media stream says.</summary>
internal enum StreamEventKind
{
    /// <summary>Not one of the messages a server may send.</summary>
    Invalid,

    /// <summary>Audio to play.</summary>
    Media,

    /// <summary>A mark to echo.</summary>
    Mark,

    /// <summary>Empty the queue.</summary>
    Clear,

    /// <summary>A message of the caller's own that an echo sent back.</summary>
    Echoed,
}

/// <summary>A server's message, read without allocation. The name is valid as long as the message.</summary>
internal readonly ref struct StreamEvent
{
    public StreamEventKind Kind { get; private init; }

    /// <summary>Bytes of mu-law in a media message.</summary>
    public int AudioBytes { get; private init; }

    /// <summary>The mark's name, as it stands in the message: UTF-8, JSON-escaped.</summary>
    public ReadOnlySpan<byte> Name { get; private init; }

    /// <summary>Reads a message; never throws.</summary>
    public static StreamEvent Read(ReadOnlySpan<byte> message)
    {
        try
        {
            return ReadObject(message);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return default;
        }
    }

    private static StreamEvent ReadObject(ReadOnlySpan<byte> message)
    {
        var json = new Utf8JsonReader(message);
        var kind = StreamEventKind.Invalid;
        var audioBytes = -1;
        ReadOnlySpan<byte> name = default;
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            return default;

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.CurrentDepth == 1 && json.ValueTextEquals("event"u8))
            {
                json.Read();
                kind = KindOf(ref json);
            }
            else if (json.ValueTextEquals("media"u8) || json.ValueTextEquals("mark"u8))
            {
                json.Read();
                ReadDetails(ref json, ref audioBytes, ref name);
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }

        var isWhole = kind switch
        {
            StreamEventKind.Media => audioBytes >= 0,
            StreamEventKind.Mark => name.Length > 0,
            _ => true,
        };
        return isWhole ? new StreamEvent { Kind = kind, AudioBytes = audioBytes, Name = name } : default;
    }

    private static void ReadDetails(ref Utf8JsonReader json, ref int audioBytes, ref ReadOnlySpan<byte> name)
    {
        if (json.TokenType != JsonTokenType.StartObject)
            return;

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isPayload = json.ValueTextEquals("payload"u8);
            var isName = json.ValueTextEquals("name"u8);
            json.Read();
            if (isPayload && json.TokenType == JsonTokenType.String)
                audioBytes = DecodedLength(json.ValueSpan);
            else if (isName && json.TokenType == JsonTokenType.String)
                name = json.ValueSpan;
            else
                json.Skip();
        }
    }

    private static int DecodedLength(ReadOnlySpan<byte> base64) => base64.Length % 4 != 0
        ? -1
        : (base64.Length / 4 * 3) - (base64.EndsWith("=="u8) ? 2 : base64.EndsWith("="u8) ? 1 : 0);

    private static StreamEventKind KindOf(ref Utf8JsonReader json) =>
        json.TokenType != JsonTokenType.String ? StreamEventKind.Invalid
        : json.ValueTextEquals("media"u8) ? StreamEventKind.Media
        : json.ValueTextEquals("mark"u8) ? StreamEventKind.Mark
        : json.ValueTextEquals("clear"u8) ? StreamEventKind.Clear
        : json.ValueTextEquals("connected"u8) || json.ValueTextEquals("start"u8) || json.ValueTextEquals("stop"u8) ? StreamEventKind.Echoed
        : StreamEventKind.Invalid;
}
