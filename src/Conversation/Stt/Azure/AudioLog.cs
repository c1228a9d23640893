using System.Runtime.InteropServices;
using Parley.Conversation.Audio;

namespace Parley.Conversation.Stt.Azure;

/// <summary>
/// The call's latest audio as it is sent, so that it can be sent again. Positions count samples from the call's first; the oldest go when there is no room.
/// </summary>
internal sealed class AudioLog
{
    private readonly bool muLaw;
    private readonly int bytesPerSample;
    private readonly byte[] ring;
    private readonly int capacity;

    public AudioLog(bool muLaw, int milliseconds)
    {
        this.muLaw = muLaw;
        bytesPerSample = muLaw ? 1 : 2;
        capacity = milliseconds * 8;
        ring = new byte[capacity * bytesPerSample];
    }

    /// <summary>Position of the oldest sample kept.</summary>
    public long Start { get; private set; }

    /// <summary>Position behind the newest sample.</summary>
    public long End { get; private set; }

    /// <summary>Adds linear samples. Decoded mu-law becomes the same mu-law again.</summary>
    public void Append(ReadOnlySpan<short> samples)
    {
        if (samples.Length > capacity)
        {
            End += samples.Length - capacity;
            samples = samples[^capacity..];
        }

        while (!samples.IsEmpty)
        {
            var at = (int)(End % capacity);
            var piece = samples[..Math.Min(samples.Length, capacity - at)];
            var target = ring.AsSpan(at * bytesPerSample, piece.Length * bytesPerSample);
            if (muLaw)
                MuLaw.Encode(piece, target);
            else
                MemoryMarshal.AsBytes(piece).CopyTo(target);
            End += piece.Length;
            samples = samples[piece.Length..];
        }

        Start = Math.Max(Start, End - capacity);
    }

    /// <summary>Copies samples from a position into the front of <paramref name="target"/>; returns how many.</summary>
    public int Read(long position, int most, Span<byte> target)
    {
        var count = (int)Math.Min(most, End - position);
        for (var done = 0; done < count;)
        {
            var at = (int)((position + done) % capacity);
            var piece = Math.Min(count - done, capacity - at);
            ring.AsSpan(at * bytesPerSample, piece * bytesPerSample).CopyTo(target[(done * bytesPerSample)..]);
            done += piece;
        }

        return count;
    }
}
