using Parley.Conversation.Audio;
using Parley.Conversation.Pipeline;

namespace Parley.Conversation.Playout;

/// <summary>
/// Sends the agent's audio to the carrier a little ahead of its playback, and knows what the caller has heard. The carrier buffers what it
/// gets and plays it in real time; we send only <c>leadMs</c> ahead, so that an interruption has little to throw away. What was heard is
/// worked out from the clock and corrected by the marks that the carrier returns at the end of each clause.
/// Belongs to the call's loop; all times are milliseconds on the call's clock.
/// </summary>
internal sealed class CallPlayout(ICallTransport transport, int leadMs, int markDeadlineMs)
{
    private const int BytesPerMs = 8;
    private const int FrameBytes = 160;
    private const int MostBytesAtOnce = 5 * FrameBytes;

    // The carrier's buffer is topped up by two frames at once: half the messages, and an interruption has at most 20 ms more to throw away.
    private const int LeastBytesAtOnce = 2 * FrameBytes;

    // The level of what the agent says is remembered for a while: its echo comes up to half a second later.
    private const double LevelFadeMs = 1500;
    private const int EchoTailMs = 400;

    // In place of a clause's number: the mark behind the first piece of a reply.
    private const int FirstPiece = -1;

    // A voice that makes speech this many times faster than it plays does not run dry.
    private const double FastPace = 3;

    private Reply? reply;
    private int clause;          // the clause the cursor is in
    private int offset;          // the cursor: next byte of that clause to send
    private long bufferEndMs;    // when the carrier will have played everything sent
    private int generation;      // of marks; a clear starts a new one
    private int marksOut;        // marks of this generation not yet returned
    private int markedClauses;   // clauses whose mark was sent
    private int heardClauses;    // clauses whose mark came back
    private bool held;           // output is stopped while it is found out whether the caller means to interrupt
    private bool cleared;        // since the last audio
    private bool voiceIsFast;    // the last clause was made well ahead of its playing
    private int firstPiece;      // bytes of the current reply's first piece, whose mark tells when the caller first heard it
    private double level;        // of what the caller hears, RMS

    /// <summary>The reply being played; null when the agent is silent and everything was heard.</summary>
    public Reply? Current => reply;

    /// <summary>When the first frame of the current reply was sent; null before.</summary>
    public int? FirstFrameSentMs { get; private set; }

    /// <summary>When the first mark of the current reply came back; null before.</summary>
    public int? FirstMarkMs { get; private set; }

    /// <summary>Begins to play <paramref name="next"/> after whatever the carrier still plays.</summary>
    public void Begin(Reply next, long nowMs)
    {
        reply = next;
        clause = offset = markedClauses = heardClauses = marksOut = 0;
        held = false;
        generation++;
        bufferEndMs = Math.Max(bufferEndMs, nowMs);
        FirstFrameSentMs = null;
        FirstMarkMs = null;
    }

    /// <summary>Sends what the carrier's buffer has room for.</summary>
    public void Pump(long nowMs)
    {
        if (reply is null || held)
            return;

        while (clause < reply.Clauses.Count)
        {
            var current = reply.Clauses[clause];
            var ready = current.Length - offset;
            if (!current.IsComplete)
                ready = ready / FrameBytes * FrameBytes;
            if (offset == 0 && !current.CanStart(voiceIsFast))
                return;

            if (ready > 0)
            {
                var start = Math.Max(bufferEndMs, nowMs);
                var room = (int)Math.Min(int.MaxValue, (nowMs + leadMs - start) * BytesPerMs / FrameBytes * FrameBytes);
                var bytes = Math.Min(Math.Min(ready, room), MostBytesAtOnce);
                if (bytes <= 0 || (bytes < LeastBytesAtOnce && bytes < ready))
                    return;

                var audio = current.Audio.Slice(offset, bytes);
                transport.SendAudio(audio);
                cleared = false;
                level = Math.Max(level * Math.Exp(-bytes / BytesPerMs / LevelFadeMs), Level(audio));
                bufferEndMs = start + bytes / BytesPerMs;
                offset += bytes;
                if (FirstFrameSentMs is null)
                {
                    FirstFrameSentMs = (int)nowMs;
                    firstPiece = bytes;
                    transport.SendMark(MarkName(reply.Id, FirstPiece, generation));
                }

                continue;
            }

            if (!current.IsComplete)
                return;

            // The end of a clause: mark it, so that the carrier tells when it was heard.
            if (current.Length > 0 && markedClauses <= clause)
            {
                transport.SendMark(MarkName(reply.Id, clause, generation));
                markedClauses = clause + 1;
                marksOut++;
            }

            if (current.Pace > 0)
                voiceIsFast = current.Pace >= FastPace;
            clause++;
            offset = 0;
        }
    }

