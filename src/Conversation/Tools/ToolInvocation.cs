using System.Text.Json.Nodes;
using Parley.Conversation.Agents;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Tools;

/// <summary>One run of a tool.</summary>
/// <param name="Call">The call.</param>
/// <param name="Turn">Ordinal of the turn being answered.</param>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">What the agent gave, checked against the tool's schema.</param>
/// <param name="Facts">What is known of the caller's wish.</param>
/// <param name="Now">The time.</param>
/// <param name="Key">The same for each attempt at the same effect; to be handed on to whatever can tell a repetition by it.</param>
/// <param name="Meter">Where the use of providers is counted.</param>
public sealed record ToolInvocation(
    CallContext Call, int Turn, string Name, JsonObject Arguments, CallFacts Facts, DateTimeOffset Now, string Key, CallMeter? Meter = null)
{
    /// <summary>A text argument without blanks around it; null when it is missing or empty.</summary>
    public string? Text(string name) =>
        Arguments[name] is JsonValue value && value.TryGetValue(out string? text) && text.Trim() is { Length: > 0 } bare ? bare : null;

    /// <summary>A whole number; null when it is missing.</summary>
    public int? Number(string name) => Arguments[name] is JsonValue value && value.TryGetValue(out int number) ? number : null;

    /// <summary>Whether a flag is there and true.</summary>
    public bool Flag(string name) => Arguments[name] is JsonValue value && value.TryGetValue(out bool flag) && flag;
}
