using System.Threading.Channels;

namespace Parley.MediaGateway.Tests.Fakes;

/// <summary>
/// A clock that stands until it is moved. Waits under a second (polling) are over at once; longer ones (deadlines) end when told to.
/// </summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Channel<Timer> timers = Channel.CreateUnbounded<Timer>();

    public DateTimeOffset Now { get; set; } = new(2026, 3, 4, 9, 15, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;

    /// <summary>Waits until a long timer has been set, and lets it end.</summary>
    public async Task ExpireNextAsync() => (await timers.Reader.ReadAsync()).Fire();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(ManualTime owner, TimerCallback callback, object? state) : ITimer
    {
        private int stopped;

        public void Fire()
        {
            if (Interlocked.Exchange(ref stopped, 1) == 0)
                callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime >= TimeSpan.Zero && dueTime < TimeSpan.FromSeconds(1))
                ThreadPool.QueueUserWorkItem(_ => Fire());
            else if (dueTime > TimeSpan.Zero)
                owner.timers.Writer.TryWrite(this);
            return true;
        }

        public void Dispose() => Interlocked.Exchange(ref stopped, 1);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
