using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Parley.Persistence.Maintenance;

/// <summary>
/// Deletes what is older than <see cref="RetentionOptions"/> says, at the start and once an hour. Calls, leads and messages are the
/// owners' and are not touched. Several processes may do it at once.
/// </summary>
public sealed partial class Housekeeping(Database database, DatabaseOptions options, TimeProvider time, ILogger<Housekeeping> logger)
    : BackgroundService
{
    internal static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await TryCleanAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    /// <summary>Deletes once; returns how many rows.</summary>
    internal async Task<int> CleanAsync(CancellationToken cancellationToken)
    {
        var retention = options.Retention;
        await using var connection = await database.OpenAsync(cancellationToken);
        var deleted = 0;
        foreach (var (sql, age) in ((string, TimeSpan)[])
        [
            ("delete from webhook_events where received_at < @Before", retention.WebhookEvents),
            ("delete from jobs where status = 'done' and finished_at < @Before", retention.DoneJobs),
            ("delete from jobs where status = 'failed' and finished_at < @Before", retention.FailedJobs),
            ("delete from early_message_statuses where received_at < @Before", retention.EarlyMessageStatuses),
            ("delete from tool_runs where begun_at < @Before", retention.ToolRuns),
            ("delete from removed_calls where removed_at < @Before", retention.RemovedCalls),
            ("delete from bookings where status in ('expired', 'released', 'superseded') and updated_at < @Before", retention.PassedHolds),
        ])
        {
            if (age > TimeSpan.Zero)
            {
                deleted += await connection.ExecuteAsync(
                    new CommandDefinition(sql, new { Before = time.GetUtcNow() - age }, cancellationToken: cancellationToken));
            }
        }

        return deleted;
    }

    private async Task TryCleanAsync(CancellationToken cancellationToken)
    {
        try
        {
            var deleted = await CleanAsync(cancellationToken);
            if (deleted > 0)
                LogDeleted(deleted);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The next hour brings the next chance; a server that answers calls does not stop over it.
            LogFailed(e);
        }
    }

    [LoggerMessage(6701, LogLevel.Information, "{Rows} rows were older than they are kept and were deleted")]
    private partial void LogDeleted(int rows);

    [LoggerMessage(6702, LogLevel.Warning, "Old rows could not be deleted")]
    private partial void LogFailed(Exception exception);
}
