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
    private volatile bool draining;

    /// <summary>Calls with a media connection.</summary>
    public int Count => live.Count;

    /// <summary>No new calls are taken: the process stops.</summary>
    public bool IsDraining => draining;

    /// <summary>Whether one more call can be taken.</summary>
    public bool HasRoom => !draining && live.Count < options.Value.MaxCalls;

    /// <summary>How a call that had its stream here ended; null when it did not, or long ago.</summary>
    public CallOutcome? OutcomeOf(string carrierCallId) => ended.TryGetValue(carrierCallId, out var e) ? e.Outcome : null;

    internal bool TryAdd(string carrierCallId, CallSession session)
    {
        if (!HasRoom || !live.TryAdd(carrierCallId, session))
            return false;

        ended.TryRemove(carrierCallId, out _);
        return true;
    }

    internal void Remove(string carrierCallId, CallOutcome outcome)
    {
        ended[carrierCallId] = (outcome, clock.GetTimestamp());
        live.TryRemove(carrierCallId, out _);
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
        var waited = TimeSpan.Zero;
        var step = TimeSpan.FromMilliseconds(100);
        while (!live.IsEmpty && waited < TimeSpan.FromSeconds(options.Value.DrainSeconds) && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(step, clock, CancellationToken.None);
            waited += step;
        }

        foreach (var session in live.Values)
            await session.StopAsync();
        for (waited = TimeSpan.Zero; !live.IsEmpty && waited < TimeSpan.FromSeconds(options.Value.CloseTimeoutSeconds); waited += step)
            await Task.Delay(step, clock, CancellationToken.None);
    }
}
