namespace Parley.Conversation.Pipeline;

/// <summary>
/// A call's clock, read once for each event: whatever an event sets off happens at one moment. That makes the loop a function of its events
/// and their moments, so that a captured call can be replayed. Belongs to the call's loop.
/// </summary>
internal sealed class CallClock(TimeProvider source)
{
    private readonly long start = source.GetTimestamp();

    /// <summary>When the call's media began.</summary>
    public DateTimeOffset StartedAt { get; } = source.GetUtcNow();

    /// <summary>The moment of the event being handled, in milliseconds since <see cref="StartedAt"/>.</summary>
    public long NowMs { get; private set; }

    /// <summary>The same moment as a date.</summary>
    public DateTimeOffset UtcNow => StartedAt.AddMilliseconds(NowMs);

    /// <summary>Milliseconds since the start, read now.</summary>
    public long ReadMs() => (long)source.GetElapsedTime(start).TotalMilliseconds;

    /// <summary>Begins a new moment.</summary>
    public long Advance() => NowMs = ReadMs();
}
