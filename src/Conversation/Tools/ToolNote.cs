using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Conversation.Tools;

/// <summary>A tool's run as it stands in the decision of an answer (docs/agent.md), the runs that changed nothing and those that were refused included.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="ArgumentsJson">What it was given, as canonical JSON; null when that was no JSON, or too long.</param>
/// <param name="Text">What the agent was told, bounded.</param>
/// <param name="Failed">It was not done, or nobody knows whether it was.</param>
internal sealed record ToolNote(string Tool, string? ArgumentsJson, string Text, bool Failed)
{
    private const int MostArgumentChars = 1000;
    private const int MostTextChars = 800;

    /// <summary>The note of a run.</summary>
    public static ToolNote Of(string tool, string? argumentsJson, ToolResult result) => new(
        tool, argumentsJson?.Length <= MostArgumentChars ? argumentsJson : null,
        result.Text.Length <= MostTextChars ? result.Text : result.Text[..MostTextChars], result.Failed);

    /// <summary>Notes as a decision has them.</summary>
    public static JsonArray Write(IEnumerable<ToolNote?> notes) => new([.. notes.OfType<ToolNote>().Select(static note =>
    {
        var json = new JsonObject { ["name"] = note.Tool, ["failed"] = note.Failed, ["result"] = note.Text };
        if (note.ArgumentsJson is { } arguments)
            json["arguments"] = JsonNode.Parse(arguments);
        return json;
    })]);

    /// <summary>The notes of a decision; none where it is of another shape.</summary>
    public static IReadOnlyList<ToolNote> Read(string? decisionJson)
    {
        if (decisionJson is null)
            return [];
        using var decision = JsonDocument.Parse(decisionJson);
        if (decision.RootElement.ValueKind != JsonValueKind.Object || !decision.RootElement.TryGetProperty("tools", out var tools) || tools.ValueKind != JsonValueKind.Array)
            return [];
        return
        [
            .. tools.EnumerateArray().Where(static one => one.ValueKind == JsonValueKind.Object && one.TryGetProperty("name", out _)).Select(static one => new ToolNote(
                one.GetProperty("name").ToString(),
                one.TryGetProperty("arguments", out var arguments) && JsonObject.Create(arguments) is { } map ? ToolArguments.Canonical(map) : null,
                one.TryGetProperty("result", out var result) ? result.ToString() : "",
                one.TryGetProperty("failed", out var failed) && failed.ValueKind == JsonValueKind.True)),
        ];
    }
}
