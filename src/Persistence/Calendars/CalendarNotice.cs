using System.Globalization;
using System.Text.Json;
using Dapper;
using NodaTime;
using Npgsql;
using Parley.Conversation.Tenants;
using Parley.Persistence.Escalations;

namespace Parley.Persistence.Calendars;

/// <summary>Tells staff, once an outage, that a resource's calendar cannot be read, and then that it is read again.</summary>
internal static class CalendarNotice
{
    /// <summary>Attempts in a row that fail before staff is told: one may be a hiccup of the network.</summary>
    public const int Attempts = 3;

    /// <summary>Or so long since the first that failed, where attempts are rarer.</summary>
    public static readonly TimeSpan After = TimeSpan.FromMinutes(30);

    private const string Failing = "failing";
    private const string Well = "well";

    /// <summary>Queues what is to be told of a failure that was just noted; nothing when staff knows of this outage, or has no address.</summary>
    public static async Task FailedAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId, string resource, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var isNews = await connection.ExecuteAsync(new CommandDefinition(
            """
            update calendar_sources set told_at = @now
            where tenant_id = @tenantId and resource = @resource and told_at is null and (failures >= @Attempts or failing_since <= @Since)
              and exists (select 1 from staff_webhooks w where w.tenant_id = @tenantId)
            """,
            new { tenantId, resource, now, Attempts, Since = now - After }, transaction, cancellationToken: cancellationToken)) == 1;
        if (isNews)
            await QueueAsync(connection, transaction, tenantId, resource, Failing, now, cancellationToken);
    }

    /// <summary>Queues that a calendar is read again, before that is noted; nothing when staff did not know that it was not.</summary>
    public static Task RecoveredAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId, string resource, DateTimeOffset now, CancellationToken cancellationToken) =>
        QueueAsync(connection, transaction, tenantId, resource, Well, now, cancellationToken);

    /// <summary>What staff reads.</summary>
    /// <param name="tenant">Whose calendar.</param>
    /// <param name="payload">The job's.</param>
    /// <param name="escape">Escapes texts.</param>
    public static string Text(Tenant tenant, JsonElement payload, Func<string, string> escape)
    {
        var calendar = $"The calendar of '{escape(payload.GetProperty("calendar").GetString()!)}'";
        var since = Local(payload.GetProperty("since"));
        return payload.GetProperty("state").GetString() == Well
            ? $"{escape(tenant.Name)}: {calendar} is read again. It could not be read from {since} to {Local(payload.GetProperty("at"))}."
            : $"{escape(tenant.Name)}: {calendar} cannot be read since {since}: {escape(payload.GetProperty("error").GetString() ?? "")}\n"
                + "What was known of it stands. What is new in it is not known here, and may be booked over.";

        string Local(JsonElement at) => Instant.FromDateTimeOffset(at.GetDateTimeOffset()).InZone(tenant.TimeZone).ToString("uuuu-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }

    private static Task<int> QueueAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId, string resource, string state, DateTimeOffset now,
        CancellationToken cancellationToken) => connection.ExecuteAsync(new CommandDefinition(
            """
            insert into jobs (id, tenant_id, kind, key, payload, run_at, max_attempts, created_at)
            select @Id, s.tenant_id, @Kind, concat_ws(':', @Kind::text, 'calendar', s.tenant_id, md5(s.resource), extract(epoch from s.failing_since), @state::text),
                   jsonb_build_object('calendar', s.resource, 'state', @state::text, 'error', s.error, 'since', s.failing_since, 'at', @now::timestamptz),
                   @now, @MaxAttempts, @now
            from calendar_sources s join staff_webhooks w on w.tenant_id = s.tenant_id
            where s.tenant_id = @tenantId and s.resource = @resource and s.told_at is not null
            on conflict (key) do nothing
            """,
            new { Id = Guid.CreateVersion7(now), tenantId, resource, state, now, Kind = StaffNotifier.JobKind, StaffNotifier.MaxAttempts },
            transaction, cancellationToken: cancellationToken));
}
