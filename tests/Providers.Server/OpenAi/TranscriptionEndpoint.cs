using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Parley.Providers.Server.OpenAi;

/// <summary><c>POST /audio/transcriptions</c> for WAV files.</summary>
internal static class TranscriptionEndpoint
{
    private static readonly string[] Extensions = [".flac", ".mp3", ".mp4", ".mpeg", ".mpga", ".m4a", ".ogg", ".wav", ".webm"];

    public static async Task AnswerAsync(OpenAiServer server, HttpContext context)
    {
        var request = OpenAiRequest.Of(context);
        var model = request.Form.GetValueOrDefault("model");
        if (await OpenAiError.RefusesModelAsync(server, context, model))
            return;
        var whisper = model == "whisper-1";
        var language = request.Form.GetValueOrDefault("language");
        var format = request.Form.GetValueOrDefault("response_format", "json");
        var seconds = WavSeconds(request.File);
        var streams = request.Form.GetValueOrDefault("stream", "").Equals("true", StringComparison.OrdinalIgnoreCase);
        var (param, code, message) =
            request.FileName is null ? ("file", null, "file: field required")
            : !Extensions.Contains(Path.GetExtension(request.FileName)) || seconds is null ? ("file", null, "Invalid file format.")
            : seconds < 0.1 ? ("file", "audio_too_short", "Audio file is too short. Minimum audio length is 0.1 seconds.")
            : language is not null && !server.Languages.Contains(language) ? ("language", "unsupported_language", $"Language '{language}' is not supported.")
            : format != "json" && !whisper ? ("response_format", "unsupported_value", $"response_format '{format}' is not compatible with model '{model}'.")
            : (null, (string?)null, null);
        if (message is not null)
        {
            await OpenAiError.WriteAsync(context, 400, "invalid_request_error", code, message, param);
            return;
        }

        if (server.TranscriptionDelay > TimeSpan.Zero)
            await Task.Delay(server.TranscriptionDelay, TimeProvider.System, context.RequestAborted);
        var text = server.Transcripts.TryDequeue(out var next) ? next : "Hello there.";
        var usage = whisper
            ? new JsonObject { ["type"] = "duration", ["seconds"] = (int)Math.Ceiling(seconds!.Value) }
            : new JsonObject
            {
                ["type"] = "tokens",
                ["input_tokens"] = 14,
                ["input_token_details"] = new JsonObject { ["text_tokens"] = 4, ["audio_tokens"] = 10 },
                ["output_tokens"] = 3,
                ["total_tokens"] = 17,
            };
        // The first model takes the wish to stream, and does not.
        if (!streams || whisper)
        {
            await context.Response.WriteAsJsonAsync(new JsonObject { ["text"] = text, ["usage"] = usage });
            return;
        }

        context.Response.ContentType = "text/event-stream; charset=utf-8";
        foreach (var word in text.Split(' ').Select(static (word, i) => i == 0 ? word : " " + word))
            await EventAsync(context, new JsonObject { ["type"] = "transcript.text.delta", ["delta"] = word });
        await EventAsync(context, new JsonObject { ["type"] = "transcript.text.done", ["text"] = text, ["usage"] = usage });
    }

    private static async Task EventAsync(HttpContext context, JsonObject json)
    {
        await context.Response.WriteAsync($"data: {json.ToJsonString()}\n\n");
        await context.Response.Body.FlushAsync();
    }

    private static double? WavSeconds(byte[] file)
    {
        if (file.Length < 44 || !file.AsSpan(0, 4).SequenceEqual("RIFF"u8) || !file.AsSpan(8, 4).SequenceEqual("WAVE"u8))
            return null;
        var bytesPerSecond = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(28));
        return bytesPerSecond <= 0 ? null : (file.Length - 44) / (double)bytesPerSecond;
    }
}
