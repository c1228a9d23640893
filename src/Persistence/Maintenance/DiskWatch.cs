using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Parley.Persistence.Maintenance;

/// <summary>
/// Looks after the disk of the data folder. When files that give way are not enough, the webhook log is emptied too: it is for people, and
/// in the embedded database it is the table that grows fastest.
/// </summary>
internal sealed partial class DiskWatch(
    DiskRoom room, Database database, DatabaseOptions options, TimeProvider time, ILogger<DiskWatch> logger) : BackgroundService
{
    private bool emptied;

    /// <summary>Looks once.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        if (room.Tend())
        {
            emptied = false;
            return;
        }

        // Once for each time the disk is full; on another machine's disk it would help nobody.
        if (emptied || !database.IsEmbedded)
            return;
        try
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            // A truncated table gives its room back at once, deleted rows only keep it for new ones.
            await connection.ExecuteAsync(new CommandDefinition("truncate webhook_events", cancellationToken: cancellationToken));
            emptied = true;
            LogEmptied();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(e);
            emptied = true;
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Disk.CheckEvery, time);
        try
        {
            do
            {
                // Off the thread that starts the host: folders may be large.
                await Task.Run(() => LookAsync(stoppingToken), stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    [LoggerMessage(6714, LogLevel.Warning, "The webhook log was emptied, because the disk is nearly full")]
    private partial void LogEmptied();

    [LoggerMessage(6715, LogLevel.Warning, "The webhook log could not be emptied")]
    private partial void LogFailed(Exception exception);
}
