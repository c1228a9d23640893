namespace Parley.Calling;

/// <summary>
/// The carrier's side of playback: audio queued faster than real time is played at 8 bytes a millisecond, a mark is echoed when the
/// audio before it has been played, and <see cref="Clear"/> drops what is left. Time is the number of bytes played, so the owner's
/// clock decides how fast it runs. Not thread safe.
/// </summary>
/// <remarks>Twilio, "Media Streams - WebSocket Messages": buffering, <c>mark</c> and <c>clear</c>.</remarks>
public sealed class PlaybackQueue
{
    private readonly Queue<byte[]> pieces = new();
    private readonly Queue<(long At, string Name)> marks = new();
    private int headOffset;

    /// <summary>Bytes played since the start.</summary>
    public long Played { get; private set; }

    /// <summary>Bytes that still wait; 8 bytes are one millisecond.</summary>
    public long Queued { get; private set; }

    /// <summary>Marks that still wait.</summary>
    public int PendingMarks => marks.Count;

    /// <summary>Puts mu-law audio of any length behind what waits.</summary>
    public void Enqueue(byte[] muLaw)
    {
        ArgumentNullException.ThrowIfNull(muLaw);
        if (muLaw.Length == 0)
            return;

        pieces.Enqueue(muLaw);
        Queued += muLaw.Length;
    }

    /// <summary>Puts a mark behind the audio queued so far. True when nothing is queued: it is then echoed at once.</summary>
    public bool Mark(string name)
    {
        if (Queued == 0)
            return true;

        marks.Enqueue((Played + Queued, name));
        return false;
    }

    /// <summary>Drops the audio that waits and returns the outstanding marks in the order they were set.</summary>
    public IReadOnlyList<string> Clear()
    {
        var dropped = marks.Select(m => m.Name).ToArray();
        marks.Clear();
        pieces.Clear();
        headOffset = 0;
        Queued = 0;
        return dropped;
    }

    /// <summary>
    /// Plays the next <paramref name="output"/> length of audio; where there is none, silence. Adds to <paramref name="reached"/> the
    /// marks passed. Returns the bytes that were audio.
    /// </summary>
    public int Play(Span<byte> output, ICollection<string> reached)
    {
        ArgumentNullException.ThrowIfNull(reached);
        var filled = 0;
        while (filled < output.Length && pieces.TryPeek(out var head))
        {
            var part = head.AsSpan(headOffset);
            var take = Math.Min(part.Length, output.Length - filled);
            part[..take].CopyTo(output[filled..]);
            filled += take;
            headOffset += take;
            if (headOffset < head.Length)
                continue;

            pieces.Dequeue();
            headOffset = 0;
        }

        output[filled..].Fill(0xFF);
        Played += filled;
        Queued -= filled;
        while (marks.TryPeek(out var mark) && mark.At <= Played)
            reached.Add(marks.Dequeue().Name);
        return filled;
    }
}
