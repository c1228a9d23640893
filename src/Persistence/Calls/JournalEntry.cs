using Parley.Conversation.Stores;

namespace Parley.Persistence.Calls;

/// <summary>One line of the journal: a turn, or the end of a call.</summary>
internal sealed record JournalEntry
{
    public TurnRecord? Turn { get; init; }

    public CallEnded? Ended { get; init; }

    public Guid CallId => Turn?.CallId ?? Ended?.CallId ?? Guid.Empty;
}
