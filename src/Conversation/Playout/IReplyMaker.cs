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
}
