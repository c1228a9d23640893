using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Parley.Persistence.Json;
using Parley.Persistence.Signals;

namespace Parley.Persistence.Reporting;

/// <summary>What happens in calls while it happens, on whichever node.</summary>
public sealed class LiveCalls(DatabaseSignals signals)
{
    /// <summary>Events a slow watcher may be behind before the oldest are dropped; it finds missed turns by their ordinals.</summary>
    private const int Backlog = 256;

    /// <summary>
    /// Events from now on, of one call or (null) of all in the scope. To miss nothing, begin to enumerate, then read the call's turns.
    /// Ends only by cancellation.
    /// </summary>
    public async IAsyncEnumerable<CallEvent> WatchAsync(
        TenantScope scope, Guid? callId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var events = Channel.CreateBounded<CallEvent>(new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest });
        using var subscription = signals.Subscribe(
            DatabaseSignals.CallsChannel,
            payload =>
            {
                var happened = PersistenceJson.Read<CallEvent>(payload);
                if (scope.Includes(happened.TenantId) && (callId is null || callId == happened.CallId))
                    events.Writer.TryWrite(happened);
            },
            onConnected: () => { });
        await foreach (var happened in events.Reader.ReadAllAsync(cancellationToken))
            yield return happened;
    }
}
