using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.PostCall;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;

namespace Parley.Conversation.Webhooks;

/// <summary>What a webhook can tell of a call.</summary>
public sealed record RetellCall
{
    /// <summary>Parley's id.</summary>
    public required Guid CallId { get; init; }

    /// <summary>The carrier's id.</summary>
    public required string CarrierCallId { get; init; }

    /// <summary>Whose call it is; stands for Retell's agent.</summary>
    public required Tenant Tenant { get; init; }

    /// <summary>Who placed it.</summary>
    public required CallDirection Direction { get; init; }

    /// <summary>E.164; null when withheld.</summary>
    public string? CallerNumber { get; init; }

    /// <summary>E.164.</summary>
    public required string CalledNumber { get; init; }

    /// <summary>When it was announced.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When its media began.</summary>
    public DateTimeOffset? ConnectedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why.</summary>
    public CallEndReason? EndReason { get; init; }

    /// <summary>The carrier's status of it.</summary>
    public string? CarrierStatus { get; init; }

    /// <summary>Where the caller was connected to.</summary>
    public string? TransferTo { get; init; }

    /// <summary>What was said.</summary>
    public IReadOnlyList<TurnRecord> Turns { get; init; } = [];

    /// <summary>What tools changed in it, those included whose answers were not heard (<see cref="IToolLedger.OfCallAsync"/>).</summary>
    public IReadOnlyList<ToolOutcome> Ledger { get; init; } = [];

    /// <summary>What it cost, in US dollars; null when that is not known.</summary>
    public decimal? CostInDollars { get; init; }

    /// <summary>What it was about.</summary>
    public CallAnalysis? Analysis { get; init; }
}
