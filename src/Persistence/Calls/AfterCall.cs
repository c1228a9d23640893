using Dapper;
using Npgsql;
using Parley.Persistence.Analysis;
using Parley.Persistence.CallWebhooks;

namespace Parley.Persistence.Calls;

/// <summary>Queues what follows the beginning and the end of a call: its analysis, and the webhooks its tenant wants. In the call's own transaction.</summary>
internal static class AfterCall
{
    /// <summary>The call is connected; queued once, however many streams it has.</summary>
    public static Task QueueStartedAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid callId, DateTimeOffset now, CancellationToken cancellationToken) =>
        CallWebhookJobs.QueueAsync(connection, transaction, callId, CallWebhookEvents.Started, now, TimeSpan.Zero, cancellationToken);

    /// <summary>The call is over. An analysis that was made of less of it is made anew.</summary>
    public static async Task QueueAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId, Guid callId, DateTimeOffset now, TimeSpan delay,
        CancellationToken cancellationToken)
    {
        await CallWebhookJobs.QueueAsync(connection, transaction, callId, CallWebhookEvents.Ended, now, delay, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into jobs (id, tenant_id, kind, key, payload, run_at, max_attempts, created_at)
            values (@Id, @tenantId, @Kind, @Kind || ':' || @callId, jsonb_build_object('call_id', @callId), @RunAt, @MaxAttempts, @now)
            on conflict (key) do update set status = 'queued', attempts = 0, run_at = excluded.run_at, finished_at = null, locked_until = null
            """,
            new { Id = Guid.CreateVersion7(now), tenantId, callId, Kind = AnalysisJob.JobKind, AnalysisJob.MaxAttempts, RunAt = now + delay, now },
            transaction, cancellationToken: cancellationToken));
    }

    /// <summary>The call goes on after all: takes back what was not tried yet.</summary>
    public static Task RemoveAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid callId, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            "delete from jobs where key = any(@Keys) and status = 'queued' and attempts = 0",
            new { Keys = (string[])[$"{AnalysisJob.JobKind}:{callId}", CallWebhookJobs.Key(callId, CallWebhookEvents.Ended)] },
            transaction, cancellationToken: cancellationToken));
}
