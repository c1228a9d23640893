using Parley.Conversation.Agents;
using Parley.Conversation.Stores;

namespace Parley.Evaluation;

/// <summary>Sees what a call writes down on its way to the store.</summary>
internal sealed class JournalWatch(ICallJournal journal) : ICallJournal
{
    private readonly List<TurnRecord> turns = [];

    /// <summary>The turns so far. Belongs to the call's thread.</summary>
    public IReadOnlyList<TurnRecord> Turns => turns;

    /// <summary>How often the agent has said all it wanted to.</summary>
    public int Answers { get; private set; }

    /// <inheritdoc/>
    public void Write(TurnRecord turn)
    {
        turns.Add(turn);
        if (turn is { Speaker: Speaker.Agent, Interrupted: false })
            Answers++;
        journal.Write(turn);
    }

    /// <inheritdoc/>
    public void Write(CallEnded call) => journal.Write(call);
}
