using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Parley.Providers.Server.OpenAi;

/// <summary><c>POST /embeddings</c>: vectors of length 1 that hang on the letters of a text.</summary>
internal static class EmbeddingsEndpoint
{
    public static async Task AnswerAsync(OpenAiServer server, HttpContext context)
    {
        var body = OpenAiRequest.Of(context).Body;
        var model = (string?)body["model"];
        if (await OpenAiError.RefusesModelAsync(server, context, model))
            return;
        string[] inputs = body["input"] switch
        {
            JsonArray many => [.. many.Select(static one => (string?)one ?? "")],
            JsonValue one => [(string?)one ?? ""],
            _ => [],
        };
        var own = model == "text-embedding-3-large" ? 3072 : 1536;
        var length = (int?)body["dimensions"] ?? own;
        if (inputs.Length is 0 or > 2048 || inputs.Any(string.IsNullOrEmpty) || length < 1 || length > own)
        {
            await OpenAiError.WriteAsync(context, 400, "invalid_request_error", null, "'$.input' is invalid.", length < 1 || length > own ? "dimensions" : "input");
            return;
        }

        var base64 = (string?)body["encoding_format"] == "base64";
        // Last first: the order is by index only.
        var data = inputs.Select((text, i) => (Index: i, Vector: Vector(text, length))).Reverse().Select(JsonNode (one) => new JsonObject
        {
            ["object"] = "embedding",
            ["index"] = one.Index,
            ["embedding"] = base64
                ? Convert.ToBase64String(MemoryMarshal.AsBytes<float>(one.Vector))
                : new JsonArray([.. one.Vector.Select(static value => JsonValue.Create(value))]),
        });
        var tokens = inputs.Sum(static text => (text.Length + 3) / 4);
        await context.Response.WriteAsJsonAsync(new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. data]),
            ["model"] = model,
            ["usage"] = new JsonObject { ["prompt_tokens"] = tokens, ["total_tokens"] = tokens },
        });
    }

    private static float[] Vector(string text, int length)
    {
        var vector = new float[length];
        for (var i = 0; i < text.Length; i++)
            vector[(text[i] * 31 + i) % length] += 1;
        var norm = MathF.Sqrt(vector.Sum(static value => value * value));
        return [.. vector.Select(value => value / norm)];
    }
}
