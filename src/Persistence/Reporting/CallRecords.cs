using Parley.Conversation.Agents;

namespace Parley.Persistence.Reporting;

/// <summary>Which calls to list.</summary>
public sealed record CallQuery : ListQuery
{
    /// <summary>Only calls with this wish.</summary>
    public CallIntent? Intent { get; init; }

    /// <summary>Started at or after.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Started before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Digits of the caller's or the called number; a part is enough, punctuation is ignored.</summary>
    public string? Number { get; init; }

    /// <summary>Only calls that still go on.</summary>
    public bool Live { get; init; }
}

/// <summary>A call in a list. Enumerations stand as their names in snake case.</summary>
public record CallRow
{
    /// <summary>Parley's id.</summary>
    public Guid Id { get; init; }

    /// <summary>Whose call it is.</summary>
    public Guid TenantId { get; init; }

    /// <summary>The tenant's name.</summary>
    public string TenantName { get; init; } = "";

    /// <summary>The carrier's id.</summary>
    public string CarrierCallId { get; init; } = "";

    /// <summary><c>inbound</c> or <c>outbound</c>.</summary>
    public string Direction { get; init; } = "";

    /// <summary>E.164; null when withheld.</summary>
    public string? CallerNumber { get; init; }

    /// <summary>E.164.</summary>
    public string CalledNumber { get; init; } = "";

    /// <summary>When the carrier announced it.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When its media stream was accepted.</summary>
    public DateTimeOffset? ConnectedAt { get; init; }

    /// <summary>When it was over; null while it goes on.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>From start to end.</summary>
    public long? DurationMs { get; init; }

    /// <summary>Name of a <see cref="Conversation.Pipeline.CallEndReason"/>.</summary>
    public string? EndReason { get; init; }

    /// <summary>Name of a <see cref="CallIntent"/>.</summary>
    public string Intent { get; init; } = "";

    /// <summary>The caller's name, when it was told.</summary>
    public string? CallerName { get; init; }

    /// <summary>Turns of both sides so far.</summary>
    public int TurnCount { get; init; }

    /// <summary>The lead made of it.</summary>
    public Guid? LeadId { get; init; }
}

/// <summary>A call with everything about it.</summary>
public sealed record CallDetail : CallRow
{
    /// <summary>Number the caller was connected to.</summary>
    public string? TransferTo { get; init; }

    /// <summary>The carrier's last word: <c>completed</c>, <c>busy</c>.</summary>
    public string? CarrierStatus { get; init; }

    /// <summary>Seconds the carrier bills.</summary>
    public int? CarrierDurationS { get; init; }

    /// <summary>How often the line broke and the call went on.</summary>
    public int Resumes { get; init; }

    /// <summary>Replies prepared early and used.</summary>
    public int SpeculationsUsed { get; init; }

    /// <summary>Replies prepared early and thrown away.</summary>
    public int SpeculationsWasted { get; init; }

    /// <summary>What the call brought to light.</summary>
    public CallFacts Facts { get; init; } = CallFacts.None;

    /// <summary>The transcript with its times.</summary>
    public IReadOnlyList<TurnRow> Turns { get; init; } = [];

    /// <summary>The lead made of it.</summary>
    public LeadRow? Lead { get; init; }

    /// <summary>The texts it brought.</summary>
    public IReadOnlyList<MessageRow> Messages { get; init; } = [];
}

/// <summary>A turn; the <c>*Ms</c> are steps in milliseconds since the call started, null for one that did not happen.</summary>
public sealed record TurnRow
{
    /// <summary>Position in the call, from 0.</summary>
    public int Ordinal { get; init; }

    /// <summary><c>caller</c> or <c>agent</c>.</summary>
    public string Speaker { get; init; } = "";

    /// <summary><c>speech</c> or <c>keys</c>; null for the agent.</summary>
    public string? Source { get; init; }

    /// <summary>What the agent made up, or the caller's words.</summary>
    public string GeneratedText { get; init; } = "";

    /// <summary>What was sent as audio.</summary>
    public string SentText { get; init; } = "";

    /// <summary>What was heard, to the word.</summary>
    public string HeardText { get; init; } = "";

    /// <summary>The caller cut it short.</summary>
    public bool Interrupted { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was over.</summary>
    public DateTimeOffset EndedAt { get; init; }

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

    /// <summary>The carrier confirmed that it played the first chunk.</summary>
    public int? FirstMarkMs { get; init; }

    /// <summary>The caller's interruption was confirmed.</summary>
    public int? InterruptedMs { get; init; }

    /// <summary>The reply was prepared before the caller's turn was declared over, and used.</summary>
    public bool Speculated { get; init; }

    /// <summary>From the caller's last sample to the first frame sent back; null when either is not known.</summary>
    public int? ResponseMs => FirstFrameSentMs - SpeechEndMs;
}

/// <summary>Something happened in a call.</summary>
/// <param name="CallId">The call.</param>
/// <param name="TenantId">Whose call it is.</param>
/// <param name="Kind"><c>started</c>, <c>connected</c>, <c>turn</c> or <c>ended</c>.</param>
/// <param name="Ordinal">The turn, for <c>turn</c>.</param>
public sealed record CallEvent(Guid CallId, Guid TenantId, string Kind, int? Ordinal = null);
