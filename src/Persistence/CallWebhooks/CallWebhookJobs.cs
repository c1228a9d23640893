using Dapper;
using Npgsql;

namespace Parley.Persistence.CallWebhooks;

/// <summary>Names of the events that a tenant can be told of, as Retell has them (docs, "Webhook overview").</summary>
public static class CallWebhookEvents
{
    /// <summary>The call is connected.</summary>
    public const string Started = "call_started";

    /// <summary>It is over.</summary>
    public const string Ended = "call_ended";

    /// <summary>It is known what it was about.</summary>
    public const string Analyzed = "call_analyzed";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All = [Started, Ended, Analyzed];
}

/// <summary>Queues webhooks: once for each event of a call, for tenants that want it.</summary>
internal static class CallWebhookJobs
{
    public const string JobKind = "call_webhook";

    /// <summary>The first attempt and three more (Retell docs, "Webhook overview").</summary>
    public const int MaxAttempts = 4;

    public static string Key(Guid callId, string happened) => $"{JobKind}:{callId}:{happened}";

    public static Task QueueAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, Guid callId, string happened, DateTimeOffset now, TimeSpan delay,
        CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            """
            insert into jobs (id, tenant_id, kind, key, payload, run_at, max_attempts, created_at)
            select @Id, c.tenant_id, @JobKind, @Key, jsonb_build_object('call_id', @callId, 'event', @happened), @RunAt, @MaxAttempts, @now
            from calls c join call_webhooks w on w.tenant_id = c.tenant_id
            where c.id = @callId and @happened = any(w.events)
            on conflict (key) do nothing
            """,
            new { Id = Guid.CreateVersion7(now), JobKind, Key = Key(callId, happened), callId, happened, RunAt = now + delay, MaxAttempts, now },
            transaction, cancellationToken: cancellationToken));
}
