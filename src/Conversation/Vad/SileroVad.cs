using System.Runtime.InteropServices;
using Parley.Conversation.Native;

namespace Parley.Conversation.Vad;

/// <summary>
/// Silero v5 at 8 kHz behind an <see cref="EnergyGate"/>: windows of 256 samples (32 ms), each seen with the 32 samples before it.
/// The network's state (256 floats) belongs to the call; its weights are shared. Windows the gate holds back score 0 and leave the
/// state alone; when the gate opens, the last two of them are replayed, so the network hears a soft onset.
/// </summary>
public sealed unsafe class SileroVad : IVoiceActivityDetector
{
    /// <summary>Samples of a window: what the network takes at 8 kHz.</summary>
    public const int WindowSamples = 256;

    private const int ContextSamples = 32;
    private const int StateFloats = 2 * 128;
    private const int ReplayedWindows = 2;
    private const int HistorySamples = ContextSamples + (ReplayedWindows * WindowSamples);

    private readonly SileroModel model;
    private readonly EnergyGate gate = new();
    private readonly NativeHandle[] tensors;

    // Native code reads and writes these in place, so they are pinned for life.
    private readonly float[] input = GC.AllocateArray<float>(ContextSamples + WindowSamples, pinned: true);
    private readonly float[] state = GC.AllocateArray<float>(StateFloats, pinned: true);
    private readonly float[] nextState = GC.AllocateArray<float>(StateFloats, pinned: true);
    private readonly float[] output = GC.AllocateArray<float>(1, pinned: true);
    private readonly long[] sampleRate = GC.AllocateArray<long>(1, pinned: true);
    private readonly nint[] values = GC.AllocateArray<nint>(5, pinned: true);

    // What came before the window being filled, newest last.
    private readonly float[] history = new float[HistorySamples];
    private readonly float[] window = new float[WindowSamples];
    private int filled;
    private int heldBack;
    private float probability;
    private bool disposed;

    internal SileroVad(SileroModel model)
    {
        this.model = model;
        model.AddReference();
        sampleRate[0] = 8000;
        var runtime = model.Runtime;
        tensors =
        [
            runtime.CreateTensor(Address(input), input.Length, [1, input.Length]),
            runtime.CreateTensor(Address(state), StateFloats, [2, 1, 128]),
            runtime.CreateTensor((long*)Marshal.UnsafeAddrOfPinnedArrayElement(sampleRate, 0), 1, []),
            runtime.CreateTensor(Address(output), 1, [1, 1]),
            runtime.CreateTensor(Address(nextState), StateFloats, [2, 1, 128]),
        ];
        for (var i = 0; i < tensors.Length; i++)
            values[i] = tensors[i].Pointer;
    }

    /// <summary>Windows the network has judged; the rest were silent.</summary>
    internal long WindowsJudged { get; private set; }

    /// <inheritdoc/>
    public float Process(ReadOnlySpan<short> samples)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        while (!samples.IsEmpty)
        {
            var count = Math.Min(WindowSamples - filled, samples.Length);
            for (var i = 0; i < count; i++)
                window[filled + i] = samples[i] / 32768f;
            filled += count;
            samples = samples[count..];
            if (filled < WindowSamples)
                break;

            probability = JudgeWindow();
            history.AsSpan(WindowSamples).CopyTo(history);
            window.CopyTo(history.AsSpan(HistorySamples - WindowSamples));
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
        Array.Clear(history);
        filled = 0;
        heldBack = 0;
        probability = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (disposed)
            return;

        disposed = true;
        foreach (var tensor in tensors)
            tensor.Dispose();
        model.Release();
    }

    private static float* Address(float[] pinned) => (float*)Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);

    private float JudgeWindow()
    {
        if (!gate.IsOpen(window))
        {
            heldBack = Math.Min(heldBack + 1, ReplayedWindows);
            return 0;
        }

        for (; heldBack > 0; heldBack--)
        {
            var start = HistorySamples - (heldBack * WindowSamples);
            history.AsSpan(start - ContextSamples, ContextSamples + WindowSamples).CopyTo(input);
            RunModel();
        }

        history.AsSpan(HistorySamples - ContextSamples).CopyTo(input);
        window.CopyTo(input.AsSpan(ContextSamples));
        return RunModel();
    }

    private float RunModel()
    {
        var first = (nint*)Marshal.UnsafeAddrOfPinnedArrayElement(values, 0);
        model.Run(first, first + 3);
        nextState.CopyTo(state.AsSpan());
        WindowsJudged++;
        return output[0];
    }
}
