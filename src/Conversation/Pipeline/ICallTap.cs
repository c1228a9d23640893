using Parley.Conversation.Playout;

namespace Parley.Conversation.Pipeline;

/// <summary>
/// Sees what enters a call's loop and what the loop gives out. Events with their moments are all that the loop depends on, so they are enough to
/// repeat the call. Called from the call's loop only; never blocks, never throws.
/// </summary>
internal interface ICallTap
{
    /// <summary>The conversation begins.</summary>
    void Begin(CallClock clock);

    /// <summary>An event is about to be handled.</summary>
    void Take(long nowMs, in CallEvent e);

    /// <summary>The loop gave something out while it handled the last event.</summary>
    void Note(CallOutputKind kind, long number = 0, string text = "");

    /// <summary>Puts itself between the loop and what makes its replies.</summary>
    IReplyMaker Over(IReplyMaker maker);
}

/// <summary>What a call's loop gives out: to the carrier, to its providers, and to the journal. The values stand in captures.</summary>
internal enum CallOutputKind : byte
{
    /// <summary>Audio to the carrier: bytes, and their CRC-32C.</summary>
    Media = 1,

    /// <summary>A mark to the carrier, by name.</summary>
    Mark = 2,

    /// <summary>The carrier's buffer is emptied.</summary>
    Clear = 3,

    /// <summary>The media connection is closed.</summary>
    Close = 4,

    /// <summary>The agent is asked: the reply's number, and why.</summary>
    Ask = 5,

    /// <summary>Words of our own are spoken: the reply's number, and the words.</summary>
    Speak = 6,

    /// <summary>A holding phrase: the reply's number, and the phrase.</summary>
    Hold = 7,

    /// <summary>The recogniser is asked for its text: the request's number.</summary>
    RequestText = 8,

    /// <summary>The recogniser forgets the utterance.</summary>
    Commit = 9,

    /// <summary>The caller's turn is over: silence in milliseconds, and the rule.</summary>
    EndTurn = 10,

    /// <summary>An utterance was no turn: why.</summary>
    Dismiss = 11,

    /// <summary>A turn is written down, as JSON.</summary>
    Turn = 12,

    /// <summary>The end of the call is written down, as JSON.</summary>
    CallEnd = 13,
}
