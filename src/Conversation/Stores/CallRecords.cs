using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Stores;

/// <summary>A call that was announced by the carrier.</summary>
public sealed record CallStarted
{
    /// <summary>UUID v7.</summary>
    public required Guid CallId { get; init; }

    /// <summary>The carrier's id; unique.</summary>
    public required string CarrierCallId { get; init; }

    /// <summary>Whose call it is.</summary>
    public required Guid TenantId { get; init; }

    /// <summary>E.164, or null when withheld.</summary>
    public string? CallerNumber { get; init; }

    /// <summary>E.164.</summary>
    public required string CalledNumber { get; init; }

    /// <summary>Who placed it.</summary>
    public CallDirection Direction { get; init; }

    /// <summary>When it was announced.</summary>
    public required DateTimeOffset StartedAt { get; init; }
}

/// <summary>One turn of a call, written when it is over.</summary>
public sealed record TurnRecord
{
    /// <summary>The call.</summary>
    public required Guid CallId { get; init; }

    /// <summary>Position in the call, from 0.</summary>
    public required int Ordinal { get; init; }

    /// <summary>Who spoke.</summary>
    public required Speaker Speaker { get; init; }

    /// <summary>Caller: the recognised words. Agent: everything the agent made up, spoken or not.</summary>
    public required string GeneratedText { get; init; }

    /// <summary>Agent: what was sent to the carrier as audio. Caller: as generated.</summary>
    public required string SentText { get; init; }

    /// <summary>Agent: what the caller heard, to the word. Caller: as generated.</summary>
    public required string HeardText { get; init; }

    /// <summary>How it came in: speech or keys; null for the agent.</summary>
    public string? Source { get; init; }

    /// <summary>The caller cut it short.</summary>
    public bool Interrupted { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was over.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>When its steps happened.</summary>
    public TurnTimes Times { get; init; } = new();

    /// <summary>The agent's state after the turn, to resume a broken call; null when unchanged.</summary>
    public string? AgentStateJson { get; init; }

    /// <summary>What is known of the caller's wish after the turn; null when unchanged.</summary>
    public CallFacts? Facts { get; init; }

    /// <summary>Agent: what its answer rests on, as JSON (docs/agent.md); null when it said nothing of it.</summary>
    public string? DecisionJson { get; init; }
}

/// <summary>
/// When the steps between a caller's last word and the agent's first sound happened, in milliseconds since the call started; null for
/// a step that did not happen. Caller turns carry the first four, agent turns all.
/// </summary>
public sealed record TurnTimes
{
    /// <summary>First speech sample of the caller.</summary>
    public int? SpeechStartMs { get; init; }

    /// <summary>Last speech sample of the caller.</summary>
    public int? SpeechEndMs { get; init; }

    /// <summary>The final text was there.</summary>
    public int? FinalTextMs { get; init; }

    /// <summary>The turn was declared over.</summary>
    public int? EndOfTurnMs { get; init; }

    /// <summary>The agent's first words were there.</summary>
    public int? FirstAgentTextMs { get; init; }

    /// <summary>The first byte was synthesised.</summary>
    public int? FirstAudioMs { get; init; }

    /// <summary>The first frame was sent.</summary>
    public int? FirstFrameSentMs { get; init; }

    /// <summary>The carrier confirmed that the caller heard the first piece (20 to 100 ms) of the reply.</summary>
    public int? FirstMarkMs { get; init; }

    /// <summary>The caller's interruption was confirmed.</summary>
    public int? InterruptedMs { get; init; }

    /// <summary>The reply was prepared before the turn was declared over, and used.</summary>
    public bool Speculated { get; init; }
}

/// <summary>The end of a call.</summary>
public sealed record CallEnded
{
    /// <summary>The call.</summary>
    public required Guid CallId { get; init; }

    /// <summary>
    /// The media stream that ended; null when it is not known. The end of a stream that another one has followed does not end the call.
    /// </summary>
    public string? StreamId { get; init; }

    /// <summary>Why.</summary>
    public required CallEndReason Reason { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Number the caller was or is to be connected to.</summary>
    public string? TransferTo { get; init; }

    /// <summary>What the one who answers there is told about the caller.</summary>
    public string? TransferSummary { get; init; }

    /// <summary>How many replies were prepared early and used, and how many thrown away.</summary>
    public int SpeculationsUsed { get; init; }

    /// <summary>See <see cref="SpeculationsUsed"/>.</summary>
    public int SpeculationsWasted { get; init; }

    /// <summary>What the call used of its providers.</summary>
    public IReadOnlyList<ProviderUsage> Usage { get; init; } = [];
}
