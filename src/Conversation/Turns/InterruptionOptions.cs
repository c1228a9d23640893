namespace Parley.Conversation.Turns;

/// <summary>When a caller who speaks while the agent speaks takes the floor. Milliseconds.</summary>
public sealed class InterruptionOptions
{
    /// <summary>
    /// Speech after which no further audio is sent, while the carrier's buffer plays on: long enough for a click or a cough to be over.
    /// Default 60; the detector needs about as long to notice the speech.
    /// </summary>
    public int HoldAfterMs { get; set; } = 60;

    /// <summary>
    /// Speech after which the agent is silenced while it has hardly begun: whoever speaks then was not finished. Default 80.
    /// </summary>
    public int CutAfterAtStartMs { get; set; } = 80;

    /// <summary>How long an agent's turn counts as hardly begun. Default 400.</summary>
    public int StartMs { get; set; } = 400;

    /// <summary>Speech that is longer than any backchannel: the carrier's buffer is cleared before the words are known. Default 600.</summary>
    public int CutAfterMs { get; set; } = 600;

    /// <summary>How often the words so far are looked at while the agent is held. Default 240.</summary>
    public int ProbeEveryMs { get; set; } = 240;

    /// <summary>
    /// Silence after which the words are asked for while the agent is held, and after which speech without words, or a backchannel, is
    /// dismissed: soon, since the carrier's buffer is running dry. Default 80.
    /// </summary>
    public int DismissAfterMs { get; set; } = 80;

    /// <summary>
    /// Caller audio this far (dB) under the agent's own is taken for the agent's echo. Telephone echo is 20 dB down or more; a caller is
    /// usually as loud as the agent. Default 18.
    /// </summary>
    public double EchoMarginDb { get; set; } = 18;

    /// <summary>How easily the agent is interrupted, 0 (never by speech) to 1 (by the shortest word). Default 0.5.</summary>
    public double Sensitivity { get; set; } = 0.5;
}
