using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Parley.Providers.Server.OpenAi.Realtime;

/// <summary>
/// One session of the Realtime API: its events, ids and their order, turn detection, answers one at a time, truncation against what there is, and
/// errors that leave the session open.
/// </summary>
#pragma warning disable CA1001 // The semaphore holds nothing to give back, and a message may still be on its way out when the session is over.
public sealed class RealtimeSession
#pragma warning restore CA1001
{
    /// <summary>How long a character is spoken.</summary>
    public const int MsPerChar = 40;

    private const int BytesPerMs = 8;

    // The service writes base64 as it is.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly OpenAiServer server;
    private readonly HttpContext context;
    private readonly WebSocket socket;
    private readonly SemaphoreSlim sending = new(1);
    private readonly RealtimeEar ear = new();
    private readonly Dictionary<string, int> spokenMs = [];
    private readonly HashSet<string> openCalls = [];
    private readonly List<byte> heard = [];
    private JsonObject session;
    private string? lastItem;
    private string? speechItem;
    private Answer? answer;
    private int ids;

    internal RealtimeSession(OpenAiServer server, HttpContext context, WebSocket socket, string model)
    {
        this.server = server;
        this.context = context;
        this.socket = socket;
        session = new JsonObject
        {
            ["type"] = "realtime",
            ["object"] = "realtime.session",
            ["id"] = "sess_" + Id(),
            ["model"] = model,
            ["output_modalities"] = new JsonArray("audio"),
            ["audio"] = new JsonObject
            {
                ["input"] = new JsonObject { ["format"] = new JsonObject { ["type"] = "audio/pcm", ["rate"] = 24000 }, ["turn_detection"] = new JsonObject { ["type"] = "server_vad" } },
                ["output"] = new JsonObject { ["format"] = new JsonObject { ["type"] = "audio/pcm", ["rate"] = 24000 }, ["voice"] = "alloy" },
            },
        };
    }

    /// <summary>Events that came, audio left out.</summary>
    public ConcurrentQueue<JsonObject> Received { get; } = new();

    /// <summary>Types of the events that went out, in order.</summary>
    public ConcurrentQueue<string> Sent { get; } = new();

    /// <summary>The session as it is configured.</summary>
    public JsonObject Session => session;

    /// <summary>Audio that came.</summary>
    public byte[] Heard
    {
        get
        {
            lock (heard)
                return [.. heard];
        }
    }

    /// <summary>Errors that were told.</summary>
    public ConcurrentQueue<string> Errors { get; } = new();

    /// <summary>Items cut, with the milliseconds left of them.</summary>
    public ConcurrentQueue<(string Item, int Ms, int OfMs)> Truncated { get; } = new();

    /// <summary>Whether the connection is over.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The hour is over: the error, and the end.</summary>
    public async Task ExpireAsync()
    {
        await ErrorAsync("invalid_request_error", "session_expired", "Your session hit the maximum duration of 60 minutes.", null, null);
        await CloseAsync(WebSocketCloseStatus.NormalClosure);
    }

    /// <summary>Closes, unless the client was faster.</summary>
    public async Task CloseAsync(WebSocketCloseStatus status)
    {
        try
        {
            await socket.CloseOutputAsync(status, null, CancellationToken.None);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            // An error ends the session for the client too, which leaves at once.
        }
    }

    /// <summary>The connection breaks.</summary>
    public void Cut() => context.Abort();

    /// <summary>Sends something as it is.</summary>
    public Task SendRawAsync(string message) => WriteAsync(Encoding.UTF8.GetBytes(message));

    /// <summary>An error event.</summary>
    public Task ErrorAsync(string type, string? code, string message, string? param, string? eventId)
    {
        Errors.Enqueue(code ?? type);
        return SendAsync("error", new JsonObject
        {
            ["error"] = new JsonObject { ["type"] = type, ["code"] = code, ["message"] = message, ["param"] = param, ["event_id"] = eventId },
        });
    }

    internal async Task RunAsync()
    {
        try
        {
            await SendAsync("session.created", new JsonObject { ["session"] = session.DeepClone() });
            var buffer = new byte[64 * 1024];
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    if (length == buffer.Length)
                        Array.Resize(ref buffer, buffer.Length * 2);
                    part = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    length += part.Count;
                }
                while (!part.EndOfMessage);

                if (part.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                    return;
                }

                await OnEventAsync(buffer.AsMemory(0, length));
                server.Changes.Tell();
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            // The client has gone, or the test cut the line.
        }
        finally
        {
            IsOver = true;
            answer?.Stop("client_cancelled");
            server.Changes.Tell();
        }
    }

    private async Task OnEventAsync(ReadOnlyMemory<byte> json)
    {
        JsonObject e;
        try
        {
            e = JsonNode.Parse(json.Span)!.AsObject();
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or NullReferenceException)
        {
            await ErrorAsync("invalid_request_error", "invalid_json", "We could not parse the event.", null, null);
            return;
        }

        var type = (string?)e["type"];
        var eventId = (string?)e["event_id"];
        if (type != "input_audio_buffer.append")
            Received.Enqueue(e);
        switch (type)
        {
            case "session.update":
                await UpdateAsync(e["session"] as JsonObject ?? [], eventId);
                break;
            case "input_audio_buffer.append":
                await HearAsync((string?)e["audio"], eventId);
                break;
            case "conversation.item.create":
                await CreateItemAsync(e["item"] as JsonObject, eventId);
                break;
            case "conversation.item.truncate":
                await TruncateAsync((string?)e["item_id"] ?? "", (int?)e["content_index"] ?? -1, (int?)e["audio_end_ms"] ?? -1, eventId);
                break;
            case "response.create":
                if (answer is not null)
                {
                    await ErrorAsync(
                        "invalid_request_error", "conversation_already_has_active_response",
                        $"Conversation already has an active response in progress: {answer.Id}.", null, eventId);
                    break;
                }

                await BeginAsync(e["response"]?["metadata"]);
                break;
            case "response.cancel":
                if (answer is null || ((string?)e["response_id"] is { } wanted && wanted != answer.Id))
                    await ErrorAsync("invalid_request_error", "response_cancel_not_active", "Cancellation failed: no active response found", null, eventId);
                else
                    answer.Stop("client_cancelled");
                break;
            case "input_audio_buffer.clear":
                await SendAsync("input_audio_buffer.cleared", []);
                break;
            default:
                await ErrorAsync("invalid_request_error", "invalid_value", $"Invalid value: '{type}'.", "type", eventId);
                break;
        }
    }

    private async Task UpdateAsync(JsonObject update, string? eventId)
    {
        if (RealtimeRules.Check(update, spokenMs.Count > 0, (string)session["audio"]!["output"]!["voice"]!) is { } wrong)
        {
            await ErrorAsync("invalid_request_error", wrong.Code, wrong.Message, wrong.Param, eventId);
            return;
        }

        session = Merge(session, update);
        var detection = session["audio"]!["input"]!["turn_detection"];
        ear.PrefixMs = (int?)detection?["prefix_padding_ms"] ?? 300;
        ear.SilenceMs = (int?)detection?["silence_duration_ms"] ?? 500;
        await SendAsync("session.updated", new JsonObject { ["session"] = session.DeepClone() });
    }

    private async Task HearAsync(string? base64, string? eventId)
    {
        byte[] audio;
        try
        {
            audio = Convert.FromBase64String(base64 ?? "?");
        }
        catch (FormatException)
        {
            await ErrorAsync("invalid_request_error", "invalid_base64", "Invalid audio.", "audio", eventId);
            return;
        }

        lock (heard)
            heard.AddRange(audio);
        if (server.IsDeaf || (string?)session["audio"]!["input"]!["format"]!["type"] != "audio/pcmu" || session["audio"]!["input"]!["turn_detection"] is null)
            return;
        foreach (var (begins, atMs) in ear.Hear(audio))
        {
            if (begins)
                await CallerBeganAsync(atMs);
            else
                await CallerStoppedAsync(atMs);
        }
    }

    private async Task CallerBeganAsync(int atMs)
    {
        speechItem = "item_" + Id();
        await SendAsync("input_audio_buffer.speech_started", new JsonObject { ["audio_start_ms"] = atMs, ["item_id"] = speechItem });
        if ((bool?)session["audio"]!["input"]!["turn_detection"]!["interrupt_response"] ?? true)
            answer?.Stop("turn_detected");
    }

    private async Task CallerStoppedAsync(int atMs)
    {
        var item = speechItem!;
        await SendAsync("input_audio_buffer.speech_stopped", new JsonObject { ["audio_end_ms"] = atMs, ["item_id"] = item });
        await SendAsync("input_audio_buffer.committed", new JsonObject { ["previous_item_id"] = lastItem, ["item_id"] = item });
        await AddItemAsync(new JsonObject
        {
            ["id"] = item,
            ["object"] = "realtime.item",
            ["type"] = "message",
            ["status"] = "completed",
            ["role"] = "user",
            ["content"] = new JsonArray(new JsonObject { ["type"] = "input_audio", ["transcript"] = null }),
        }, isDone: true);
        if ((bool?)session["audio"]!["input"]!["turn_detection"]!["create_response"] ?? true)
        {
            if (answer is { } running)
                await running.Over;
            await BeginAsync(null);
        }

        if (session["audio"]!["input"]!["transcription"] is JsonObject && server.Transcribes)
            await TranscribeAsync(item);
    }

    private async Task TranscribeAsync(string item)
    {
        if (!server.Transcripts.TryDequeue(out var text))
            text = "hello";
        if (text.Length == 0)
        {
            await SendAsync("conversation.item.input_audio_transcription.failed", new JsonObject
            {
                ["item_id"] = item,
                ["content_index"] = 0,
                ["error"] = new JsonObject { ["type"] = "transcription_error", ["code"] = "audio_unintelligible", ["message"] = "The audio could not be transcribed.", ["param"] = null },
            });
            return;
        }

        await SendAsync("conversation.item.input_audio_transcription.delta", new JsonObject { ["item_id"] = item, ["content_index"] = 0, ["delta"] = text });
        await SendAsync("conversation.item.input_audio_transcription.completed", new JsonObject
        {
            ["item_id"] = item,
            ["content_index"] = 0,
            ["transcript"] = text,
            ["usage"] = new JsonObject
            {
                ["type"] = "tokens",
                ["total_tokens"] = 26,
                ["input_tokens"] = 17,
                ["input_token_details"] = new JsonObject { ["text_tokens"] = 0, ["audio_tokens"] = 17 },
                ["output_tokens"] = 9,
            },
        });
    }

    private async Task CreateItemAsync(JsonObject? item, string? eventId)
    {
        if (RealtimeRules.CheckItem(item) is { } wrong)
        {
            await ErrorAsync("invalid_request_error", wrong.Code, wrong.Message, wrong.Param, eventId);
            return;
        }

        if ((string?)item!["call_id"] is { } call && !openCalls.Remove(call))
        {
            await ErrorAsync("invalid_request_error", "invalid_tool_call_id", $"Tool call ID '{call}' not found in conversation.", "item.call_id", eventId);
            return;
        }

        var added = (JsonObject)item.DeepClone();
        added["id"] ??= "item_" + Id();
        added["object"] = "realtime.item";
        added["status"] = "completed";
        await AddItemAsync(added, isDone: true);
    }

    private async Task TruncateAsync(string item, int content, int endMs, string? eventId)
    {
        if (!spokenMs.TryGetValue(item, out var ms))
        {
            await ErrorAsync("invalid_request_error", "item_truncate_invalid_item_id", $"Item '{item}' is no message with audio.", "item_id", eventId);
            return;
        }

        if (content != 0 || endMs < 0 || endMs > ms)
        {
            await ErrorAsync("invalid_request_error", "invalid_value", $"Audio content of {ms}ms is already shorter than {endMs}ms", "audio_end_ms", eventId);
            return;
        }

        Truncated.Enqueue((item, endMs, ms));
        spokenMs[item] = endMs;
        await SendAsync("conversation.item.truncated", new JsonObject { ["item_id"] = item, ["content_index"] = 0, ["audio_end_ms"] = endMs });
    }

    private async Task BeginAsync(JsonNode? metadata)
    {
        if (!server.Answers.TryDequeue(out var script))
            script = new RealtimeScript().Say("Hello! How can I help?");
        answer = new Answer("resp_" + Id(), metadata?.DeepClone());
        await SendAsync("response.created", new JsonObject { ["response"] = Response(answer, "in_progress", null) });
        _ = AnswerAsync(answer, script);
    }

    private async Task AnswerAsync(Answer now, RealtimeScript script)
    {
        var (status, details) = ("completed", (JsonObject?)null);
        try
        {
            foreach (var step in script.Steps)
            {
                now.ThrowIfStopped();
                switch (step)
                {
                    case RealtimeScript.Step.Say say:
                        await SpeakAsync(now, say);
                        break;
                    case RealtimeScript.Step.Call call:
                        await CallAsync(now, call);
                        break;
                    case RealtimeScript.Step.Fail fail:
                        status = "failed";
                        details = new JsonObject { ["type"] = "failed", ["error"] = new JsonObject { ["type"] = fail.Type, ["code"] = fail.Code } };
                        break;
                    case RealtimeScript.Step.Incomplete incomplete:
                        status = "incomplete";
                        details = new JsonObject { ["type"] = "incomplete", ["reason"] = incomplete.Reason };
                        break;
                    case RealtimeScript.Step.Raw raw:
                        await SendRawAsync(raw.Message);
                        break;
                    case RealtimeScript.Step.Hang:
                        await now.UntilStoppedAsync(null);
                        break;
                    case RealtimeScript.Step.Cut:
                        Cut();
                        return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            status = "cancelled";
            details = new JsonObject { ["type"] = "cancelled", ["reason"] = now.Reason };
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or IOException)
        {
            return;
        }

        try
        {
            // The conversation is free before the client can know it.
            answer = null;
            await SendAsync("response.done", new JsonObject { ["response"] = Response(now, status, details) });
            await SendAsync("rate_limits.updated", new JsonObject
            {
                ["rate_limits"] = new JsonArray(new JsonObject { ["name"] = "tokens", ["limit"] = 40000, ["remaining"] = 39000, ["reset_seconds"] = 1.5 }),
            });
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or IOException or OperationCanceledException)
        {
            // The client has gone.
        }

        now.IsOver();
    }

    private async Task SpeakAsync(Answer now, RealtimeScript.Step.Say say)
    {
        var item = new JsonObject
        {
            ["id"] = "item_" + Id(),
            ["object"] = "realtime.item",
            ["type"] = "message",
            ["status"] = "in_progress",
            ["role"] = "assistant",
            ["content"] = new JsonArray(),
        };
        var id = (string)item["id"]!;
        var index = now.Output.Count;
        spokenMs[id] = 0;
        await SendAsync("response.output_item.added", new JsonObject { ["response_id"] = now.Id, ["output_index"] = index, ["item"] = item.DeepClone() });
        await AddItemAsync(item, isDone: false);
        JsonObject Part(JsonObject more)
        {
            var part = new JsonObject { ["response_id"] = now.Id, ["item_id"] = id, ["output_index"] = index, ["content_index"] = 0 };
            foreach (var (name, value) in more)
                part[name] = value?.DeepClone();
            return part;
        }

        await SendAsync("response.content_part.added", Part(new JsonObject { ["part"] = new JsonObject { ["type"] = "audio", ["transcript"] = "" } }));
        var audio = OpenAiServer.RealtimeAudio(say.Words);
        var words = say.Words.Split(' ');
        for (var (at, word) = (0, 0); at < audio.Length || word < words.Length;)
        {
            now.ThrowIfStopped();
            if (word < words.Length && (!say.SoundFirst || at >= audio.Length))
            {
                await SendAsync("response.output_audio_transcript.delta", Part(new JsonObject { ["delta"] = word == 0 ? words[0] : " " + words[word] }));
                word++;
            }

            if (at < audio.Length)
            {
                var size = Math.Min(server.RealtimePieceBytes, audio.Length - at);
                spokenMs[id] = (at + size) / BytesPerMs;
                await SendAsync("response.output_audio.delta", Part(new JsonObject { ["delta"] = Convert.ToBase64String(audio, at, size) }));
                at += size;
                if (say.Until is { } until && at >= audio.Length / 2 && at - size < audio.Length / 2)
                    await now.UntilStoppedAsync(until);
            }
        }

        await SendAsync("response.output_audio.done", Part([]));
        await SendAsync("response.output_audio_transcript.done", Part(new JsonObject { ["transcript"] = say.Words }));
        await SendAsync("response.content_part.done", Part(new JsonObject { ["part"] = new JsonObject { ["type"] = "audio", ["transcript"] = say.Words } }));
        var done = (JsonObject)item.DeepClone();
        done["status"] = "completed";
        done["content"] = new JsonArray(new JsonObject { ["type"] = "output_audio", ["transcript"] = say.Words });
        now.Output.Add(done);
        await SendAsync("conversation.item.done", new JsonObject { ["previous_item_id"] = null, ["item"] = done.DeepClone() });
        await SendAsync("response.output_item.done", new JsonObject { ["response_id"] = now.Id, ["output_index"] = index, ["item"] = done.DeepClone() });
    }

    private async Task CallAsync(Answer now, RealtimeScript.Step.Call call)
    {
        var item = new JsonObject
        {
            ["id"] = "item_" + Id(),
            ["object"] = "realtime.item",
            ["type"] = "function_call",
            ["status"] = "completed",
            ["name"] = call.Name,
            ["call_id"] = "call_" + Id(),
            ["arguments"] = call.Arguments,
        };
        openCalls.Add((string)item["call_id"]!);
        var index = now.Output.Count;
        JsonObject Part(string name, string value) => new()
        {
            ["response_id"] = now.Id, ["item_id"] = (string)item["id"]!, ["output_index"] = index, ["call_id"] = (string)item["call_id"]!, [name] = value,
        };
        await SendAsync("response.output_item.added", new JsonObject { ["response_id"] = now.Id, ["output_index"] = index, ["item"] = item.DeepClone() });
        await AddItemAsync(item, isDone: false);
        await SendAsync("response.function_call_arguments.delta", Part("delta", call.Arguments));
        await SendAsync("response.function_call_arguments.done", Part("arguments", call.Arguments));
        now.Output.Add(item.DeepClone());
        await SendAsync("response.output_item.done", new JsonObject { ["response_id"] = now.Id, ["output_index"] = index, ["item"] = item.DeepClone() });
    }

    private async Task AddItemAsync(JsonObject item, bool isDone)
    {
        var before = lastItem;
        lastItem = (string?)item["id"];
        await SendAsync("conversation.item.added", new JsonObject { ["previous_item_id"] = before, ["item"] = item.DeepClone() });
        if (isDone)
            await SendAsync("conversation.item.done", new JsonObject { ["previous_item_id"] = before, ["item"] = item.DeepClone() });
    }

    private static JsonObject Response(Answer answer, string status, JsonObject? details) => new()
    {
        ["object"] = "realtime.response",
        ["id"] = answer.Id,
        ["status"] = status,
        ["status_details"] = details,
        ["output"] = new JsonArray([.. answer.Output.Select(static o => o.DeepClone())]),
        ["output_modalities"] = new JsonArray("audio"),
        ["metadata"] = answer.Metadata?.DeepClone(),
        ["usage"] = status == "in_progress" ? null : new JsonObject
        {
            ["total_tokens"] = 253,
            ["input_tokens"] = 132,
            ["output_tokens"] = 121,
            ["input_token_details"] = new JsonObject
            {
                ["text_tokens"] = 119,
                ["audio_tokens"] = 13,
                ["cached_tokens"] = 64,
                ["cached_tokens_details"] = new JsonObject { ["text_tokens"] = 60, ["audio_tokens"] = 4 },
            },
            ["output_token_details"] = new JsonObject { ["text_tokens"] = 30, ["audio_tokens"] = 91 },
        },
    };

    private static JsonObject Merge(JsonObject before, JsonObject update)
    {
        var merged = (JsonObject)before.DeepClone();
        foreach (var (name, value) in update)
        {
            // A format is given whole; everything else is updated by the field.
            merged[name] = value is JsonObject inner && merged[name] is JsonObject old && name != "format" ? Merge(old, inner) : value?.DeepClone();
        }

        return merged;
    }

    private Task SendAsync(string type, JsonObject e)
    {
        Sent.Enqueue(type);
        var whole = new JsonObject { ["type"] = type, ["event_id"] = "event_" + Id() };
        foreach (var (name, value) in e)
            whole[name] = value?.DeepClone();
        return WriteAsync(JsonSerializer.SerializeToUtf8Bytes(whole, Plain));
    }

    private async Task WriteAsync(byte[] message)
    {
        await sending.WaitAsync();
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            sending.Release();
            server.Changes.Tell();
        }
    }

    private string Id() => string.Create(CultureInfo.InvariantCulture, $"C{Interlocked.Increment(ref ids):d6}");

    /// <summary>An answer that is being made.</summary>
    private sealed class Answer(string id, JsonNode? metadata)
    {
        private readonly TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Id => id;

        public JsonNode? Metadata => metadata;

        public List<JsonNode> Output { get; } = [];

        public string Reason { get; private set; } = "";

        public Task Over => over.Task;

        public void IsOver() => over.TrySetResult();

        public void Stop(string reason)
        {
            Reason = reason;
            stop.TrySetResult();
        }

        public void ThrowIfStopped()
        {
            if (stop.Task.IsCompleted)
                throw new OperationCanceledException();
        }

        public async Task UntilStoppedAsync(Task? or)
        {
            await (or is null ? stop.Task : Task.WhenAny(or, stop.Task));
            ThrowIfStopped();
        }
    }
}
