using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;

namespace Parley.Persistence.Reporting;

/// <summary>A call in a list.</summary>
public sealed record CallRow
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

    /// <summary>
    /// It has ended, and what it left is complete. False for a short time (<see cref="Calls.CallFinisher.Grace"/> at most) when the carrier told of the
    /// end before the call's own record came, and when the caller may be back: the line broke, or the caller was passed on and is not heard of yet.
    /// </summary>
    public required bool EndIsFinal { get; init; }

    /// <summary>Number the caller was connected to, E.164.</summary>
    public required string? TransferTo { get; init; }

    /// <summary>What the caller wanted.</summary>
    public required CallIntent Intent { get; init; }

    /// <summary>Replies that were prepared early and used.</summary>
    public required int SpeculationsUsed { get; init; }

    /// <summary>Replies that were prepared early and thrown away.</summary>
    public required int SpeculationsWasted { get; init; }
}
