using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;

namespace Parley.Conversation.Capture;

/// <summary>What a conversation begins with; the first record, so that it is encrypted when the capture is.</summary>
internal sealed record CaptureHead(CallContext Call, PipelineOptions Options, CaptureResume? Resume);

/// <summary>A <see cref="ResumePoint"/> as it is written.</summary>
/// <param name="AgentStateJson">The state, if the agent can read it.</param>
/// <param name="History">The conversation before.</param>
/// <param name="NextOrdinal">Ordinal of the next turn.</param>
/// <param name="Reason">Why the call came back.</param>
/// <param name="Facts">The facts in the state, which only its agent can read from it.</param>
internal sealed record CaptureResume(
    string? AgentStateJson, HistoryEntry[] History, int NextOrdinal, ResumeReason Reason, CallFacts? Facts = null)
{
    public static CaptureResume? Of(ResumePoint? point, ICallAgent agent)
    {
        if (point is null)
            return null;

        var state = point.AgentStateJson is { } json ? agent.RestoreState(json) : null;
        return new CaptureResume(state is null ? null : point.AgentStateJson, [.. point.History], point.NextOrdinal, point.Reason, state?.Facts);
    }

    public ResumePoint ToPoint() => new(AgentStateJson, History, NextOrdinal, Reason);
}
