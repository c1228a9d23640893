namespace Parley.Conversation.Vad;

/// <summary>
/// Judges one call's audio for speech. Not thread safe: it belongs to the call's event loop, which feeds it every frame in order.
/// </summary>
public interface IVoiceActivityDetector : IDisposable
{
    /// <summary>
    /// Takes the next linear 8 kHz samples and returns the probability (0 to 1) that the newest whole window holds speech.
    /// Allocates nothing.
    /// </summary>
    float Process(ReadOnlySpan<short> samples);

    /// <summary>Forgets everything heard, as at the start of a call.</summary>
    void Reset();
}

/// <summary>Makes one detector a call; the model behind them is shared.</summary>
public interface IVoiceActivityDetectorFactory
{
    /// <summary>A detector with fresh state.</summary>
    IVoiceActivityDetector Create();
}
