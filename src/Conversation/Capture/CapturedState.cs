using Parley.Conversation.Agents;

namespace Parley.Conversation.Capture;

/// <summary>An agent's state as it was written down; only its agent can read it.</summary>
/// <param name="Json">What the agent wrote.</param>
/// <param name="Known">The facts in it. The loop may exchange a state's facts; how the agent would write that, only the agent knows.</param>
internal sealed record CapturedState(string Json, CallFacts? Known = null) : AgentState
{
    /// <summary>Stands for the JSON of a state whose facts were exchanged.</summary>
    public const string Exchanged = "(with facts of the loop)";

    public override string ToJson() => Known is null || ReferenceEquals(Known, Facts) ? Json : Exchanged;
}
