using System.Runtime.InteropServices;
using Parley.Conversation.Native;

namespace Parley.Tests.Common.Speech;

/// <summary>
/// Silero v5 at 8 kHz as ONNX Runtime computes it from the model file, for one call: what Parley's own forward pass is compared with. The runtime
/// is there for the recogniser.
/// </summary>
public sealed unsafe class SileroReference : IDisposable
{
    private const int InputSamples = 288;
    private const int StateFloats = 256;

    private readonly OnnxRuntime runtime;
    private readonly NativeHandle session;
    private readonly NativeHandle[] tensors;

    // Native code reads and writes these in place, so they are pinned for life.
    private readonly float[] input = GC.AllocateArray<float>(InputSamples, pinned: true);
    private readonly float[] state = GC.AllocateArray<float>(StateFloats, pinned: true);
    private readonly float[] nextState = GC.AllocateArray<float>(StateFloats, pinned: true);
    private readonly float[] output = GC.AllocateArray<float>(1, pinned: true);
    private readonly long[] sampleRate = GC.AllocateArray<long>(1, pinned: true);
    private readonly nint[] values = GC.AllocateArray<nint>(5, pinned: true);

    // Zero-terminated names in one block, and where each starts.
    private readonly byte[] nameBytes = GC.AllocateArray<byte>(64, pinned: true);
    private readonly nint[] names = GC.AllocateArray<nint>(5, pinned: true);

    /// <summary>A session over the model among <paramref name="assets"/>.</summary>
    public SileroReference(SpeechAssets assets)
    {
        ArgumentNullException.ThrowIfNull(assets);
        runtime = OnnxRuntime.Load(assets.OnnxRuntimeLibrary);
        session = runtime.CreateSession(assets.SileroModel);
        sampleRate[0] = 8000;
        tensors =
        [
            runtime.CreateTensor(Address(input), InputSamples, [1, InputSamples]),
            runtime.CreateTensor(Address(state), StateFloats, [2, 1, 128]),
            runtime.CreateTensor((long*)Marshal.UnsafeAddrOfPinnedArrayElement(sampleRate, 0), 1, []),
            runtime.CreateTensor(Address(output), 1, [1, 1]),
            runtime.CreateTensor(Address(nextState), StateFloats, [2, 1, 128]),
        ];

        var next = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(nameBytes, 0);
        ReadOnlySpan<string> all = ["input", "state", "sr", "output", "stateN"];
        for (var i = 0; i < all.Length; i++)
        {
            values[i] = tensors[i].Pointer;
            names[i] = (nint)next;
            next += System.Text.Encoding.ASCII.GetBytes(all[i], new Span<byte>(next, 16)) + 1;
        }
    }

    /// <summary>What is carried to the next window.</summary>
    public ReadOnlySpan<float> State => state;

    /// <summary>Judges 32 samples of context and 256 of the window, from -1 to 1, and keeps the new state.</summary>
    public float Run(ReadOnlySpan<float> samples)
    {
        samples.CopyTo(input);
        var firstName = (nint*)Marshal.UnsafeAddrOfPinnedArrayElement(names, 0);
        var firstValue = (nint*)Marshal.UnsafeAddrOfPinnedArrayElement(values, 0);
        runtime.Run(session.Pointer, firstName, firstValue, 3, firstName + 3, firstValue + 3, 2);
        nextState.CopyTo(state.AsSpan());
        return output[0];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in tensors)
            tensor.Dispose();
        session.Dispose();
    }

    private static float* Address(float[] pinned) => (float*)Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);
}
