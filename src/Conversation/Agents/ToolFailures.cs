using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Conversation.Escalations;
using Parley.Conversation.Tools;

namespace Parley.Conversation.Agents;

/// <summary>
/// Tells tools that failed for reasons of ours - the database or a provider is away, a deadline passed, nobody knows what was done - from those that
/// refused what was asked for. A person is told of the former.
/// </summary>
internal static class ToolFailures
{
    /// <summary>What a person is told; null when the tool did its work, or had a reason not to.</summary>
    public static AgentEvent.Escalate? Escalation(string tool, ToolResult result) =>
        result.Failed && result.Data?["error"] is JsonValue error && error.GetValueKind() == JsonValueKind.String
        && error.GetValue<string>() is "failed" or "timed_out" or "in_doubt"
            ? new AgentEvent.Escalate(EscalationReason.ToolFailure, $"The tool {tool} failed: {result.Text}")
            : null;
}
