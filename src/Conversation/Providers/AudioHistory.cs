using System.Buffers;

namespace Parley.Conversation.Providers;

/// <summary>The audio of an utterance (8 kHz), kept to be heard again by another recogniser: the last 60 s, in pooled memory.</summary>
internal sealed class AudioHistory : IDisposable
{
    /// <summary>Most samples kept.</summary>
    public const int MostSamples = 60 * SampleRate;

    private const int SampleRate = 8000;
    private const int UsualSamples = 4 * SampleRate;

    // Room made at once when it is full, so that not every frame moves a minute of audio.
    private const int DroppedWhenFull = SampleRate;

    private short[] buffer = ArrayPool<short>.Shared.Rent(UsualSamples);

    /// <summary>Samples kept.</summary>
    public int Count { get; private set; }

    /// <summary>How many samples the present recogniser was given.</summary>
    public int Given { get; set; }

    /// <summary>Adds audio.</summary>
    public void Add(ReadOnlySpan<short> samples)
    {
        if (samples.Length > MostSamples)
            samples = samples[^MostSamples..];
        MakeRoom(samples.Length);
        samples.CopyTo(buffer.AsSpan(Count));
        Count += samples.Length;
    }

    /// <summary>Copies what was not given yet, as much as there is room for, and counts it as given.</summary>
    public int Take(Span<short> destination)
    {
        var count = Math.Min(Count - Given, destination.Length);
        buffer.AsSpan(Given, count).CopyTo(destination);
        Given += count;
        return count;
    }

    /// <summary>Forgets the oldest audio.</summary>
    public void Drop(int samples)
    {
        var dropped = Math.Clamp(samples, 0, Count);
        buffer.AsSpan(dropped, Count - dropped).CopyTo(buffer);
        Count -= dropped;
        Given = Math.Max(0, Given - dropped);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Count = Given = 0;
        if (buffer.Length <= 2 * UsualSamples)
            return;
        ArrayPool<short>.Shared.Return(buffer);
        buffer = ArrayPool<short>.Shared.Rent(UsualSamples);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Count = Given = 0;
        if (buffer.Length > 0)
            ArrayPool<short>.Shared.Return(buffer);
        buffer = [];
    }

    private void MakeRoom(int more)
    {
        if (Count + more > MostSamples)
        {
            Drop(Math.Max(Count + more - MostSamples, DroppedWhenFull));
        }

        if (Count + more <= buffer.Length)
            return;

        var larger = ArrayPool<short>.Shared.Rent(Math.Max(Count + more, Math.Min(2 * buffer.Length, MostSamples)));
        buffer.AsSpan(0, Count).CopyTo(larger);
        ArrayPool<short>.Shared.Return(buffer);
        buffer = larger;
    }
}
