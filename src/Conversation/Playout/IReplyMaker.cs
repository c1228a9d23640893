using Parley.Conversation.Agents;

namespace Parley.Conversation.Playout;

/// <summary>Makes replies beside the call's loop and tells it everything as events. A replayed call has another one, which gives what was captured.</summary>
internal interface IReplyMaker
{
    /// <summary>Starts to make a reply.</summary>
    void Start(Reply reply, AgentRequest request);

    /// <summary>Starts to speak fixed words, without the agent.</summary>
    void Start(Reply reply, string text);

    /// <summary>Speaks one clause into an existing reply.</summary>
    void StartClause(Clause clause);

    /// <summary>
    /// A reply was stopped: the caller heard <paramref name="heardMs"/> of <paramref name="at"/> and nothing behind it; null when all there was of it.
    /// </summary>
    void Stopped(Reply reply, Clause? at, int heardMs)
    {
        // Whoever makes words and their sound one after the other is told by the reply's cancellation.
    }
}
