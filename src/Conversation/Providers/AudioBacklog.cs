using System.Buffers;
using System.Runtime.InteropServices;
using Parley.Conversation.Audio;
using Parley.Conversation.Frames;

namespace Parley.Conversation.Providers;

/// <summary>
/// A call's latest audio (8 kHz) as it is sent, to be sent or heard again. Positions count samples from the call's first. In pooled memory, and
/// bounded: of more than <c>most</c> samples the oldest go.
/// </summary>
/// <param name="encoding">How samples are kept.</param>
/// <param name="most">Most samples kept; 60 s by default.</param>
internal sealed class AudioBacklog(AudioEncoding encoding, int most = 60 * AudioBacklog.SampleRate) : IDisposable
{
    private const int SampleRate = 8000;
    private const int UsualSamples = 4 * SampleRate;

    // Room beyond the most, so that a full backlog is moved once a second and not with every frame.
    private const int Slack = SampleRate;

    private readonly int sampleBytes = encoding == AudioEncoding.MuLaw ? 1 : 2;
    private byte[] buffer = [];
    private long first; // the position of the buffer's first sample

    /// <summary>Position of the oldest sample kept.</summary>
    public long Begin { get; private set; }

    /// <summary>Position behind the newest sample.</summary>
    public long End { get; private set; }

    /// <summary>Adds linear samples. What came as mu-law becomes the same mu-law again (but for minus zero, which is silence as plus zero is).</summary>
    public void Append(ReadOnlySpan<short> samples)
    {
        if (samples.Length > most)
        {
            End += samples.Length - most;
            Forget(End);
            samples = samples[^most..];
        }

        MakeRoom(samples.Length);
        var target = buffer.AsSpan(Offset(End), samples.Length * sampleBytes);
        if (encoding == AudioEncoding.MuLaw)
            MuLaw.Encode(samples, target);
        else
            MemoryMarshal.AsBytes(samples).CopyTo(target);
        End += samples.Length;
        Begin = Math.Max(Begin, End - most);
    }

    /// <summary>Copies samples from a position, or the oldest that is kept, on; returns how many.</summary>
    public int Read(long position, Span<byte> destination)
    {
        var from = Math.Max(position, Begin);
        var count = (int)Math.Min(End - from, destination.Length / sampleBytes);
        if (count > 0)
            buffer.AsSpan(Offset(from), count * sampleBytes).CopyTo(destination);
        return Math.Max(0, count);
    }

    /// <summary>Forgets audio before a position; memory that a long utterance took is given back with the last of it.</summary>
    public void Forget(long position)
    {
        Begin = Math.Clamp(position, Begin, End);
        if (Begin < End)
            return;
        first = End;
        if (buffer.Length > 2 * UsualSamples * sampleBytes)
            Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        first = Begin = End;
    }

    private int Offset(long position) => (int)(position - first) * sampleBytes;

    private void MakeRoom(int more)
    {
        if (Offset(End) + (more * sampleBytes) <= buffer.Length)
            return;

        // Audio that was forgotten makes room in place when it is as much as is kept; else the buffer grows, up to what it may ever need.
        var kept = (int)(End - Begin) * sampleBytes;
        var needed = kept + (more * sampleBytes);
        var largest = (most + Slack) * sampleBytes;
        var from = Offset(Begin);
        if (needed <= buffer.Length && (from >= kept || buffer.Length >= largest))
        {
            buffer.AsSpan(from, kept).CopyTo(buffer);
        }
        else
        {
            var wanted = Math.Clamp(2 * buffer.Length, Math.Min(UsualSamples * sampleBytes, largest), largest);
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, wanted));
            buffer.AsSpan(from, kept).CopyTo(larger);
            if (buffer.Length > 0)
                ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        first = Begin;
    }
}
