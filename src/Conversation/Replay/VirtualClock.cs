namespace Parley.Conversation.Replay;

/// <summary>A clock that stands still until it is moved. It has no timers: in a replayed call only captured events happen.</summary>
internal sealed class VirtualClock(DateTimeOffset start) : TimeProvider
{
    private long elapsedMs;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Moves the clock to <paramref name="ms"/> behind its start.</summary>
    public void MoveTo(long ms) => elapsedMs = ms;

    public override DateTimeOffset GetUtcNow() => start.AddMilliseconds(elapsedMs);

    public override long GetTimestamp() => elapsedMs * TimeSpan.TicksPerMillisecond;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new NotSupportedException("Deadlines of a replayed call come from its capture.");
}
