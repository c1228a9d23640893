using System.Security.Cryptography;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;
using Parley.Conversation.Stores;
using Parley.Persistence.Signals;

namespace Parley.Persistence.Messages;

/// <summary>
/// Text messages as jobs of the kind <c>send_message</c>. A worker takes one with <c>FOR UPDATE SKIP LOCKED</c> and holds it by a lease,
/// so that the send itself is outside any transaction; a worker that dies lets the lease pass, and the message is tried again (at least
/// once, not exactly once: a worker that dies between the carrier's answer and our commit has its message sent twice).
/// </summary>
public sealed partial class MessageQueue : IMessageQueue, IDisposable
{
    internal const string JobKind = "send_message";

    /// <summary>Attempts before a message is given up; with the backoff below that is about five minutes.</summary>
    internal const int MaxAttempts = 6;

    /// <summary>How long a worker may take for one send.</summary>
    internal static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <summary>Wait before the second attempt; doubles with each, up to <see cref="LongestBackoff"/>, give or take a fifth.</summary>
    internal static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(10);

    internal static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(15);

    // The answer to our request and the carrier's first callback come at the same time; one after the other, neither is missed.
    private const string LockCarrierMessage = "select pg_advisory_xact_lock(hashtextextended(coalesce(@CarrierMessageId, ''), 0));";

    private readonly Database database;
    private readonly TimeProvider time;
    private readonly ILogger<MessageQueue> logger;
    private readonly WakeUps wakeUps;

    /// <summary>Creates the queue.</summary>
    public MessageQueue(Database database, DatabaseSignals signals, TimeProvider time, ILogger<MessageQueue> logger)
    {
        this.database = database;
        this.time = time;
        this.logger = logger;
        wakeUps = new WakeUps(signals, DatabaseSignals.JobsChannel, time, static kind => kind == JobKind);
    }