    /// <summary>When <see cref="Pump"/> or <see cref="IsFinished"/> has something to do next; null when only an event can change anything.</summary>
    public long? NextDeadline(long nowMs)
    {
        if (reply is null || held)
            return null;

        if (clause < reply.Clauses.Count && reply.Clauses[clause].Length - offset >= FrameBytes)
            return Math.Max(nowMs + 1, bufferEndMs - leadMs + Math.Min(LeastBytesAtOnce, reply.Clauses[clause].Length - offset) / BytesPerMs);

        return reply.IsDone && clause >= reply.Clauses.Count ? bufferEndMs + markDeadlineMs : null;
    }

    /// <summary>
    /// Whether the caller has heard the whole reply: everything was sent and every mark came back, or should have long ago.
    /// </summary>
    public bool IsFinished(long nowMs) =>
        reply is { IsDone: true } && !held && clause >= reply.Clauses.Count
        && (marksOut == 0 || nowMs >= bufferEndMs + markDeadlineMs);

    /// <summary>Milliseconds of audio that are made and not yet played.</summary>
    public long RemainingMs(long nowMs)
    {
        if (reply is null)
            return 0;

        long bytes = -offset;
        for (var i = clause; i < reply.Clauses.Count; i++)
            bytes += reply.Clauses[i].Length;
        return Math.Max(0, bufferEndMs - nowMs) + Math.Max(0, bytes / BytesPerMs);
    }

    /// <summary>A mark came back. Returns false for one that is not of this reply, or was thrown out by a clear.</summary>
    public bool OnMark(ReadOnlySpan<char> name, long nowMs)
    {
        if (reply is null || !TryParse(name, out var turn, out var marked, out var markGeneration)
            || turn != reply.Id || markGeneration != generation)
        {
            return false;
        }

        if (marked == FirstPiece)
        {
            // A second one tells nothing: the carrier has played more by now.
            if (FirstMarkMs is not null)
                return false;

            FirstMarkMs = (int)nowMs;
            bufferEndMs = nowMs + (SentSince(0) - firstPiece) / BytesPerMs;
            return true;
        }

        if (marked < heardClauses || marked >= markedClauses)
            return false;

        // The carrier has played everything up to the end of this clause: its buffer holds only what was sent behind it.
        bufferEndMs = nowMs + SentSince(marked + 1) / BytesPerMs;
        marksOut = Math.Max(0, marksOut - (marked + 1 - heardClauses));
        heardClauses = marked + 1;
        return true;
    }

    /// <summary>Stops sending; what the carrier has buffered plays on.</summary>
    public void Hold() => held = true;

    /// <summary>Throws away what the carrier has buffered. The reply stays, so that it can go on with <see cref="Resume"/>.</summary>
    public void Cut(long nowMs)
    {
        if (reply is null)
            return;

        var (heardClause, heardOffset) = Heard(nowMs);
        Clear();
        marksOut = 0;
        clause = heardClause;
        offset = heardOffset;
        markedClauses = Math.Min(markedClauses, clause);
        bufferEndMs = nowMs;
        held = true;
    }

    /// <summary>Goes on after <see cref="Hold"/>, or after <see cref="Cut"/> from the beginning of the word that was cut.</summary>
    public void Resume(long nowMs)
    {
        if (!held)
            return;

        held = false;
        if (reply is not null && nowMs >= bufferEndMs && clause < reply.Clauses.Count && offset > 0)
            offset = reply.Clauses[clause].WordStartAt(offset);
        Pump(nowMs);
    }

    /// <summary>
    /// What a clause says behind its first <paramref name="bytes"/> is not to be heard. Where the carrier has some of it already, its buffer is thrown
    /// away and what is before is sent again, or the clause ends where the caller is in it. Returns how many bytes of it stay.
    /// </summary>
    public int CutShort(Clause cut, int bytes, int chars, long nowMs)
    {
        var index = reply?.Clauses.IndexOf(cut) ?? -1;
        if (index >= 0 && (clause > index || (clause == index && offset > bytes)))
        {
            var (heardClause, heardOffset) = Heard(nowMs);
            if (heardClause >= index)
            {
                var heard = heardClause > index ? cut.Length : heardOffset;
                chars = Math.Max(chars, cut.CharsSpoken(heard));
                bytes = Math.Max(bytes, heard);
            }

            Clear();
            marksOut = 0;
            (clause, offset) = (heardClause, heardOffset);
            markedClauses = Math.Min(markedClauses, clause);
            bufferEndMs = nowMs;
        }

        bytes = Math.Min(bytes, cut.MadeLength);
        cut.CutAt(bytes, chars);
        return bytes;
    }

