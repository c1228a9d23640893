using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Parley.Admin.Api.Auth;
using Parley.Admin.Api.Http;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Calls;

/// <summary>
/// Follows a call while it goes on. Signals only say that something is new; what it is, is read from the database, so a lost signal
/// costs time (one heartbeat) and never a turn.
/// </summary>
internal sealed class CallFollower(
    CallReports calls, LiveCalls live, ApiKeyCache keys, TimeProvider time, IHostApplicationLifetime lifetime,
    IOptions<AdminApiOptions> options)
{
    /// <summary>
    /// Hands each turn after <paramref name="afterOrdinal"/> to <paramref name="send"/>, and a null for every heartbeat without one. Ends
    /// after the call's end was handed over, when the key was revoked, or when the server stops.
    /// </summary>
    public async Task FollowAsync(
        Guid callId, TenantScope scope, string token, int afterOrdinal, Func<object?, Task> send, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        await using var signals = live.WatchAsync(scope, callId, stop.Token).GetAsyncEnumerator(CancellationToken.None);
        // Listening begins here, before the first look: what happens in between is not missed.
        var signal = signals.MoveNextAsync().AsTask();
        try
        {
            var last = afterOrdinal;
            while (true)
            {
                if (await TryReadAsync(scope, callId, last, stop.Token) is { } progress)
                {
                    foreach (var turn in progress.Turns)
                    {
                        await send(new TurnView(turn));
                        last = turn.Ordinal;
                    }

                    if (progress.EndedAt is { } endedAt)
                    {
                        await send(new CallEndedEvent(callId, endedAt, progress.EndReason));
                        return;
                    }
                }

                if (await IsSignalledAsync(signal, stop.Token))
                    signal = signals.MoveNextAsync().AsTask();
                else
                    await send(null);

                if (await IsRevokedAsync(token, stop.Token))
                    return;
            }
        }
        finally
        {
            await stop.CancelAsync();
            // An enumerator may not be disposed of while it is waiting; its cancellation is all that is left to happen.
            await signal.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task<bool> IsSignalledAsync(Task signal, CancellationToken cancellationToken)
    {
        try
        {
            await signal.WaitAsync(options.Value.EventHeartbeat, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<CallProgress?> TryReadAsync(TenantScope scope, Guid callId, int after, CancellationToken cancellationToken)
    {
        try
        {
            return await calls.ReadProgressAsync(scope, callId, after, cancellationToken);
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            // The database is away for a moment: the stream stays open, and the next look brings what was missed.
            return null;
        }
    }

    private async Task<bool> IsRevokedAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            return await keys.FindAsync(token, cancellationToken) is null;
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            return false;
        }
    }
}