    /// <inheritdoc />
    public async Task<bool> SendNextAsync(
        Func<OutgoingMessage, CancellationToken, Task<SendOutcome>> send, CancellationToken cancellationToken)
    {
        var job = await TakeAsync(cancellationToken);
        if (job is null)
            return false;
        if (job.Attempts > job.MaxAttempts)
        {
            // Every attempt so far ended with the worker's death: the lease passed without an outcome.
            await StoreAsync(job, new SendOutcome(SendResult.Failed, Error: "Given up: no attempt came to an end."));
            return true;
        }

        SendOutcome outcome;
        try
        {
            outcome = await send(new OutgoingMessage(job.MessageId, job.TenantId, job.From, job.To, job.Body, job.Attempts), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await ReleaseAsync(job);
            throw;
        }
        catch (Exception e)
        {
            LogSendThrew(e, job.MessageId);
            outcome = new SendOutcome(SendResult.Retry, Error: $"The sender failed: {e.GetType().Name}.");
        }

        // Not cancelled: the message is out, and forgetting that would send it twice.
        await StoreAsync(job, outcome);
        return true;
    }

    /// <inheritdoc />
    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => wakeUps.WaitAsync(atMost, cancellationToken);

    /// <inheritdoc />
    /// <remarks>
    /// Carriers' words for one and the same: <c>read</c> counts as delivered; <c>accepted</c>, <c>queued</c>, <c>scheduled</c> and
    /// <c>sending</c> tell nothing new. A word that comes before the answer to our own request is kept until the message is known by id.
    /// </remarks>
    public async Task UpdateStatusAsync(
        string carrierMessageId, string status, string? errorCode, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var known = status switch
        {
            "sent" or "delivered" or "undelivered" or "failed" => status,
            "read" => "delivered",
            _ => null,
        };
        if (known is null)
            return;
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            {LockCarrierMessage}
            with found as (select id from messages where carrier_message_id = @carrierMessageId),
            updated as (
                update messages set status = @known, error_code = coalesce(@errorCode, error_code), updated_at = @at
                where id = (select id from found) and status in ('queued', 'sent')
            )
            insert into early_message_statuses as e (carrier_message_id, status, error_code, received_at)
            select @carrierMessageId, @known, @errorCode, @at where not exists (select 1 from found)
            on conflict (carrier_message_id) do update
                set status = excluded.status, error_code = excluded.error_code, received_at = excluded.received_at
                where e.status = 'sent'
            """,
            new { carrierMessageId, known, errorCode, at }, cancellationToken: cancellationToken));
    }

    /// <inheritdoc />
    public void Dispose() => wakeUps.Dispose();

    internal static TimeSpan Backoff(int attempt, TimeSpan? retryAfter)
    {
        var doubled = FirstBackoff * Math.Pow(2, Math.Min(attempt - 1, 16));
        var capped = doubled < LongestBackoff ? doubled : LongestBackoff;
        // Jitter keeps messages that failed together from coming back together.
        var jittered = capped * (RandomNumberGenerator.GetInt32(800, 1201) / 1000.0);
        return retryAfter > jittered ? retryAfter.Value : jittered;
    }

    private async Task<Job?> TakeAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<Job>(new CommandDefinition(
            """
            with taken as (
                update jobs set attempts = attempts + 1, locked_until = @LockedUntil
                where id = (
                    select id from jobs
                    where kind = @JobKind and status = 'queued' and run_at <= @now and (locked_until is null or locked_until <= @now)
                        -- One whose call was deleted has nothing to send.
                        and exists (select 1 from messages where messages.id = (payload ->> 'message_id')::uuid)
                    order by run_at, id
                    limit 1
                    for update skip locked)
                returning id, attempts, max_attempts, locked_until, (payload ->> 'message_id')::uuid as message_id
            ),
            counted as (
                update messages m set attempts = taken.attempts, updated_at = @now from taken where m.id = taken.message_id
            )
            select t.id, t.attempts, t.max_attempts, t.locked_until, m.id as message_id, m.tenant_id, m.from_number as "from",
                   m.to_number as "to", m.body
            from taken t join messages m on m.id = t.message_id
            """,
            new { JobKind, now, LockedUntil = now + Lease }, cancellationToken: cancellationToken));
    }

    private async Task StoreAsync(Job job, SendOutcome outcome)
    {
        var now = time.GetUtcNow();
        var gaveUp = outcome.Result == SendResult.Retry && job.Attempts >= job.MaxAttempts;
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync();
        if (outcome.Result == SendResult.Sent)
            await StoreSentAsync(connection, transaction, job, outcome, now);
        else if (outcome.Result == SendResult.Failed || gaveUp)
            await StoreFailedAsync(connection, transaction, job, outcome.Error ?? "Refused by the carrier.", now);
        else
            await StoreRetryAsync(connection, transaction, job, outcome, now);
        await transaction.CommitAsync();
    }

    // A message that went out is marked so even when the lease had passed: that is the truth, and it stops further attempts.
    private static Task<int> StoreSentAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Job job, SendOutcome outcome, DateTimeOffset now) =>
        connection.ExecuteAsync(
            $"""
            {LockCarrierMessage}
            update jobs set status = 'done', locked_until = null, last_error = null, finished_at = @now where id = @Id;
            update messages m set status = coalesce(e.status, 'sent'), carrier_message_id = @CarrierMessageId, error = null,
                error_code = e.error_code, sent_at = @now, updated_at = @now
            from (select 1) one left join early_message_statuses e on e.carrier_message_id = @CarrierMessageId
            where m.id = @MessageId and m.status in ('queued', 'failed');
            delete from early_message_statuses where carrier_message_id = @CarrierMessageId
            """,
            new { job.Id, job.MessageId, outcome.CarrierMessageId, now }, transaction);

    private async Task StoreFailedAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Job job, string error, DateTimeOffset now)
    {
        await connection.ExecuteAsync(
            """
            with failed as (
                update jobs set status = 'failed', locked_until = null, last_error = @error, finished_at = @now
                where id = @Id and status = 'queued' and locked_until = @LockedUntil
                returning id
            )
            update messages set status = 'failed', error = @error, updated_at = @now
            from failed where messages.id = @MessageId and messages.status = 'queued'
            """,
            new { job.Id, job.LockedUntil, job.MessageId, error, now }, transaction);
        LogFailed(job.MessageId, job.Attempts, error);
    }

    private Task<int> StoreRetryAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Job job, SendOutcome outcome, DateTimeOffset now)
    {
        var wait = Backoff(job.Attempts, outcome.RetryAfter);
        LogRetry(job.MessageId, job.Attempts, (long)wait.TotalMilliseconds, outcome.Error);
        return connection.ExecuteAsync(
            """
            with waiting as (
                update jobs set locked_until = null, run_at = @RunAt, last_error = @Error
                where id = @Id and status = 'queued' and locked_until = @LockedUntil
                returning id
            )
            update messages set error = @Error, updated_at = @now from waiting where messages.id = @MessageId
            """,
            new { job.Id, job.LockedUntil, job.MessageId, outcome.Error, now, RunAt = now + wait }, transaction);
    }

    /// <summary>Gives a job back whose send was cancelled because the server stops: that was no attempt.</summary>
    private async Task ReleaseAsync(Job job)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(
            """
            with released as (
                update jobs set locked_until = null, attempts = attempts - 1 where id = @Id and locked_until = @LockedUntil returning attempts
            )
            update messages set attempts = released.attempts from released where id = @MessageId
            """,
            new { job.Id, job.LockedUntil, job.MessageId });
    }

    [LoggerMessage(6401, LogLevel.Warning, "Message {MessageId}: the sender threw")]
    private partial void LogSendThrew(Exception exception, Guid messageId);

    [LoggerMessage(6402, LogLevel.Warning, "Message {MessageId}: attempt {Attempt} failed, next in {WaitMs} ms: {Error}")]
    private partial void LogRetry(Guid messageId, int attempt, long waitMs, string? error);

    [LoggerMessage(6403, LogLevel.Error, "Message {MessageId} failed for good after {Attempts} attempts: {Error}")]
    private partial void LogFailed(Guid messageId, int attempts, string error);

    private sealed record Job
    {
        public Guid Id { get; init; }

        public int Attempts { get; init; }

        public int MaxAttempts { get; init; }

        public DateTimeOffset LockedUntil { get; init; }

        public Guid MessageId { get; init; }

        public Guid TenantId { get; init; }

        public string From { get; init; } = "";

        public string To { get; init; } = "";

        public string Body { get; init; } = "";
    }
}
