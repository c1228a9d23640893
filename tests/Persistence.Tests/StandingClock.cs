namespace Parley.Persistence.Tests;

/// <summary>A clock that stands until it is moved; timers run on real time, as the database does.</summary>
public sealed class StandingClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 18, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
