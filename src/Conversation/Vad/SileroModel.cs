using System.Runtime.InteropServices;
using Parley.Conversation.Native;

namespace Parley.Conversation.Vad;

/// <summary>
/// The Silero v5 network as a session of ONNX Runtime, shared by all calls: inputs <c>input</c>, <c>state</c> and <c>sr</c>, outputs
/// <c>output</c> and <c>stateN</c>.
/// </summary>
internal sealed unsafe class SileroModel : IDisposable
{
    private readonly NativeHandle session;

    // Five zero-terminated names in one block, and where each starts.
    private readonly byte[] nameBytes = GC.AllocateArray<byte>(64, pinned: true);
    private readonly nint[] names = GC.AllocateArray<nint>(5, pinned: true);

    public SileroModel(SpeechAssets assets)
    {
        Runtime = OnnxRuntime.Load(assets.OnnxRuntimeLibrary);
        session = Runtime.CreateSession(assets.SileroModel);
        var next = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(nameBytes, 0);
        ReadOnlySpan<string> all = ["input", "state", "sr", "output", "stateN"];
        for (var i = 0; i < all.Length; i++)
        {
            names[i] = (nint)next;
            next += System.Text.Encoding.ASCII.GetBytes(all[i], new Span<byte>(next, 16)) + 1;
        }
    }

    public OnnxRuntime Runtime { get; }

    /// <summary>Keeps the session open until <see cref="Release"/>, also past <see cref="Dispose"/>.</summary>
    public void AddReference()
    {
        var added = false;
        session.DangerousAddRef(ref added);
    }

    public void Release() => session.DangerousRelease();

    /// <summary>One step of the network over three input and two output tensors; the caller holds a reference.</summary>
    public void Run(nint* inputs, nint* outputs)
    {
        var first = (nint*)Marshal.UnsafeAddrOfPinnedArrayElement(names, 0);
        Runtime.Run(session.DangerousGetHandle(), first, inputs, 3, first + 3, outputs, 2);
    }

    public void Dispose() => session.Dispose();
}
