namespace Parley.Calling;

/// <summary>
/// Watches a call. Members are called from the call's own threads, one at a time, and must not block; times are milliseconds since the
/// stream started.
/// </summary>
public interface ICallObserver
{
    /// <summary>The media stream is open.</summary>
    void OnStreamStarted(string callSid, string streamSid)
    {
    }

    /// <summary>Audio came from the server.</summary>
    void OnAgentAudio(long nowMs, ReadOnlyMemory<byte> muLaw)
    {
    }

    /// <summary>20 ms passed: what the caller said and what the caller heard in them. The memory is valid only during the call.</summary>
    void OnFrame(long nowMs, ReadOnlyMemory<byte> caller, ReadOnlyMemory<byte> heard)
    {
    }

    /// <summary>The server emptied the playback queue.</summary>
    void OnClear(long nowMs, long droppedBytes)
    {
    }

    /// <summary>A mark was echoed.</summary>
    void OnMark(long nowMs, string name)
    {
    }

    /// <summary>The caller pressed a key.</summary>
    void OnKey(long nowMs, char key)
    {
    }

    /// <summary>The server broke the protocol.</summary>
    void OnViolation(ProtocolViolation violation)
    {
    }

    /// <summary>TwiML made the carrier do something the caller notices.</summary>
    void OnTwiml(string verb, string text)
    {
    }
}
