using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Parley.Conversation.Frames;
using Parley.Conversation.Llm;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Sts.OpenAi;

/// <summary>What came: an event for the call, audio with it, or only something for the session itself.</summary>
/// <param name="Event">For the call; null when there is nothing to tell.</param>
/// <param name="Audio">Audio that belongs to it.</param>
/// <param name="Began">An answer began.</param>
/// <param name="Ended">An answer ended.</param>
internal readonly record struct Incoming(SpeechEvent? Event, AudioFrame? Audio = null, bool Began = false, bool Ended = false);

/// <summary>
/// Reads the events of a session. Pieces of audio, fifty times a second and more, are read without an allocation; all others are rare.
/// </summary>
internal sealed class RealtimeReader(RealtimeOptions options, string model, CallMeter? meter)
{
    /// <summary>Audio before speech that the server takes to belong to it; its own default.</summary>
    public const int PrefixMs = 300;

    private readonly Dictionary<string, AnswerItem> items = new(StringComparer.Ordinal);
    private SpeechEvent.AnswerAudio? current;    // the item whose audio came last
    private byte[] currentId = [];
    private byte[] unescaped = [];

    /// <summary>Reads one event.</summary>
    /// <exception cref="ProviderException">It is not as documented, or an error that ends the session.</exception>
    public Incoming Read(ReadOnlyMemory<byte> message)
    {
        try
        {
            return TryReadAudio(message.Span, out var audio) ? audio : ReadOther(message);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw RealtimeErrors.Malformed(e as JsonException);
        }
    }

    private bool TryReadAudio(ReadOnlySpan<byte> message, out Incoming incoming)
    {
        incoming = default;
        var json = new Utf8JsonReader(message);
        ReadOnlySpan<byte> response = default, item = default, delta = default;
        var isAudio = false;
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            throw RealtimeErrors.Malformed();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.ValueTextEquals("type"u8) ? 1 : json.ValueTextEquals("delta"u8) ? 2
                : json.ValueTextEquals("item_id"u8) ? 3 : json.ValueTextEquals("response_id"u8) ? 4 : 0;
            json.Read();
            if (name == 0 || json.TokenType != JsonTokenType.String)
            {
                json.Skip();
                continue;
            }

            switch (name)
            {
                case 1:
                    isAudio = json.ValueTextEquals("response.output_audio.delta"u8);
                    if (!isAudio)
                        return false;
                    break;
                case 2:
                    delta = json.ValueIsEscaped ? Unescape(ref json) : json.ValueSpan;
                    break;
                case 3:
                    item = json.ValueSpan;
                    break;
                default:
                    response = json.ValueSpan;
                    break;
            }
        }

        if (!isAudio)
            return false;
        if (current is null || !item.SequenceEqual(currentId))
        {
            current = new SpeechEvent.AnswerAudio(Item(Encoding.UTF8.GetString(response), Encoding.UTF8.GetString(item)));
            currentId = item.ToArray();
        }

