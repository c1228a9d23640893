using System.Diagnostics.Metrics;
using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Parley.Persistence.Messages;

namespace Parley.Persistence.Maintenance;

/// <summary>
/// Looks at the database every fifteen seconds, for those who watch the server: whether it answers, and what waits in the outbox. A
/// measurement never waits for a query. While the database is away nothing is said about the outbox.
/// </summary>
public sealed partial class DatabaseGauges : BackgroundService
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Database database;
    private readonly TimeProvider time;
    private readonly ILogger<DatabaseGauges> logger;
    private volatile Outbox? outbox;

    /// <summary>Creates the instruments.</summary>
    public DatabaseGauges(Database database, TimeProvider time, IMeterFactory meters, ILogger<DatabaseGauges> logger)
    {
        ArgumentNullException.ThrowIfNull(meters);
        this.database = database;
        this.time = time;
        this.logger = logger;
        var meter = meters.Create("Parley.Persistence");
        meter.CreateObservableGauge("parley.database.up", () => outbox is null ? 0 : 1, unit: null, "1 while the database answers, else 0.");
        meter.CreateObservableGauge(
            "parley.messages.pending", () => Observe(o => o.Pending), "{message}", "Text messages that wait to be sent, by any node.");
        meter.CreateObservableGauge(
            "parley.messages.undeliverable", () => Observe(o => o.Failed), "{message}", "Text messages given up, until housekeeping forgets them.");
        meter.CreateObservableGauge(
            "parley.messages.oldest_pending", () => Observe(o => o.OldestSeconds), "s", "How long the oldest pending text message has been due.");
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await LookAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    /// <summary>Looks once.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await using var connection = await database.OpenAsync(either.Token);
            outbox = await connection.QuerySingleAsync<Outbox>(new CommandDefinition(
                """
                select count(*) filter (where status = 'queued') as pending, count(*) filter (where status = 'failed') as failed,
                       coalesce(extract(epoch from @now - min(run_at) filter (where status = 'queued' and run_at <= @now)), 0)::float8
                           as oldest_seconds
                from jobs where kind = @JobKind and status in ('queued', 'failed')
                """,
                new { MessageQueue.JobKind, now = time.GetUtcNow() }, cancellationToken: either.Token));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // That is what is measured; the journal and the queue tell of it in the log.
            LogAway(e.Message);
            outbox = null;
        }
    }

    private Measurement<T>[] Observe<T>(Func<Outbox, T> value)
        where T : struct => outbox is { } seen ? [new Measurement<T>(value(seen))] : [];

    [LoggerMessage(6801, LogLevel.Debug, "The database does not answer: {Reason}")]
    private partial void LogAway(string reason);

    private sealed record Outbox
    {
        public long Pending { get; init; }

        public long Failed { get; init; }

        public double OldestSeconds { get; init; }
    }
}
