using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Capture;
using Parley.Persistence.Signals;

namespace Parley.Persistence.Maintenance;

/// <summary>
/// Deletes the captures of deleted calls from this node's disk: when it is told that a tenant has changed, at the start and once an hour, so that neither a
/// process that ended in the middle nor a node that was away keeps any.
/// </summary>
public sealed partial class CaptureRemover : BackgroundService
{
    internal static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly Database database;
    private readonly CallCaptures captures;
    private readonly ILogger<CaptureRemover> logger;
    private readonly WakeUps wakeUps;

    /// <summary>Makes the one of this node.</summary>
    public CaptureRemover(Database database, DatabaseSignals signals, CallCaptures captures, TimeProvider time, ILogger<CaptureRemover> logger)
    {
        ArgumentNullException.ThrowIfNull(signals);
        this.database = database;
        this.captures = captures;
        this.logger = logger;
        wakeUps = new WakeUps(signals, DatabaseSignals.TenantsChannel, time);
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        wakeUps.Dispose();
        base.Dispose();
    }

    /// <summary>Deletes what there is to delete; returns how many files.</summary>
    /// <exception cref="IOException">A file cannot be deleted; all others are.</exception>
    public async Task<int> RemoveAsync(CancellationToken cancellationToken)
    {
        // Asked by what there is here: calls that were deleted may be many more.
        var captured = captures.Calls();
        if (captured.Count == 0)
            return 0;
        HashSet<Guid> removed;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            removed = [.. await connection.QueryAsync<Guid>(new CommandDefinition(
                "select call_id from removed_calls where call_id = any(@captured)", new { captured = captured.ToArray() }, cancellationToken: cancellationToken))];
        }

        return captures.Remove(removed);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                // Off the thread that starts the host: the folder may be large.
                await Task.Run(() => TryRemoveAsync(stoppingToken), stoppingToken);
                await wakeUps.WaitAsync(Interval, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task TryRemoveAsync(CancellationToken cancellationToken)
    {
        try
        {
            var removed = await RemoveAsync(cancellationToken);
            if (removed > 0)
                LogRemoved(removed);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The next hour brings the next chance.
            LogFailed(e);
        }
    }

    [LoggerMessage(6703, LogLevel.Information, "{Files} captures of deleted calls were deleted")]
    private partial void LogRemoved(int files);

    [LoggerMessage(6704, LogLevel.Warning, "Captures of deleted calls could not be deleted")]
    private partial void LogFailed(Exception exception);
}
