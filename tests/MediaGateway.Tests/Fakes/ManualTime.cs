namespace Parley.MediaGateway.Tests.Fakes;

/// <summary>A clock that stands until it is moved; only its time is manual, timers are not used by what it is given to.</summary>
internal sealed class ManualTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 3, 4, 9, 15, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
