using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using Parley.Conversation.Agents;

namespace Parley.Conversation.Sts.OpenAi;

/// <summary>The events that we send, in the shape of the GA interface. Event ids begin with what they are for: errors name them.</summary>
internal static class RealtimeMessages
{
    /// <summary>Id of the event that configures the session.</summary>
    public const string Setup = "setup";

    /// <summary>Beginning of the ids of events whose refusal changes nothing.</summary>
    public const string Harmless = "try_";

    /// <summary>Asks for a sign of life: a session that is told nothing new still answers.</summary>
    public static readonly byte[] Probe = Make("session.update", Harmless + "probe", static json =>
    {
        json.WriteStartObject("session");
        json.WriteString("type", "realtime");
        json.WriteEndObject();
    });

    private static ReadOnlySpan<byte> AudioHead => "{\"type\":\"input_audio_buffer.append\",\"audio\":\""u8;

    private static ReadOnlySpan<byte> AudioTail => "\"}"u8;

    /// <summary>Bytes of a message with so many bytes of audio.</summary>
    public static int AudioLength(int bytes) => AudioHead.Length + Base64.GetMaxEncodedToUtf8Length(bytes) + AudioTail.Length;

    /// <summary>Writes a message with audio; returns its length.</summary>
    public static int WriteAudio(ReadOnlySpan<byte> muLaw, Span<byte> message)
    {
        AudioHead.CopyTo(message);
        Base64.EncodeToUtf8(muLaw, message[AudioHead.Length..], out _, out var written);
        AudioTail.CopyTo(message[(AudioHead.Length + written)..]);
        return AudioHead.Length + written + AudioTail.Length;
    }

    /// <summary>How the session is to be.</summary>
    public static byte[] Configure(RealtimeOptions options, SpeechToSpeechOptions call, string voice) => Make("session.update", Setup, json =>
    {
        json.WriteStartObject("session");
        json.WriteString("type", "realtime");
        json.WriteStartArray("output_modalities");
        json.WriteStringValue("audio");
        json.WriteEndArray();
        json.WriteString("instructions", call.Instructions);
        json.WriteNumber("max_output_tokens", options.MaxOutputTokens);
        json.WriteStartObject("audio");
        json.WriteStartObject("input");
        WriteFormat(json);
        json.WriteStartObject("transcription");
        json.WriteString("model", options.TranscriptionModel);
        if (call.Language.Split('-')[0] is { Length: 2 } language)
            json.WriteString("language", language.ToLowerInvariant());
        json.WriteEndObject();
        json.WriteStartObject("turn_detection");
        json.WriteString("type", "server_vad");
        json.WriteNumber("threshold", options.Threshold);
        json.WriteNumber("prefix_padding_ms", RealtimeReader.PrefixMs);
        json.WriteNumber("silence_duration_ms", options.SilenceMs);
        json.WriteBoolean("create_response", true);
        json.WriteBoolean("interrupt_response", true);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("output");
        WriteFormat(json);
        json.WriteString("voice", voice);
        if (options.Speed != 1)
            json.WriteNumber("speed", options.Speed);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("tools");
        foreach (var tool in call.Tools)
        {
            json.WriteStartObject();
            json.WriteString("type", "function");
            json.WriteString("name", tool.Name);
            json.WriteString("description", tool.Description);
            json.WritePropertyName("parameters");
            tool.Parameters.WriteTo(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("tool_choice", "auto");
        json.WriteEndObject();
    });

    /// <summary>A turn of the past.</summary>
    public static byte[] Past(HistoryEntry entry, int number) => entry.Speaker == Speaker.Caller
        ? Item($"past_{number}", "user", "input_text", entry.Text)
        : Item($"past_{number}", "assistant", "output_text", entry.Interrupted ? entry.Text + " [the caller broke in here]" : entry.Text);

    /// <summary>What happened on the call.</summary>
    public static byte[] Told(string text, int number) => Item($"told_{number}", "system", "input_text", text);

    /// <summary>Answer now.</summary>
    public static byte[] Respond(int reply) => Make("response.create", Harmless + string.Create(CultureInfo.InvariantCulture, $"respond_{reply}"), json =>
    {
        json.WriteStartObject("response");
        json.WriteStartObject("metadata");
        json.WriteString("reply", reply.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>What came of a tool.</summary>
    public static byte[] Result(string callId, string result) => Make("conversation.item.create", "result", json =>
    {
        json.WriteStartObject("item");
        json.WriteString("type", "function_call_output");
        json.WriteString("call_id", callId);
        json.WriteString("output", result);
        json.WriteEndObject();
    });

    /// <summary>Stop answering.</summary>
    public static byte[] Cancel(string response) =>
        Make("response.cancel", Harmless + "cancel", json => json.WriteString("response_id", response));

    /// <summary>The caller heard so much.</summary>
    public static byte[] Truncate(string item, int heardMs) => Make("conversation.item.truncate", Harmless + "truncate", json =>
    {
        json.WriteString("item_id", item);
        json.WriteNumber("content_index", 0);
        json.WriteNumber("audio_end_ms", heardMs);
    });

    private static byte[] Item(string eventId, string role, string kind, string text) => Make("conversation.item.create", eventId, json =>
    {
        json.WriteStartObject("item");
        json.WriteString("type", "message");
        json.WriteString("role", role);
        json.WriteStartArray("content");
        json.WriteStartObject();
        json.WriteString("type", kind);
        json.WriteString("text", text);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void WriteFormat(Utf8JsonWriter json)
    {
        json.WriteStartObject("format");
        json.WriteString("type", "audio/pcmu");
        json.WriteEndObject();
    }

    private static byte[] Make(string type, string eventId, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteString("event_id", eventId);
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
