namespace Parley.Loading;

/// <summary>What is measured while a step runs. Any thread may write.</summary>
internal sealed class LoadStats
{
    private long framesSent;
    private long framesReceived;
    private long turns;
    private long unanswered;
    private long interruptions;
    private long ignoredInterruptions;
    private long staleFrames;
    private long lateFrames;
    private long gaps;
    private long early;
    private long invalid;
    private long dropped;
    private long blocked;

    /// <summary>Last sound of the caller sent to first media of the reply received.</summary>
    public LatencyHistogram Reply { get; } = new();

    /// <summary>The same without the server's intended wait: from the frame that ends the turn.</summary>
    public LatencyHistogram Added { get; } = new();

    /// <summary>First sound of an interruption sent to <c>clear</c> received.</summary>
    public LatencyHistogram Reaction { get; } = new();

    /// <summary>The frame that decides an interruption sent to <c>clear</c> received.</summary>
    public LatencyHistogram ReactionAdded { get; } = new();

    /// <summary>Frame sent to its echo received.</summary>
    public LatencyHistogram Echo { get; } = new();

    /// <summary>Moment a frame was due to moment it was sent: our own lateness.</summary>
    public LatencyHistogram Jitter { get; } = new();

    /// <summary>Media messages sent.</summary>
    public long FramesSent => Interlocked.Read(ref framesSent);

    /// <summary>Frames of 20 ms received, in whatever messages.</summary>
    public long FramesReceived => Interlocked.Read(ref framesReceived);

    /// <summary>Replies heard.</summary>
    public long Turns => Interlocked.Read(ref turns);

    /// <summary>Utterances that got no reply within the limit.</summary>
    public long Unanswered => Interlocked.Read(ref unanswered);

    /// <summary>Times a caller spoke over the agent.</summary>
    public long Interruptions => Interlocked.Read(ref interruptions);

    /// <summary>Of these, how often the agent's audio was not cleared.</summary>
    public long IgnoredInterruptions => Interlocked.Read(ref ignoredInterruptions);

    /// <summary>Frames received between a <c>clear</c> and the end of what the caller said.</summary>
    public long StaleFrames => Interlocked.Read(ref staleFrames);

    /// <summary>Media messages that came when the playback had already run dry in the middle of a reply.</summary>
    public long LateFrames => Interlocked.Read(ref lateFrames);

    /// <summary>Silences of more than 40 ms inside a reply.</summary>
    public long Gaps => Interlocked.Read(ref gaps);

    /// <summary>Replies that came before the turn should have ended.</summary>
    public long Early => Interlocked.Read(ref early);

    /// <summary>Messages that no server may send.</summary>
    public long Invalid => Interlocked.Read(ref invalid);

    /// <summary>Calls that ended before their caller hung up.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Sends that the server's full buffers held up.</summary>
    public long Blocked => Interlocked.Read(ref blocked);

    public void CountSent() => Interlocked.Increment(ref framesSent);

    public void CountReceived(int frames) => Interlocked.Add(ref framesReceived, frames);

    public void CountTurn() => Interlocked.Increment(ref turns);

    public void CountUnanswered() => Interlocked.Increment(ref unanswered);

    public void CountInterruption() => Interlocked.Increment(ref interruptions);

    public void CountIgnoredInterruption() => Interlocked.Increment(ref ignoredInterruptions);

    public void CountStale(int frames) => Interlocked.Add(ref staleFrames, frames);

    public void CountLate() => Interlocked.Increment(ref lateFrames);

    public void CountGap() => Interlocked.Increment(ref gaps);

    public void CountEarly() => Interlocked.Increment(ref early);

    public void CountInvalid() => Interlocked.Increment(ref invalid);

    public void CountDropped() => Interlocked.Increment(ref dropped);

    public void CountBlocked() => Interlocked.Increment(ref blocked);
}

/// <summary>Where calls write what they measure; the step that runs decides.</summary>
internal sealed class LoadMeter(TimeProvider time)
{
    private volatile LoadStats current = new();

    /// <summary>The measurements of the step that runs.</summary>
    public LoadStats Current
    {
        get => current;
        set => current = value;
    }

    public TimeProvider Time { get; } = time;

    /// <summary>Milliseconds between two timestamps.</summary>
    public long Ms(long from, long to) => (to - from) * 1000 / Time.TimestampFrequency;
}
