using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;

namespace Parley.Persistence.Reporting;

/// <summary>Narrows a list of calls; times are when they started.</summary>
public sealed record AdminCallFilter : AdminFilter
{
    /// <summary>What the caller wanted.</summary>
    public CallIntent? Intent { get; init; }

    /// <summary>The caller's or the called number: E.164 to match it whole, digits to match a part.</summary>
    public string? Number { get; init; }
}

/// <summary>A call in a list.</summary>
public sealed record AdminCall
{
    /// <summary>UUID v7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The carrier's id.</summary>
    public required string CarrierCallId { get; init; }

    /// <summary>The tenant's slug.</summary>
    public required string TenantSlug { get; init; }

    /// <summary>The tenant's id.</summary>
    public required Guid TenantId { get; init; }

    /// <summary>Who placed it.</summary>
    public required CallDirection Direction { get; init; }

    /// <summary>E.164; null when withheld.</summary>
    public required string? CallerNumber { get; init; }

    /// <summary>E.164.</summary>
    public required string CalledNumber { get; init; }

    /// <summary>When the carrier announced it.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When its media stream was accepted; null when it never was.</summary>
    public required DateTimeOffset? ConnectedAt { get; init; }

    /// <summary>When it ended; null while it goes on.</summary>
    public required DateTimeOffset? EndedAt { get; init; }

    /// <summary>Its length.</summary>
    public required long? DurationMs { get; init; }

    /// <summary>Why it ended.</summary>
    public required CallEndReason? EndReason { get; init; }

    /// <summary>Number the caller was connected to, E.164.</summary>
    public required string? TransferTo { get; init; }

    /// <summary>What the caller wanted.</summary>
    public required CallIntent Intent { get; init; }

    /// <summary>Replies that were prepared early and used.</summary>
    public required int SpeculationsUsed { get; init; }

    /// <summary>Replies that were prepared early and thrown away.</summary>
    public required int SpeculationsWasted { get; init; }
}

/// <summary>A call with all that belongs to it.</summary>
/// <param name="Call">The call.</param>
/// <param name="Turns">What was said, in order.</param>
/// <param name="Lead">What came of it.</param>
/// <param name="Messages">Texts to the caller, oldest first.</param>
public sealed record AdminCallDetails(
    AdminCall Call, IReadOnlyList<TurnRecord> Turns, AdminLead? Lead, IReadOnlyList<AdminMessage> Messages);

/// <summary>How far a call is.</summary>
/// <param name="EndedAt">When it ended; null while it goes on. No turn is missing from <paramref name="Turns"/> when it is set.</param>
/// <param name="EndReason">Why it ended.</param>
/// <param name="Turns">Turns that are new to the reader, in order.</param>
public sealed record AdminCallProgress(DateTimeOffset? EndedAt, CallEndReason? EndReason, IReadOnlyList<TurnRecord> Turns);
