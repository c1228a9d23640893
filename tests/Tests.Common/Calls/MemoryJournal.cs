using Parley.Conversation.Stores;

namespace Parley.Tests.Common.Calls;

/// <summary>Keeps what a call writes down.</summary>
public sealed class MemoryJournal : ICallJournal
{
    public List<TurnRecord> Turns { get; } = [];

    public List<CallEnded> Ends { get; } = [];

    public void Write(TurnRecord turn)
    {
        lock (Turns)
            Turns.Add(turn);
    }

    public void Write(CallEnded call)
    {
        lock (Ends)
            Ends.Add(call);
    }
}
