using System.Numerics;

namespace Parley.Conversation.Vad;

/// <summary>
/// Silero v5 at 8 kHz behind an <see cref="EnergyGate"/>: windows of 256 samples (32 ms), each seen with the 32 samples before it.
/// The network's state (256 floats) belongs to the call; its weights are shared. Windows the gate holds back score 0 and leave the
/// state alone; when the gate opens, the last two of them are replayed, so the network hears a soft onset.
/// </summary>
public sealed class SileroVad : IVoiceActivityDetector
{
    /// <summary>Samples of a window: what the network takes at 8 kHz.</summary>
    public const int WindowSamples = SileroNetwork.WindowSamples;

    private const int ContextSamples = SileroNetwork.ContextSamples;
    private const int ReplayedWindows = 2;
    private const int HistorySamples = ContextSamples + (ReplayedWindows * WindowSamples);

    private readonly SileroNetwork network;
    private readonly EnergyGate gate = new();
    private readonly float[] state = new float[SileroNetwork.StateFloats];

    // What came before the window, newest last, then the window being filled.
    private readonly float[] audio = new float[HistorySamples + WindowSamples];
    private int filled;
    private int heldBack;
    private float probability;
    private bool disposed;

    internal SileroVad(SileroNetwork network) => this.network = network;

    /// <summary>Windows the network has judged; the rest were silent.</summary>
    internal long WindowsJudged { get; private set; }

    /// <inheritdoc/>
    public float Process(ReadOnlySpan<short> samples)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        while (!samples.IsEmpty)
        {
            var count = Math.Min(WindowSamples - filled, samples.Length);
            Scale(samples[..count], audio.AsSpan(HistorySamples + filled, count));
            filled += count;
            samples = samples[count..];
            if (filled < WindowSamples)
                break;

            probability = JudgeWindow();
            audio.AsSpan(WindowSamples).CopyTo(audio);
            filled = 0;
        }

        return probability;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        gate.Reset();
        Array.Clear(state);
        Array.Clear(audio);
        filled = 0;
        heldBack = 0;
        probability = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => disposed = true;

    // To between -1 and 1.
    private static void Scale(ReadOnlySpan<short> samples, Span<float> scaled)
    {
        const float Scale = 1 / 32768f;
        var i = 0;
        for (; i + Vector<short>.Count <= samples.Length; i += Vector<short>.Count)
        {
            Vector.Widen(new Vector<short>(samples[i..]), out var low, out var high);
            (Vector.ConvertToSingle(low) * Scale).CopyTo(scaled[i..]);
            (Vector.ConvertToSingle(high) * Scale).CopyTo(scaled[(i + Vector<float>.Count)..]);
        }

        for (; i < samples.Length; i++)
            scaled[i] = samples[i] * Scale;
    }

    private float JudgeWindow()
    {
        if (!gate.IsOpen(audio.AsSpan(HistorySamples)))
        {
            heldBack = Math.Min(heldBack + 1, ReplayedWindows);
            return 0;
        }

        for (; heldBack > 0; heldBack--)
            RunNetwork(heldBack);
        return RunNetwork(0);
    }

    // The window that came so many windows ago.
    private float RunNetwork(int ago)
    {
        WindowsJudged++;
        return network.Run(audio.AsSpan(HistorySamples - (ago * WindowSamples) - ContextSamples, ContextSamples + WindowSamples), state);
    }
}
