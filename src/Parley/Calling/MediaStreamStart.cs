using System.Text.Json.Nodes;

namespace Parley.Calling;

/// <summary>The names a stream goes by, and the messages that carry them.</summary>
internal sealed record MediaStreamStart(
    string AccountSid, string CallSid, string StreamSid, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>The <c>start</c> message.</summary>
    public JsonObject ToJson()
    {
        var parameters = new JsonObject();
        foreach (var (name, value) in Parameters)
            parameters[name] = value;
        return new JsonObject
        {
            ["event"] = "start",
            ["start"] = new JsonObject
            {
                ["accountSid"] = AccountSid,
                ["streamSid"] = StreamSid,
                ["callSid"] = CallSid,
                ["tracks"] = new JsonArray("inbound"),
                ["mediaFormat"] = new JsonObject { ["encoding"] = "audio/x-mulaw", ["sampleRate"] = 8000, ["channels"] = 1 },
                ["customParameters"] = parameters,
            },
        };
    }

    /// <summary>The <c>stop</c> message.</summary>
    public JsonObject StopJson() => new()
    {
        ["event"] = "stop",
        ["stop"] = new JsonObject { ["accountSid"] = AccountSid, ["callSid"] = CallSid },
    };
}
