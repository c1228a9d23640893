using Dapper;
using Npgsql;
using Parley.Conversation.Escalations;
using Parley.Persistence.Json;

namespace Parley.Persistence.Escalations;

/// <summary>Writes escalations, and the job that tells staff, in one statement; one for each reason of a call.</summary>
internal static class EscalationWriter
{
    private const int MostSummaryChars = 1000;

    /// <summary>Writes an escalation; false when its call is not known or is another tenant's.</summary>
    public static Task<bool> WriteAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, Escalation escalation, DateTimeOffset now, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            """
            with call as (
                select c.id, c.tenant_id from calls c where c.id = @CallId and c.tenant_id = @TenantId
            ),
            raised as (
                insert into escalations (id, tenant_id, call_id, reason, summary, raised_at, created_at)
                select @Id, tenant_id, id, @Reason, @Summary, @At, @now from call
                on conflict (call_id, reason) do nothing
                returning id, tenant_id, call_id, reason
            ),
            queued as (
                insert into jobs (id, tenant_id, kind, key, payload, run_at, max_attempts, created_at)
                select @JobId, r.tenant_id, @Kind, @Kind || ':' || r.id, jsonb_build_object('escalation_id', r.id, 'call_id', r.call_id), @now,
                       @MaxAttempts, @now
                from raised r join staff_webhooks w on w.tenant_id = r.tenant_id
                where w.reasons is null or r.reason = any(w.reasons)
            )
            select exists (select 1 from call)
            """,
            new
            {
                Id = Guid.CreateVersion7(now),
                JobId = Guid.CreateVersion7(now),
                escalation.CallId,
                escalation.TenantId,
                Reason = EnumText<EscalationReason>.Of(escalation.Reason),
                Summary = Clean(escalation.Summary),
                escalation.At,
                now,
                Kind = StaffNotifier.JobKind,
                StaffNotifier.MaxAttempts,
            },
            transaction, cancellationToken: cancellationToken));

    private static string Clean(string text)
    {
        var clean = text.Replace("\0", "", StringComparison.Ordinal);
        return clean.Length <= MostSummaryChars ? clean : clean[..MostSummaryChars];
    }
}
