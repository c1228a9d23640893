using Parley.Conversation.Audio;

namespace Parley.Calling;

/// <summary>Records a call: the caller left, the agent right, as the caller heard it.</summary>
public sealed class CallRecorder : ICallObserver, IDisposable
{
    private readonly WavWriter writer;
    private readonly short[] left = new short[Utterance.FrameBytes];
    private readonly short[] right = new short[Utterance.FrameBytes];

    /// <summary>Records into a seekable stream, which it then owns.</summary>
    public CallRecorder(Stream stream) => writer = new WavWriter(stream);

    /// <inheritdoc/>
    public void OnFrame(long nowMs, ReadOnlyMemory<byte> caller, ReadOnlyMemory<byte> heard)
    {
        MuLaw.Decode(caller.Span, left);
        MuLaw.Decode(heard.Span, right);
        writer.Write(left, right);
    }

    /// <inheritdoc/>
    public void Dispose() => writer.Dispose();
}
