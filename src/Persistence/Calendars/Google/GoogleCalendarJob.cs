using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using NodaTime;
using NodaTime.Text;
using Npgsql;
using Parley.Conversation.Tenants;
using Parley.Persistence.Bookings;
using Parley.Persistence.Jobs;
using Parley.Persistence.Tenants;

namespace Parley.Persistence.Calendars.Google;

/// <summary>
/// Has a booking in its resource's Google calendar as it stands when the job is done, not as it stood when it was queued: so jobs may be done in any
/// order and as often as need be.
/// </summary>
internal sealed class GoogleCalendarJob(Database database, GoogleCalendarClient google, InstallationKey key) : IJobHandler
{
    public const string JobKind = "google_calendar";

    // A day and a half with the backoff below.
    private const int MaxAttempts = 14;

    private static readonly OffsetDateTimePattern Rfc3339 = OffsetDateTimePattern.Rfc3339;

    public string Kind => JobKind;

    /// <summary>Queues what follows a change of a booking, in the change's transaction; nothing when the resource has no Google calendar.</summary>
    public static Task QueueAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, Tenant tenant, BookingRow booking, string change, DateTimeOffset now,
        CancellationToken cancellationToken) => CalendarOf(tenant, booking.Resource) is null ? Task.CompletedTask : connection.ExecuteAsync(new CommandDefinition(
            """
            insert into jobs (id, tenant_id, kind, key, payload, run_at, max_attempts, created_at)
            values (@JobId, @TenantId, @JobKind, @Key, jsonb_build_object('event_id', @EventId, 'resource', @Resource), @now, @MaxAttempts, @now)
            on conflict (key) do nothing
            """,
            new
            {
                JobId = Guid.CreateVersion7(now), TenantId = tenant.Id, JobKind, Key = $"{JobKind}:{booking.Id}:{change}", booking.EventId, booking.Resource,
                now, MaxAttempts,
            },
            transaction, cancellationToken: cancellationToken));

    public async Task<JobOutcome> RunAsync(Job job, CancellationToken cancellationToken)
    {
        var payload = JsonSerializer.Deserialize<JsonElement>(job.Payload);
        var eventId = payload.GetProperty("event_id").GetGuid();
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // One at a time for each event: what is read here must not be out of date when it is written there.
        await connection.ExecuteAsync(new CommandDefinition(
            "select pg_advisory_xact_lock(hashtextextended('google:' || @eventId::text, 0))", new { eventId }, transaction, cancellationToken: cancellationToken));
        if (await TenantRows.FindAsync(connection, job.TenantId, cancellationToken, transaction) is not { } tenant
            || CalendarOf(tenant, payload.GetProperty("resource").GetString()!) is not { } calendar)
        {
            return JobOutcome.Success;
        }

        var booking = await connection.QuerySingleOrDefaultAsync<BookingRow?>(new CommandDefinition(
            $"""
            select {BookingRow.Columns} from {BookingRow.From}
            where b.tenant_id = @TenantId and (b.id = @eventId or b.event_id = @eventId) and b.status = 'confirmed'
            """,
            new { job.TenantId, eventId }, transaction, cancellationToken: cancellationToken));
        try
        {
            var id = eventId.ToString("N");
            if (booking is not null && CalendarOf(tenant, booking.Resource) == calendar)
                await google.PutAsync(tenant.Slug, calendar, id, booking.Sequence == 0, Event(tenant, booking, await key.IdAsync(cancellationToken)), cancellationToken);
            else
                await google.DeleteAsync(tenant.Slug, calendar, id, cancellationToken);
            return JobOutcome.Success;
        }
        catch (CalendarFailure failure)
        {
            return failure.MayPass ? JobOutcome.Again(failure.Message, failure.RetryAfter) : JobOutcome.Failure(failure.Message);
        }
    }

    // 5 s, 10 s, 20 s, ... at most six hours.
    public TimeSpan Backoff(int attempt) => TimeSpan.FromSeconds(Math.Min(5 * Math.Pow(2, attempt - 1), 6 * 3600));

    public Task GivenUpAsync(Job job, string? error, NpgsqlConnection connection, NpgsqlTransaction transaction, DateTimeOffset now)
    {
        var payload = JsonSerializer.Deserialize<JsonElement>(job.Payload);
        return BookingNotice.QueueAsync(
            connection, transaction, job.TenantId, payload.GetProperty("event_id").GetGuid(), payload.GetProperty("resource").GetString()!, error, now);
    }

    private static string? CalendarOf(Tenant tenant, string resource) =>
        tenant.Booking?.Resources.FirstOrDefault(r => r.Name == resource)?.Calendar?.GoogleCalendarId;

    private static JsonObject Event(Tenant tenant, BookingRow booking, string installation) => new()
    {
        ["status"] = "confirmed",
        ["summary"] = BookingTitle.Of(tenant, booking),
        ["location"] = BookingTitle.PlaceOf(tenant, booking),
        ["start"] = Time(booking.StartsAt, tenant.TimeZone),
        ["end"] = Time(booking.EndsAt, tenant.TimeZone),
        ["extendedProperties"] = new JsonObject { ["private"] = new JsonObject { [GoogleCalendarClient.Mark] = installation } },
    };

    private static JsonObject Time(DateTimeOffset moment, DateTimeZone zone) => new()
    {
        ["dateTime"] = Rfc3339.Format(Instant.FromDateTimeOffset(moment).InZone(zone).ToOffsetDateTime()),
        ["timeZone"] = zone.Id,
    };
}
