using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Parley.Conversation.Agents;

namespace Parley.Conversation.Tools;

/// <summary>What came of a tool.</summary>
public sealed record ToolResult
{
    /// <summary>What a model is told.</summary>
    public required string Text { get; init; }

    /// <summary>The same as data, for an agent that speaks by rules and for the check of what is spoken. A failure has its kind as <c>error</c>.</summary>
    public JsonObject? Data { get; init; }

    /// <summary>It was not done, or nobody knows whether it was.</summary>
    public bool Failed { get; init; }

    /// <summary>What is known of the caller's wish now; null when nothing changed.</summary>
    public CallFacts? Facts { get; init; }

    /// <summary>What the agent is to give out with its answer. Only tools that write nothing have any; not kept in the ledger.</summary>
    [JsonIgnore]
    public IReadOnlyList<AgentEvent> Events { get; init; } = [];

    /// <summary>A failure.</summary>
    public static ToolResult Failure(ToolError error, string text) => new()
    {
        Text = text,
        Failed = true,
        Data = new JsonObject { ["error"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(error.ToString()) },
    };

    /// <summary>Of a run that was begun and may have had its effect.</summary>
    public static ToolResult InDoubt => Failure(
        ToolError.InDoubt,
        "It is not known whether that was done. Do not do it again, and do not say that it was done. Say that somebody will check, and offer a person.");

    /// <summary>Whether nobody knows if it was done.</summary>
    [JsonIgnore]
    public bool IsInDoubt => Failed && Data?["error"] is JsonValue error && error.TryGetValue(out string? kind) && kind == "in_doubt";

    /// <summary>The result as the ledger keeps it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ToolJson.Default.ToolResult);

    /// <summary>Reads <see cref="ToJson"/>.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static ToolResult FromJson(string json) =>
        JsonSerializer.Deserialize(json, ToolJson.Default.ToolResult) ?? throw new JsonException("A result was null.");
}

/// <summary>Why a tool was not run, or failed.</summary>
public enum ToolError
{
    /// <summary>The tenant has no such tool.</summary>
    UnknownTool,

    /// <summary>The arguments are not JSON, too large, or do not fit the tool's schema.</summary>
    BadArguments,

    /// <summary>It was used too often.</summary>
    Limit,

    /// <summary>It failed, and changed nothing.</summary>
    Failed,

    /// <summary>It did not come to an end in time, and changed nothing that counts.</summary>
    TimedOut,

    /// <summary>Nobody knows whether it was done.</summary>
    InDoubt,

    /// <summary>What was asked for is not possible, as the text says.</summary>
    NotPossible,
}

/// <summary>Something that a tool changed in this call.</summary>
/// <param name="Turn">Ordinal of the turn it was done in.</param>
/// <param name="Tool">The tool.</param>
/// <param name="Arguments">What it was given.</param>
/// <param name="Result">What came of it.</param>
public sealed record ToolOutcome(int Turn, string Tool, JsonObject Arguments, ToolResult Result);

/// <summary>
/// Where the effect of a tool is a row of ours: the key of the ledger's entry that is completed in the same transaction, and how what came of it is
/// told.
/// </summary>
/// <param name="Key">The entry's key.</param>
/// <param name="Tell">Makes the result that the entry keeps.</param>
public sealed record ToolReceipt<T>(string Key, Func<T, ToolResult> Tell);

/// <summary>Serialiser of what tools take and give.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ToolResult))]
internal sealed partial class ToolJson : JsonSerializerContext;
