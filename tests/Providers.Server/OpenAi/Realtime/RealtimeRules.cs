using System.Text.Json.Nodes;

namespace Parley.Providers.Server.OpenAi.Realtime;

/// <summary>What a session may be told, and what is said about the rest. The shape is the GA interface's; the beta's is refused.</summary>
internal static class RealtimeRules
{
    private static readonly string[] Session =
    [
        "type", "output_modalities", "instructions", "audio", "tools", "tool_choice", "max_output_tokens", "include", "model", "prompt", "tracing", "truncation",
        "parallel_tool_calls", "reasoning",
    ];

    private static readonly string[] Voices = ["alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar"];
    private static readonly string[] Transcribers = ["whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-4o-transcribe-diarize"];

    /// <summary>What is wrong with a session; null when nothing is.</summary>
    public static (string Code, string Param, string Message)? Check(JsonObject session, bool hasSpoken, string voice)
    {
        if ((string?)session["type"] is not "realtime")
            return ("missing_required_parameter", "session.type", "Missing required parameter: 'session.type'.");
        foreach (var (name, _) in session)
        {
            if (!Session.Contains(name))
                return ("unknown_parameter", "session." + name, $"Unknown parameter: 'session.{name}'.");
        }

        var audio = session["audio"];
        foreach (var side in new[] { "input", "output" })
        {
            if ((string?)audio?[side]?["format"]?["type"] is { } format && format is not ("audio/pcm" or "audio/pcmu" or "audio/pcma"))
                return ("invalid_value", $"session.audio.{side}.format.type", $"Invalid value: '{format}'.");
            if ((string?)audio?[side]?["format"]?["type"] is "audio/pcmu" && audio[side]!["format"]!["rate"] is not null)
                return ("unknown_parameter", $"session.audio.{side}.format.rate", $"Unknown parameter: 'session.audio.{side}.format.rate'.");
        }

        if ((string?)audio?["output"]?["voice"] is { } wanted)
        {
            if (!Voices.Contains(wanted))
                return ("invalid_value", "session.audio.output.voice", $"Invalid value: '{wanted}'.");
            if (hasSpoken && wanted != voice)
                return ("cannot_update_voice", "session.audio.output.voice", "Cannot update a conversation's voice if assistant audio is present.");
        }

        if ((string?)audio?["input"]?["transcription"]?["model"] is { } transcriber && !Transcribers.Contains(transcriber))
            return ("invalid_value", "session.audio.input.transcription.model", $"Invalid value: '{transcriber}'.");
        if (session["max_output_tokens"] is JsonValue most && most.TryGetValue(out int tokens) && tokens is < 1 or > 4096)
            return ("integer_above_max_value", "session.max_output_tokens", "Invalid 'session.max_output_tokens'.");
        if (session["output_modalities"] is JsonArray { Count: > 1 })
            return ("invalid_value", "session.output_modalities", "Invalid modalities: ['audio', 'text'].");
        foreach (var tool in session["tools"]?.AsArray() ?? [])
        {
            if ((string?)tool?["type"] is not "function" || string.IsNullOrEmpty((string?)tool["name"]) || tool["parameters"] is not JsonObject)
                return ("missing_required_parameter", "session.tools[0].name", "A tool is not complete.");
        }

        return null;
    }

    /// <summary>What is wrong with a new item; null when nothing is.</summary>
    public static (string Code, string Param, string Message)? CheckItem(JsonObject? item)
    {
        var content = (string?)item?["content"]?[0]?["type"];
        return ((string?)item?["type"], (string?)item?["role"]) switch
        {
            ("message", "user") when content is "input_text" or "input_audio" => null,
            ("message", "system") when content is "input_text" => null,
            ("message", "assistant") when content is "output_text" => null,
            ("function_call_output", null) when item!["call_id"] is not null && item["output"] is not null => null,
            ("message", _) => ("invalid_value", "item.content[0].type", $"Invalid value: '{content}'."),
            _ => ("invalid_value", "item.type", "Invalid value."),
        };
    }
}
