using Parley.Conversation.Agents;

namespace Parley.Conversation.Capture;

/// <summary>An agent's state as it was written down; only its agent can read it.</summary>
internal sealed record CapturedState(string Json) : AgentState
{
    public override string ToJson() => Json;
}
