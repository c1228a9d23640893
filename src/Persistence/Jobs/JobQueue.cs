using System.Security.Cryptography;
using Dapper;
using Microsoft.Extensions.Logging;
using Parley.Persistence.CallWebhooks;
using Parley.Persistence.Signals;

namespace Parley.Persistence.Jobs;

/// <summary>
/// Takes jobs with <c>FOR UPDATE SKIP LOCKED</c> and holds each by a lease, as the queue of messages does: a worker that dies lets the lease pass, and
/// the job is tried again (at least once, not exactly once). Jobs that are given up stay as dead letters. Of one call's jobs of a kind, a later one is
/// not tried before the earlier ones have had their first attempt; and one tenant has at most <see cref="MostPerTenant"/> in hand, so that a receiver
/// that does not answer holds up nobody else.
/// </summary>
internal sealed partial class JobQueue : IDisposable
{
    /// <summary>How long an attempt may take.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <summary>Jobs of a kind that a tenant may have in hand at a time.</summary>
    public const int MostPerTenant = 2;

    // Of one moment: in the order in which they happen.
    private static readonly string[] Events = [.. CallWebhookEvents.All];

    private readonly Database database;
    private readonly TimeProvider time;
    private readonly ILogger<JobQueue> logger;
    private readonly Dictionary<string, IJobHandler> handlers;
    private readonly string[] kinds;
    private readonly WakeUps wakeUps;

    public JobQueue(Database database, DatabaseSignals signals, TimeProvider time, IEnumerable<IJobHandler> handlers, ILogger<JobQueue> logger)
    {
        this.database = database;
        this.time = time;
        this.logger = logger;
        this.handlers = handlers.ToDictionary(h => h.Kind, StringComparer.Ordinal);
        kinds = [.. this.handlers.Keys];
        wakeUps = new WakeUps(signals, DatabaseSignals.JobsChannel, time, this.handlers.ContainsKey, JobWorker.Workers);
    }

    /// <summary>Takes one due job, if there is one, and does it; false when there was none.</summary>
    public async Task<bool> RunNextAsync(CancellationToken cancellationToken)
    {
        if (await TakeAsync(cancellationToken) is not { } job)
            return false;

        var handler = handlers[job.Kind];
        JobOutcome outcome;
        try
        {
            outcome = job.Attempts > job.MaxAttempts
                ? JobOutcome.Failure("Given up: no attempt came to an end.")
                : await handler.RunAsync(job, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await ReleaseAsync(job);
            throw;
        }
        catch (Exception e)
        {
            LogThrew(e, job.Kind, job.Id);
            outcome = JobOutcome.Again($"{e.GetType().Name}.");
        }

        // Not cancelled: what was done is done, and forgetting that would do it twice.
        await StoreAsync(job, handler, outcome);
        return true;
    }

    /// <summary>Waits until a job may be due: a new one was queued, or <paramref name="atMost"/> passed.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => wakeUps.WaitAsync(atMost, cancellationToken);

    public void Dispose() => wakeUps.Dispose();

    private async Task<Job?> TakeAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<Job>(new CommandDefinition(
            """
            update jobs set attempts = attempts + 1, locked_until = @LockedUntil
            where id = (
                select j.id from jobs j
                where j.kind = any(@kinds) and j.status = 'queued' and j.run_at <= @now and (j.locked_until is null or j.locked_until <= @now)
                  and not exists (
                      select 1 from jobs earlier
                      where earlier.payload ->> 'call_id' = j.payload ->> 'call_id' and earlier.status = 'queued' and earlier.kind = j.kind
                        and (earlier.created_at, array_position(@events, earlier.payload ->> 'event'))
                            < (j.created_at, array_position(@events, j.payload ->> 'event'))
                        and (earlier.attempts = 0 or (earlier.attempts = 1 and earlier.locked_until > @now)))
                  and (select count(*) from jobs busy
                       where busy.kind = j.kind and busy.status = 'queued' and busy.tenant_id = j.tenant_id and busy.locked_until > @now) < @MostPerTenant
                order by j.run_at, j.id
                limit 1
                for update skip locked)
            returning id, tenant_id, kind, payload::text as payload, attempts, max_attempts, locked_until
            """,
            new { kinds, now, events = Events, LockedUntil = now + Lease, MostPerTenant }, cancellationToken: cancellationToken));
    }

    private async Task StoreAsync(Job job, IJobHandler handler, JobOutcome outcome)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenAsync(CancellationToken.None);
        if (outcome.Done)
        {
            // Also when the lease had passed: that is the truth, and it stops further attempts.
            await connection.ExecuteAsync(
                "update jobs set status = 'done', locked_until = null, last_error = null, finished_at = @now where id = @Id", new { job.Id, now });
        }
        else if (!outcome.Retry || job.Attempts >= job.MaxAttempts)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            var isGivenUp = await connection.ExecuteAsync(
                """
                update jobs set status = 'failed', locked_until = null, last_error = @Error, finished_at = @now
                where id = @Id and status = 'queued' and locked_until = @LockedUntil
                """,
                new { job.Id, job.LockedUntil, outcome.Error, now }, transaction) == 1;
            if (isGivenUp)
                await handler.GivenUpAsync(job, outcome.Error, connection, transaction, now);
            await transaction.CommitAsync();
            LogFailed(job.Kind, job.Id, job.Attempts, outcome.Error);
        }
        else
        {
            // Jitter keeps jobs that failed together from coming back together.
            var wait = handler.Backoff(job.Attempts) * (RandomNumberGenerator.GetInt32(800, 1201) / 1000.0);
            wait = outcome.RetryAfter > wait ? outcome.RetryAfter.Value : wait;
            await connection.ExecuteAsync(
                """
                update jobs set locked_until = null, run_at = @RunAt, last_error = @Error
                where id = @Id and status = 'queued' and locked_until = @LockedUntil
                """,
                new { job.Id, job.LockedUntil, outcome.Error, RunAt = now + wait });
            LogRetry(job.Kind, job.Id, job.Attempts, (long)wait.TotalMilliseconds, outcome.Error);
        }

        // Another of the tenant, or of the call, may have waited for this one.
        wakeUps.Wake();
    }

    /// <summary>Gives a job back whose attempt was cancelled because the server stops: that was no attempt.</summary>
    private async Task ReleaseAsync(Job job)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            "update jobs set locked_until = null, attempts = attempts - 1 where id = @Id and locked_until = @LockedUntil",
            new { job.Id, job.LockedUntil });
    }

    [LoggerMessage(6901, LogLevel.Warning, "Job {Kind} {JobId} threw")]
    private partial void LogThrew(Exception exception, string kind, Guid jobId);

    [LoggerMessage(6902, LogLevel.Warning, "Job {Kind} {JobId}: attempt {Attempt} failed, next in {WaitMs} ms: {Error}")]
    private partial void LogRetry(string kind, Guid jobId, int attempt, long waitMs, string? error);

    [LoggerMessage(6903, LogLevel.Error, "Job {Kind} {JobId} was given up after {Attempts} attempts: {Error}")]
    private partial void LogFailed(string kind, Guid jobId, int attempts, string? error);
}
