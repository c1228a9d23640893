using System.Threading.Channels;

namespace Parley.Persistence.Signals;

/// <summary>
/// Wakes workers that otherwise look by themselves from time to time: by the signals of a channel, and by each connection of the listener, since what was told
/// before that is gone.
/// </summary>
internal sealed class WakeUps : IDisposable
{
    private readonly TimeProvider time;
    private readonly Channel<bool> pending;
    private readonly IDisposable subscription;

    /// <summary>Subscribes.</summary>
    /// <param name="signals">What other nodes tell.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="time">The clock.</param>
    /// <param name="isMeant">Whether a payload means these workers; null when every one does.</param>
    /// <param name="workers">How many wait at a time: each wake-up lets one of them look.</param>
    public WakeUps(DatabaseSignals signals, string channel, TimeProvider time, Func<string, bool>? isMeant = null, int workers = 1)
    {
        this.time = time;
        pending = Channel.CreateBounded<bool>(new BoundedChannelOptions(workers) { FullMode = BoundedChannelFullMode.DropWrite });
        subscription = signals.Subscribe(
            channel,
            payload =>
            {
                if (isMeant is null || isMeant(payload))
                    Wake();
            },
            onConnected: Wake);
    }

    /// <summary>Lets one worker look, now or when it next waits.</summary>
    public void Wake() => pending.Writer.TryWrite(true);

    /// <summary>Waits to be woken, or until the time is up: what falls due announces itself to nobody.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await pending.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It is time.
        }
    }

    /// <summary>Is told nothing any more.</summary>
    public void Dispose() => subscription.Dispose();
}
