using System.Runtime.InteropServices;
using Parley.Conversation.Frames;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Stt;

/// <summary>
/// Recognition in reserve: keeps the audio that nobody has written down yet, and gives it to a recogniser when one is needed. Until then none is
/// opened, and texts are not answered. Belongs to the call's loop.
/// </summary>
internal sealed class HeldRecognition(Func<ISpeechToTextStream> open) : ISpeechToTextStream
{
    private const int PieceSamples = 1600;

    private readonly AudioBacklog backlog = new(AudioEncoding.Pcm16);
    private ISpeechToTextStream? stream;

    /// <summary>Samples written so far, at 8 kHz.</summary>
    public long Position { get; private set; }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<short> samples)
    {
        Position += samples.Length;
        if (stream is not null)
            stream.Write(samples);
        else
            backlog.Append(samples);
    }

    /// <summary>The audio up to a position was written down.</summary>
    public void ForgetUpTo(long position)
    {
        if (stream is null)
            backlog.Forget(position);
    }

    /// <summary>Opens the recogniser and lets it hear what is kept.</summary>
    public void Release()
    {
        if (stream is not null)
            return;

        stream = open();
        var piece = new short[PieceSamples];
        for (var position = backlog.Begin; backlog.Read(position, MemoryMarshal.AsBytes(piece.AsSpan())) is > 0 and var count; position += count)
            stream.Write(piece.AsSpan(0, count));
        backlog.Dispose();
    }

    /// <inheritdoc/>
    public void RequestFinal(int request) => stream?.RequestFinal(request);

    /// <inheritdoc/>
    public void Commit()
    {
        if (stream is not null)
            stream.Commit();
        else
            backlog.Forget(Position);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        backlog.Dispose();
        return stream?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
