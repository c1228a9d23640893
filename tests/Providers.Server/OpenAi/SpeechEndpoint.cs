using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Parley.Providers.Server.OpenAi;

/// <summary><c>POST /audio/speech</c>: a ramp of samples, so that a lost, doubled or split one shows.</summary>
public static class SpeechEndpoint
{
    /// <summary>Samples for a character: 60 ms at 24 kHz.</summary>
    public const int SamplesPerChar = 1440;

    private static readonly HashSet<string> Voices =
        ["alloy", "ash", "ballad", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer", "verse", "marin", "cedar"];

    /// <summary>The sample at a place in the audio of any text.</summary>
    public static short Sample(int index) => (short)(1000 + (index % 20_000));

    internal static async Task AnswerAsync(OpenAiServer server, HttpContext context)
    {
        var body = OpenAiRequest.Of(context).Body;
        var (model, input, voice) = ((string?)body["model"], (string?)body["input"] ?? "", (string?)body["voice"] ?? "");
        if (await OpenAiError.RefusesModelAsync(server, context, model))
            return;
        var (param, message) =
            input.Length == 0 ? ("input", "Input text is empty.")
            : input.Length > 4096 ? ("input", "[{'type': 'string_too_long', 'ctx': {'max_length': 4096}}]")
            : !Voices.Contains(voice) ? ("voice", $"Input should be 'alloy', 'ash', ... or 'cedar'; got '{voice}'.")
            : (string?)body["response_format"] is not ("pcm" or "wav") ? ("response_format", "This server speaks pcm and wav.")
            : (double?)body["speed"] is < 0.25 or > 4 ? ("speed", "Input should be between 0.25 and 4.")
            : (null, null);
        if (message is not null)
        {
            await OpenAiError.WriteAsync(context, 400, "invalid_request_error", null, message, param);
            return;
        }

        var audio = Audio(input);
        var sse = (string?)body["stream_format"] == "sse";
        var response = context.Response;
        response.ContentType = sse ? "text/event-stream; charset=utf-8" : (string?)body["response_format"] == "wav" ? "audio/wav" : "audio/pcm";
        if (!sse && (string?)body["response_format"] == "wav")
            await response.Body.WriteAsync(Header(audio.Length));
        for (var at = 0; at < audio.Length && !context.RequestAborted.IsCancellationRequested; at += server.SpeechPieceBytes)
        {
            var piece = audio.AsMemory(at, Math.Min(server.SpeechPieceBytes, audio.Length - at));
            if (sse)
                await EventAsync(response, new JsonObject { ["type"] = "speech.audio.delta", ["audio"] = Convert.ToBase64String(piece.Span) });
            else
                await response.Body.WriteAsync(piece);
            await response.Body.FlushAsync();
        }

        if (sse)
        {
            await EventAsync(response, new JsonObject
            {
                ["type"] = "speech.audio.done",
                ["usage"] = new JsonObject { ["input_tokens"] = 14, ["output_tokens"] = 101, ["total_tokens"] = 115 },
            });
        }
    }

    private static Task EventAsync(HttpResponse response, JsonObject json) => response.WriteAsync($"data: {json.ToJsonString()}\n\n");

    private static byte[] Audio(string input)
    {
        var audio = new byte[input.Length * SamplesPerChar * sizeof(short)];
        for (var i = 0; i < audio.Length / sizeof(short); i++)
            BinaryPrimitives.WriteInt16LittleEndian(audio.AsSpan(i * sizeof(short)), Sample(i));
        return audio;
    }

    private static byte[] Header(int bytes)
    {
        var header = new byte[44];
        Encoding.ASCII.GetBytes("RIFF").CopyTo(header, 0);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), bytes + 36);
        Encoding.ASCII.GetBytes("WAVEfmt ").CopyTo(header, 8);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(24), 24_000);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(28), 48_000);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(34), 16);
        Encoding.ASCII.GetBytes("data").CopyTo(header, 36);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(40), bytes);
        return header;
    }
}
