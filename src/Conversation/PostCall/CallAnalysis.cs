using Parley.Conversation.Agents;
using Parley.Conversation.Escalations;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Providers;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.PostCall;

/// <summary>How a caller felt.</summary>
public enum Sentiment
{
    /// <summary>Pleased.</summary>
    Positive,

    /// <summary>Neither.</summary>
    Neutral,

    /// <summary>Unhappy.</summary>
    Negative,

    /// <summary>Whatever the caller felt: something went wrong that somebody should look at.</summary>
    NeedsAttention,
}

/// <summary>What came of a call.</summary>
public enum CallOutcomeKind
{
    /// <summary>A booking was agreed.</summary>
    Booked,

    /// <summary>A booking was called off.</summary>
    Cancelled,

    /// <summary>A message was taken.</summary>
    MessageTaken,

    /// <summary>The caller was connected to a person.</summary>
    Transferred,

    /// <summary>Questions were answered.</summary>
    Answered,

    /// <summary>A wish was left open.</summary>
    Open,

    /// <summary>The caller left before saying what it was about.</summary>
    Abandoned,

    /// <summary>Something of ours failed.</summary>
    Failed,
}

/// <summary>What a call was about.</summary>
public sealed record CallAnalysis
{
    /// <summary>What the caller wanted.</summary>
    public required CallIntent Intent { get; init; }

    /// <summary>What came of it.</summary>
    public required CallOutcomeKind Outcome { get; init; }

    /// <summary>How the caller felt.</summary>
    public required Sentiment Sentiment { get; init; }

    /// <summary>One to three sentences.</summary>
    public required string Summary { get; init; }

    /// <summary>The caller got what the call was for.</summary>
    public required bool Successful { get; init; }

    /// <summary>
    /// What the call told, by name: <c>name</c>, <c>phone</c> (E.164), <c>party_size</c>, <c>service</c>, <c>requested_for</c>,
    /// <c>cancelled_for</c>, <c>call_back_for</c> (ISO 8601 local times), <c>message</c>. Nothing that was not said.
    /// </summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Who found that out: <c>rules</c>, or the chain of models.</summary>
    public required string MadeBy { get; init; }
}

/// <summary>What an analysis looks at.</summary>
public sealed record AnalysisInput
{
    /// <summary>Whose call it was.</summary>
    public required Tenant Tenant { get; init; }

    /// <summary>E.164; null when withheld.</summary>
    public string? CallerNumber { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Why it ended.</summary>
    public required CallEndReason EndReason { get; init; }

    /// <summary>What the agent noted.</summary>
    public required CallFacts Facts { get; init; }

    /// <summary>What was said and heard.</summary>
    public required IReadOnlyList<HistoryEntry> History { get; init; }

    /// <summary>Why a person was wanted.</summary>
    public IReadOnlyList<EscalationReason> Escalations { get; init; } = [];

    /// <summary>Where the use of models is counted.</summary>
    public CallMeter? Meter { get; init; }
}

/// <summary>Finds out what a call was about.</summary>
public interface ICallAnalyst
{
    /// <summary>Analyses a finished call. Fails only when it is cancelled.</summary>
    Task<CallAnalysis> AnalyseAsync(AnalysisInput call, CancellationToken cancellationToken);
}
