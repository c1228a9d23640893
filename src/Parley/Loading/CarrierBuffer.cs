namespace Parley.Loading;

/// <summary>
/// The carrier's playback by numbers alone: like <see cref="Calling.PlaybackQueue"/>, without the audio. Time is the number of bytes played.
/// Not thread safe.
/// </summary>
public sealed class CarrierBuffer
{
    private readonly Queue<(long At, byte[] Name)> marks = new();

    /// <summary>Bytes played since the start; 8 bytes are one millisecond.</summary>
    public long Played { get; private set; }

    /// <summary>Bytes that still wait.</summary>
    public long Queued { get; private set; }

    /// <summary>Marks that still wait.</summary>
    public int PendingMarks => marks.Count;

    /// <summary>Puts audio behind what waits.</summary>
    public void Enqueue(int bytes) => Queued += bytes;

    /// <summary>Puts a mark behind the audio queued so far. True when nothing is queued: it is then to be echoed at once.</summary>
    public bool Mark(ReadOnlySpan<byte> name)
    {
        if (Queued == 0)
            return true;

        marks.Enqueue((Played + Queued, name.ToArray()));
        return false;
    }

    /// <summary>Plays <paramref name="bytes"/> bytes, or what there is; returns how many. Then take the marks passed from <see cref="TryTakeMark"/>.</summary>
    public int Play(int bytes)
    {
        var played = (int)Math.Min(bytes, Queued);
        Played += played;
        Queued -= played;
        return played;
    }

    /// <summary>Drops the audio that waits; all marks are then to be taken. Returns the bytes dropped.</summary>
    public long Clear()
    {
        var dropped = Queued;
        Queued = 0;
        return dropped;
    }

    /// <summary>Takes the next mark before which no audio waits.</summary>
    public bool TryTakeMark(out byte[] name)
    {
        if (marks.TryPeek(out var mark) && (mark.At <= Played || Queued == 0))
        {
            name = marks.Dequeue().Name;
            return true;
        }

        name = [];
        return false;
    }
}
