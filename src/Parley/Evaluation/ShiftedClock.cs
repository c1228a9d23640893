namespace Parley.Evaluation;

/// <summary>The system's clock on another date: a scenario says when it happens. Timers and timestamps are the system's.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private long shiftTicks;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref shiftTicks));

    /// <summary>From now on it is this time.</summary>
    public void Set(DateTimeOffset now) => Interlocked.Exchange(ref shiftTicks, now.UtcTicks - System.GetUtcNow().UtcTicks);
}
