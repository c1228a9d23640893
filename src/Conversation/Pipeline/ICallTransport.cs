namespace Parley.Conversation.Pipeline;

/// <summary>
/// The way back to the caller. Called from the call's loop only; nothing blocks. Audio is played by the carrier in order and in real
/// time; a mark comes back when the audio before it has been played, or at once when it was cleared.
/// </summary>
public interface ICallTransport
{
    /// <summary>Queues mu-law 8 kHz audio; the span is valid only during the call.</summary>
    void SendAudio(ReadOnlySpan<byte> muLaw);

    /// <summary>Queues a mark behind the audio sent so far.</summary>
    void SendMark(string name);

    /// <summary>Empties the carrier's queue; it then returns all outstanding marks.</summary>
    void SendClear();

    /// <summary>Ends the media connection after everything queued has been written.</summary>
    void Close();
}
