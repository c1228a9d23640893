using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;

namespace Parley.Conversation.Capture;

/// <summary>What a conversation begins with; the first record, so that it is encrypted when the capture is.</summary>
internal sealed record CaptureHead(CallContext Call, PipelineOptions Options, CaptureResume? Resume);

/// <summary>A <see cref="ResumePoint"/> as it is written.</summary>
internal sealed record CaptureResume(string? AgentStateJson, HistoryEntry[] History, int NextOrdinal, ResumeReason Reason)
{
    public static CaptureResume? Of(ResumePoint? point) =>
        point is null ? null : new CaptureResume(point.AgentStateJson, [.. point.History], point.NextOrdinal, point.Reason);

    public ResumePoint ToPoint() => new(AgentStateJson, History, NextOrdinal, Reason);
}