        incoming = new Incoming(current, Decode(delta));
        return true;
    }

    private Incoming ReadOther(ReadOnlyMemory<byte> message)
    {
        using var document = JsonDocument.Parse(message);
        var e = document.RootElement;
        switch (Text(e, "type"))
        {
            case "session.updated":
                return new Incoming(new SpeechEvent.Alive());
            case "input_audio_buffer.speech_started":
                return new Incoming(new SpeechEvent.CallerBegan(e.GetProperty("audio_start_ms").GetInt32() + PrefixMs));
            case "input_audio_buffer.speech_stopped":
                // The moment when the server was sure: the silence that made it so has passed before.
                return new Incoming(new SpeechEvent.CallerStopped(Text(e, "item_id"), Math.Max(0, e.GetProperty("audio_end_ms").GetInt32() - options.SilenceMs)));
            case "conversation.item.input_audio_transcription.completed":
                CountTranscription(e);
                return new Incoming(new SpeechEvent.CallerSaid(Text(e, "item_id"), Text(e, "transcript")));
            case "conversation.item.input_audio_transcription.failed":
                return new Incoming(new SpeechEvent.CallerSaid(Text(e, "item_id"), ""));
            case "response.created":
                items.Clear();
                return new Incoming(new SpeechEvent.AnswerBegan(Text(e.GetProperty("response"), "id"), Reply(e.GetProperty("response"))), Began: true);
            case "response.output_audio_transcript.delta":
                return new Incoming(new SpeechEvent.AnswerText(Item(Text(e, "response_id"), Text(e, "item_id")), Text(e, "delta")));
            case "response.done":
                return new Incoming(Done(e.GetProperty("response")), Ended: true);
            case "error":
                return Error(e.GetProperty("error"));
            default:
                return default;
        }
    }

    private SpeechEvent.AnswerDone Done(JsonElement response)
    {
        Count(response);
        var failure = Text(response, "status") switch
        {
            "failed" => Failure(response),
            "incomplete" when Reason(response) == "content_filter" => RealtimeErrors.Error(ProviderErrorKind.ContentFiltered, "The answer was held back."),
            _ => null,
        };
        List<ModelToolCall> calls = [];
        if (Text(response, "status") == "completed")
        {
            foreach (var item in response.GetProperty("output").EnumerateArray())
            {
                if (Text(item, "type") == "function_call")
                    calls.Add(new ModelToolCall(Text(item, "call_id"), Text(item, "name"), Text(item, "arguments")));
            }
        }

        return new SpeechEvent.AnswerDone(Text(response, "id"), calls, failure);
    }

    private static ProviderException Failure(JsonElement response)
    {
        var error = response.TryGetProperty("status_details", out var details) && details.ValueKind == JsonValueKind.Object
            && details.TryGetProperty("error", out var told) && told.ValueKind == JsonValueKind.Object ? told : default;
        var (code, type) = error.ValueKind == JsonValueKind.Object ? (OrNull(error, "code"), OrNull(error, "type")) : (null, null);
        return RealtimeErrors.Of(code, type, null) ?? RealtimeErrors.Error(ProviderErrorKind.Unavailable, "The answer failed.");
    }

    private static Incoming Error(JsonElement error)
    {
        var (code, type, parameter, eventId) = (OrNull(error, "code"), OrNull(error, "type"), OrNull(error, "param"), OrNull(error, "event_id"));
        if (eventId == RealtimeMessages.Setup)
            throw RealtimeErrors.OfSetup(code, type, parameter);
        if (RealtimeErrors.Of(code, type, parameter) is { } failure)
            throw failure;

        // An answer that was over when we cancelled it, words that were gone when we cut them: the server is there, and that is all.
        return new Incoming(new SpeechEvent.Alive());
    }

    private void Count(JsonElement response)
    {
        if (meter is null)
            return;
        meter.Add(Capability.Think, ProviderNames.OpenAiRealtime, model, UsageUnit.Requests, 1);
        if (!response.TryGetProperty("usage", out var usage) || usage.ValueKind != JsonValueKind.Object)
            return;

        var input = Object(usage, "input_token_details");
        var cached = Object(input, "cached_tokens_details");
        var output = Object(usage, "output_token_details");
        var cachedText = Number(cached, "text_tokens");
        var cachedAudio = Number(cached, "audio_tokens");
        Add(UsageUnit.InputTokens, Number(input, "text_tokens") - cachedText);
        Add(UsageUnit.CachedInputTokens, cachedText);
        Add(UsageUnit.InputAudioTokens, Number(input, "audio_tokens") - cachedAudio);
        Add(UsageUnit.CachedInputAudioTokens, cachedAudio);
        Add(UsageUnit.OutputTokens, Number(output, "text_tokens"));
        Add(UsageUnit.OutputAudioTokens, Number(output, "audio_tokens"));

        void Add(UsageUnit unit, long amount) => meter.Add(Capability.Think, ProviderNames.OpenAiRealtime, model, unit, amount);
    }

    private void CountTranscription(JsonElement e)
    {
        if (meter is null || Object(e, "usage") is not { ValueKind: JsonValueKind.Object } usage)
            return;
        if (OrNull(usage, "type") == "duration")
        {
            Add(UsageUnit.AudioMs, usage.TryGetProperty("seconds", out var seconds) ? (long)(seconds.GetDouble() * 1000) : 0);
            return;
        }

        var details = Object(usage, "input_token_details");
        Add(UsageUnit.InputTokens, Number(details, "text_tokens"));
        Add(UsageUnit.InputAudioTokens, Number(details, "audio_tokens"));
        Add(UsageUnit.OutputTokens, Number(usage, "output_tokens"));

        void Add(UsageUnit unit, long amount) =>
            meter.Add(Capability.Recognise, ProviderNames.OpenAiRealtime, options.TranscriptionModel, unit, amount);
    }

    private AnswerItem Item(string response, string id)
    {
        if (!items.TryGetValue(id, out var item))
            items[id] = item = new AnswerItem(response, id);
        return item;
    }

    private static AudioFrame Decode(ReadOnlySpan<byte> base64)
    {
        var frame = AudioFrame.Rent(AudioFormat.Telephone, Base64.GetMaxDecodedFromUtf8Length(base64.Length));
        if (Base64.DecodeFromUtf8(base64, frame.Bytes, out _, out var written) != OperationStatus.Done)
        {
            frame.Dispose();
            throw RealtimeErrors.Malformed();
        }

        frame.Trim(written);
        return frame;
    }

    // Some servers escape the plus and the slash of base64.
    private ReadOnlySpan<byte> Unescape(scoped ref Utf8JsonReader json)
    {
        if (unescaped.Length < json.ValueSpan.Length)
            unescaped = new byte[2 * json.ValueSpan.Length];
        return unescaped.AsSpan(0, json.CopyString(unescaped));
    }

    private static int? Reply(JsonElement response) =>
        Object(response, "metadata") is { ValueKind: JsonValueKind.Object } metadata
        && int.TryParse(OrNull(metadata, "reply"), CultureInfo.InvariantCulture, out var reply) ? reply : null;

    private static string? Reason(JsonElement response) => Object(response, "status_details") is { ValueKind: JsonValueKind.Object } details ? OrNull(details, "reason") : null;

    private static JsonElement Object(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : default;

    private static long Number(JsonElement parent, string name) =>
        Object(parent, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : 0;

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString() ?? throw RealtimeErrors.Malformed();

    private static string? OrNull(JsonElement parent, string name) => Object(parent, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}
