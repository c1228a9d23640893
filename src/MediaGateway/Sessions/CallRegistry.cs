using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Parley.Conversation.Pipeline;

namespace Parley.MediaGateway.Sessions;

/// <summary>
/// The calls of this process: those with a media connection, and for a minute how the others ended, since the carrier asks what follows a
/// stream before the database may know.
/// </summary>
public sealed class CallRegistry(IOptions<GatewayOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan KeepEnded = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, CallSession> live = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (CallOutcome Outcome, long At)> ended = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<CallSession, bool> connections = new();
    private readonly Lock adding = new();
    private volatile bool draining;

    /// <summary>Calls with a media connection.</summary>
    public int Count => live.Count;

    /// <summary>Media connections, also those that have no call yet or no more.</summary>
    internal int Connections => connections.Count;

    /// <summary>No new calls are taken: the process stops.</summary>
    public bool IsDraining => draining;

    /// <summary>Whether one more call can be taken.</summary>
    public bool HasRoom => !draining && live.Count < options.Value.MaxCalls;

    /// <summary>How a call that had its stream here ended; null when it did not, or long ago.</summary>
    public CallOutcome? OutcomeOf(string carrierCallId) => ended.TryGetValue(carrierCallId, out var e) ? e.Outcome : null;

    /// <summary>A media connection was opened; it has no call yet.</summary>
    internal void Connected(CallSession session) => connections.TryAdd(session, true);

    /// <summary>A media connection is closed.</summary>
    internal void Disconnected(CallSession session) => connections.TryRemove(session, out _);

    internal bool TryAdd(string carrierCallId, CallSession session)
    {
        lock (adding)
        {
            if (!HasRoom || !live.TryAdd(carrierCallId, session))
                return false;
        }

        ended.TryRemove(carrierCallId, out _);
        return true;
    }

    internal void Remove(string carrierCallId, CallSession session, CallOutcome outcome)
    {
        // The call is this session's own: another stream of it is refused until this one is removed.
        ended[carrierCallId] = (outcome, clock.GetTimestamp());
        live.TryRemove(KeyValuePair.Create(carrierCallId, session));
        foreach (var (id, entry) in ended)
        {
            if (clock.GetElapsedTime(entry.At) > KeepEnded)
                ended.TryRemove(id, out _);
        }
    }

    /// <summary>Takes no new calls, lets the running ones finish, and ends those that are left.</summary>
    internal async Task DrainAsync(CancellationToken cancellationToken)
    {
        draining = true;
        await WaitAsync(live, options.Value.DrainSeconds, cancellationToken);
        await Task.WhenAll(connections.Keys.Select(session => session.StopAsync()));

        // Calls write down their end, and sockets are closed in good order.
        await WaitAsync(connections, options.Value.CloseTimeoutSeconds, CancellationToken.None);
    }

    private async Task WaitAsync<TKey, TValue>(ConcurrentDictionary<TKey, TValue> left, int seconds, CancellationToken cancellationToken)
        where TKey : notnull
    {
        var step = TimeSpan.FromMilliseconds(100);
        for (var waited = TimeSpan.Zero; !left.IsEmpty && waited.TotalSeconds < seconds && !cancellationToken.IsCancellationRequested; waited += step)
            await Task.Delay(step, clock, CancellationToken.None);
    }
}
