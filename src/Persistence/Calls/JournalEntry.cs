using Parley.Conversation.Escalations;
using Parley.Conversation.Stores;

namespace Parley.Persistence.Calls;

/// <summary>One line of the journal: what happened in a call; one member is set.</summary>
internal sealed record JournalEntry
{
    /// <summary>A call was announced while the database was away.</summary>
    public CallStarted? Started { get; init; }

    /// <summary>A media stream was accepted while the database was away.</summary>
    public CallConnected? Connected { get; init; }

    public TurnRecord? Turn { get; init; }

    public CallEnded? Ended { get; init; }

    /// <summary>A person is needed.</summary>
    public Escalation? Escalation { get; init; }

    /// <summary>The carrier's last word, said while the database was away.</summary>
    public CarrierWord? Carrier { get; init; }

    public Guid CallId => Started?.CallId ?? Connected?.CallId ?? Turn?.CallId ?? Ended?.CallId ?? Escalation?.CallId ?? Guid.Empty;
}

/// <summary>A media stream of a call.</summary>
internal sealed record CallConnected
{
    public required Guid CallId { get; init; }

    public required string StreamId { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>What the carrier said of a call.</summary>
internal sealed record CarrierWord
{
    public required string CarrierCallId { get; init; }

    public required string Status { get; init; }

    public int? DurationSeconds { get; init; }

    public required DateTimeOffset At { get; init; }
}
