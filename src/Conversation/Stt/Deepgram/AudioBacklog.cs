using System.Buffers;

namespace Parley.Conversation.Stt.Deepgram;

/// <summary>
/// The call's mu-law audio that may have to be sent, or sent again: everything since the last final result. Positions are samples since
/// the call's first; one byte is a sample. Bounded: of an outage longer than that the oldest audio is lost.
/// </summary>
internal sealed class AudioBacklog : IDisposable
{
    /// <summary>Audio kept at most: 60 s.</summary>
    public const int MostSamples = 60 * 8000;

    private const int DroppedWhenFull = 8000;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
    private int length;

    /// <summary>Position of the first sample kept.</summary>
    public long Begin { get; private set; }

    /// <summary>Position behind the last sample written.</summary>
    public long End => Begin + length;

    /// <summary>Room for more audio, to be filled by the caller at once.</summary>
    public Span<byte> Append(int count)
    {
        // A second at once, so that not every frame moves a minute of audio.
        if (length + count > MostSamples)
            Forget(Begin + Math.Max(length + count - MostSamples, DroppedWhenFull));
        if (length + count > buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(length + count, 2 * buffer.Length));
            buffer.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        length += count;
        return buffer.AsSpan(length - count, count);
    }

    /// <summary>Copies audio from <paramref name="position"/> on; returns how much.</summary>
    public int Read(long position, Span<byte> destination)
    {
        var from = (int)(position - Begin);
        var count = Math.Min(length - from, destination.Length);
        buffer.AsSpan(from, count).CopyTo(destination);
        return count;
    }

    /// <summary>Forgets audio before <paramref name="position"/>.</summary>
    public void Forget(long position)
    {
        var count = (int)Math.Clamp(position - Begin, 0, length);
        if (count == 0)
            return;
        buffer.AsSpan(count, length - count).CopyTo(buffer);
        length -= count;
        Begin += count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        length = 0;
    }
}