    /// <summary>What the caller heard of the reply until now.</summary>
    public string HeardText(long nowMs)
    {
        var (heardClause, heardOffset) = Heard(nowMs);
        return TextUpTo(heardClause, heardOffset);
    }

    /// <summary>Which clause the caller is hearing, and how many milliseconds of it were heard; null when everything sent was.</summary>
    public (Clause Clause, int Ms)? HeardAt(long nowMs)
    {
        var (heardClause, heardOffset) = Heard(nowMs);
        return reply is null || heardClause >= reply.Clauses.Count ? null : (reply.Clauses[heardClause], heardOffset / BytesPerMs);
    }

    /// <summary>What was sent of the reply until now.</summary>
    public string SentText() => TextUpTo(clause, offset);

    /// <summary>Milliseconds of the reply heard until now; a holding phrase is not part of it.</summary>
    public long HeardMs(long nowMs)
    {
        if (reply is null)
            return 0;

        var (heardClause, heardOffset) = Heard(nowMs);
        long bytes = 0;
        for (var i = 0; i < reply.Clauses.Count && i <= heardClause; i++)
        {
            if (!reply.Clauses[i].IsFiller)
                bytes += i < heardClause ? reply.Clauses[i].Length : heardOffset;
        }

        return bytes / BytesPerMs;
    }

    /// <summary>The reply is over: heard, or given up. With <paramref name="clear"/> the carrier's buffer is emptied as well.</summary>
    public void Finish(bool clear, long nowMs)
    {
        if (clear)
        {
            Clear();
            bufferEndMs = Math.Min(bufferEndMs, nowMs);
        }

        generation++;
        reply = null;
        held = false;
    }

    /// <summary>
    /// Level (RMS of 16-bit samples) under which the caller's audio may be the agent's own echo, <paramref name="marginDb"/> under what the
    /// agent says; 0 while the agent is silent.
    /// </summary>
    public double EchoFloor(long nowMs, double marginDb) =>
        level > 0 && nowMs < bufferEndMs + EchoTailMs ? level * Math.Pow(10, -marginDb / 20) : 0;

    /// <summary>Bytes sent from the beginning of a clause on.</summary>
    private int SentSince(int first)
    {
        var bytes = clause >= first ? offset : 0;
        for (var i = first; i < clause; i++)
            bytes += reply!.Clauses[i].Length;
        return bytes;
    }

    private void Clear()
    {
        if (!cleared)
            transport.SendClear();
        cleared = true;
        generation++;
    }

    private static double Level(ReadOnlySpan<byte> muLaw)
    {
        double sum = 0;
        foreach (var code in muLaw)
        {
            double sample = MuLaw.Decode(code);
            sum += sample * sample;
        }

        return muLaw.Length == 0 ? 0 : Math.Sqrt(sum / muLaw.Length);
    }

    private (int Clause, int Offset) Heard(long nowMs)
    {
        if (reply is null)
            return (0, 0);

        var unplayed = (long)Math.Max(0, bufferEndMs - nowMs) * BytesPerMs;
        var at = Math.Min(clause, reply.Clauses.Count);
        long position = offset;
        while (position < unplayed && at > 0)
        {
            unplayed -= position;
            at--;
            position = reply.Clauses[at].Length;
        }

        position = Math.Max(0, position - unplayed);

        // The clock can run ahead of the carrier, never behind its marks.
        return at < heardClauses ? (heardClauses, 0) : (at, (int)position);
    }

    private string TextUpTo(int lastClause, int lastOffset)
    {
        if (reply is null)
            return "";

        var text = new System.Text.StringBuilder();
        for (var i = 0; i < reply.Clauses.Count && i <= lastClause; i++)
        {
            var c = reply.Clauses[i];
            if (c.IsFiller)
                continue;
            var chars = i < lastClause ? c.Text.Length : c.CharsSpoken(lastOffset);
            if (chars == 0)
                continue;
            if (text.Length > 0)
                text.Append(' ');
            text.Append(c.Text.AsSpan(0, chars).Trim());
        }

        return text.ToString();
    }

    private static string MarkName(int turn, int clause, int generation) => $"{turn}.{clause}.{generation}";

    private static bool TryParse(ReadOnlySpan<char> name, out int turn, out int clause, out int generation)
    {
        turn = clause = generation = 0;
        var first = name.IndexOf('.');
        var last = name.LastIndexOf('.');
        return first > 0 && last > first + 1
            && int.TryParse(name[..first], out turn)
            && int.TryParse(name[(first + 1)..last], out clause)
            && int.TryParse(name[(last + 1)..], out generation);
    }
}
