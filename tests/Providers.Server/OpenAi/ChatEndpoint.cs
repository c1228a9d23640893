using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Parley.Providers.Server.OpenAi;

/// <summary><c>POST /chat/completions</c>.</summary>
internal static class ChatEndpoint
{
    private static int ids;

    public static async Task AnswerAsync(OpenAiServer server, HttpContext context)
    {
        var body = OpenAiRequest.Of(context).Body;
        var model = (string?)body["model"];
        if (await OpenAiError.RefusesModelAsync(server, context, model))
            return;
        if (Fault(body) is var (param, message))
        {
            await OpenAiError.WriteAsync(context, 400, "invalid_request_error", null, message, param);
            return;
        }

        var script = server.Chats.TryDequeue(out var next) ? next : server.Answer?.Invoke() ?? new ChatScript().Say("Hello", "! How can", " I help?");
        var id = $"chatcmpl-{Interlocked.Increment(ref ids)}";
        if ((bool?)body["stream"] == true)
            await StreamAsync(server, context, script, id, model!, body);
        else
            await context.Response.WriteAsJsonAsync(Whole(script, id, model!));
    }

    // What the API refuses, as far as a client may get it wrong.
    private static (string Param, string Message)? Fault(JsonObject body)
    {
        if (body["messages"] is not JsonArray { Count: > 0 } messages)
            return ("messages", "[] is too short - 'messages'");
        if ((double?)body["temperature"] is < 0 or > 2)
            return ("temperature", "Invalid 'temperature': must be between 0 and 2.");
        if (body["stream_options"] is not null && (bool?)body["stream"] != true)
            return ("stream_options", "The 'stream_options' parameter is only allowed when 'stream' is enabled.");
        var open = new HashSet<string>();
        foreach (var message in messages)
        {
            var role = (string?)message!["role"];
            if (role == "tool")
            {
                if (!open.Remove((string?)message["tool_call_id"] ?? ""))
                    return ("messages", "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.");
                continue;
            }

            if (open.Count > 0)
                return ("messages", "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.");
            if (role is not ("system" or "developer" or "user" or "assistant"))
                return ("messages[0].role", $"Invalid value: '{role}'.");
            foreach (var call in message["tool_calls"] as JsonArray ?? [])
                open.Add((string)call!["id"]!);
            if (message["content"] is null && message["tool_calls"] is null)
                return ("messages", "Invalid value for 'content': expected a string, got null.");
        }

        return open.Count == 0 ? null : ("messages", "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.");
    }

    private static async Task StreamAsync(OpenAiServer server, HttpContext context, ChatScript script, string id, string model, JsonObject body)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, server.Closing);
        var response = context.Response;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache";
        var wantsUsage = (bool?)body["stream_options"]?["include_usage"] == true;
        var pads = (bool?)body["stream_options"]?["include_obfuscation"] != false;

        async Task Send(string text)
        {
            await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text + "\n\n"), stop.Token);
            await response.Body.FlushAsync(stop.Token);
        }

        Task Chunk(JsonObject delta, string? finish)
        {
            var chunk = Head(id, model, "chat.completion.chunk");
            chunk["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["logprobs"] = null, ["finish_reason"] = finish });
            if (wantsUsage)
                chunk["usage"] = null;
            if (pads)
                chunk["obfuscation"] = "aB3";
            return Send("data: " + chunk.ToJsonString());
        }

        try
        {
            await Chunk(new JsonObject { ["role"] = "assistant", ["content"] = script.HasCalls ? null : "", ["refusal"] = null }, null);
            var finished = false;
            foreach (var step in script.Steps)
            {
                switch (step.Step)
                {
                    case ChatScript.Step.Delta:
                        await Chunk((JsonObject)step.Json!.DeepClone(), null);
                        break;
                    case ChatScript.Step.Finish:
                        finished = true;
                        await Chunk([], step.Text);
                        break;
                    case ChatScript.Step.Event:
                        await Send(step.Text!);
                        break;
                    case ChatScript.Step.Wait:
                        await step.Wait!(stop.Token);
                        break;
                    case ChatScript.Step.Cut:
                        throw new CutException();
                    case ChatScript.Step.Stop:
                        return;
                }
            }

            if (!finished)
                await Chunk([], script.HasCalls ? "tool_calls" : "stop");
            if (wantsUsage)
            {
                var last = Head(id, model, "chat.completion.chunk");
                last["choices"] = new JsonArray();
                last["usage"] = Usage(script);
                await Send("data: " + last.ToJsonString());
            }

            await Send("data: [DONE]");
        }
        catch (OperationCanceledException)
        {
            // The client has gone.
        }
    }

    private static JsonObject Whole(ChatScript script, string id, string model)
    {
        var deltas = script.Steps.Where(static s => s.Step == ChatScript.Step.Delta).Select(static s => s.Json!).ToList();
        var message = new JsonObject { ["role"] = "assistant", ["refusal"] = null };
        var text = string.Concat(deltas.Select(static d => (string?)d["content"]));
        message["content"] = text.Length > 0 ? text : null;
        var calls = new SortedDictionary<int, JsonObject>();
        foreach (var part in deltas.SelectMany(static d => d["tool_calls"] as JsonArray ?? []))
        {
            var index = (int)part!["index"]!;
            if (!calls.TryGetValue(index, out var call))
                calls[index] = call = new JsonObject { ["id"] = (string?)part["id"], ["type"] = "function", ["function"] = new JsonObject { ["name"] = (string?)part["function"]!["name"], ["arguments"] = "" } };
            call["function"]!["arguments"] = (string)call["function"]!["arguments"]! + (string?)part["function"]!["arguments"];
        }

        if (calls.Count > 0)
            message["tool_calls"] = new JsonArray([.. calls.Values]);
        var finish = script.Steps.Where(static s => s.Step == ChatScript.Step.Finish).Select(static s => s.Text).FirstOrDefault()
            ?? (script.HasCalls ? "tool_calls" : "stop");
        var whole = Head(id, model, "chat.completion");
        whole["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = message, ["logprobs"] = null, ["finish_reason"] = finish });
        whole["usage"] = Usage(script);
        return whole;
    }

    private static JsonObject Head(string id, string model, string kind) => new()
    {
        ["id"] = id,
        ["object"] = kind,
        ["created"] = 1_760_000_000,
        ["model"] = model,
        ["service_tier"] = "default",
        ["system_fingerprint"] = "fp_1",
    };

    private static JsonObject Usage(ChatScript script) => new()
    {
        ["prompt_tokens"] = script.Used.Prompt,
        ["completion_tokens"] = script.Used.Completion,
        ["total_tokens"] = script.Used.Prompt + script.Used.Completion,
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = script.Used.Cached, ["audio_tokens"] = 0 },
        ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 0, ["audio_tokens"] = 0 },
    };
}
