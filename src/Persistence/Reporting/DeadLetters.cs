using Dapper;
using Parley.Persistence.Analysis;
using Parley.Persistence.Calendars.Google;
using Parley.Persistence.CallWebhooks;
using Parley.Persistence.Escalations;

namespace Parley.Persistence.Reporting;

/// <summary>Jobs that were given up: webhooks, notifications, analyses. They are kept for as long as the retention of failed jobs says.</summary>
public sealed class DeadLetters(Database database, TimeProvider time)
{
    // Messages have a list of their own, with the carrier's word on each.
    private static readonly string[] Kinds = [CallWebhookJobs.JobKind, StaffNotifier.JobKind, AnalysisJob.JobKind, GoogleCalendarJob.JobKind];

    private const string Columns =
        """
        j.id, j.tenant_id, t.slug as tenant_slug, j.kind, (j.payload ->> 'call_id')::uuid as call_id, j.payload ->> 'event' as event,
        j.attempts, j.last_error as error, j.created_at, j.finished_at as failed_at
        """;

    /// <summary>What was given up, the latest first.</summary>
    public async Task<Page<DeadLetterRow>> ListAsync(TenantScope scope, DeadLetterFilter query, CancellationToken cancellationToken)
    {
        var filter = query.ToQuery(scope, "j", "finished_at");
        filter.Add("j.status = 'failed'").Add("j.kind = any(@Kinds)", "Kinds", Kinds);
        return await filter.ReadAsync<DeadLetterRow, DeadLetterRow>(
            database, $"select {Columns} from jobs j join tenants t on t.id = j.tenant_id", l => l, l => new Cursor(l.FailedAt, l.Id),
            cancellationToken);
    }

    /// <summary>Has it tried again from the first attempt on; false when there is none in scope that was given up.</summary>
    public async Task<bool> ReplayAsync(TenantScope scope, Guid id, CancellationToken cancellationToken)
    {
        var filter = new Filter(scope).Add("id = @Id", "Id", id).Add("status = 'failed'").Add("kind = any(@Kinds)", "Kinds", Kinds);
        filter.Parameters.Add("Now", time.GetUtcNow());
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<int>(new CommandDefinition(
            $"""
            with replayed as (
                update jobs set status = 'queued', attempts = 0, run_at = @Now, locked_until = null, finished_at = null
                {filter.Where}
                returning kind
            ),
            told as (select pg_notify('parley_jobs', kind) from replayed)
            select count(*)::int from told
            """,
            filter.Parameters, cancellationToken: cancellationToken)) == 1;
    }
}

/// <summary>Narrows a list of dead letters; times are when they were given up.</summary>
public sealed record DeadLetterFilter : ListFilter;

/// <summary>A job that was given up.</summary>
public sealed record DeadLetterRow
{
    /// <summary>UUID v7.</summary>
    public Guid Id { get; init; }

    /// <summary>The tenant's id.</summary>
    public Guid TenantId { get; init; }

    /// <summary>The tenant's slug.</summary>
    public string TenantSlug { get; init; } = "";

    /// <summary><c>call_webhook</c>, <c>notify_staff</c>, <c>analyse_call</c> or <c>google_calendar</c>.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The call it is about.</summary>
    public Guid? CallId { get; init; }

    /// <summary>A webhook's event.</summary>
    public string? Event { get; init; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Error { get; init; }

    /// <summary>When it was queued.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was given up.</summary>
    public DateTimeOffset FailedAt { get; init; }
}
