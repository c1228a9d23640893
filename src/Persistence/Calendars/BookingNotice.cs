using System.Globalization;
using Dapper;
using NodaTime;
using Npgsql;
using Parley.Conversation.Tenants;
using Parley.Persistence.Bookings;
using Parley.Persistence.Escalations;

namespace Parley.Persistence.Calendars;

/// <summary>Tells staff, once for each booking and what became of it, that the resource's calendar does not take it.</summary>
internal static class BookingNotice
{
    /// <summary>Queues it; nothing when staff has no address.</summary>
    public static Task QueueAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId, Guid eventId, string resource, string? error, DateTimeOffset now) =>
        connection.ExecuteAsync(
            """
            insert into jobs (id, tenant_id, kind, key, payload, run_at, max_attempts, created_at)
            select @Id, @tenantId, @Kind, concat_ws(':', @Kind::text, 'booking', b.id, b.status), jsonb_build_object('booking', b.id, 'error', @error::text), @now, @MaxAttempts, @now
            from (
                select b.id, b.status from bookings b join booking_units u on u.id = b.unit_id
                where b.tenant_id = @tenantId and (b.id = @eventId or b.event_id = @eventId) and u.resource = @resource and b.status in ('confirmed', 'moved', 'cancelled')
                order by b.sequence desc
                limit 1) b
            where exists (select 1 from staff_webhooks w where w.tenant_id = @tenantId)
            on conflict (key) do nothing
            """,
            new { Id = Guid.CreateVersion7(now), tenantId, eventId, resource, error, now, Kind = StaffNotifier.JobKind, StaffNotifier.MaxAttempts }, transaction);

    /// <summary>The booking as it stands now; null when it is there no more.</summary>
    public static Task<BookingRow?> FindAsync(NpgsqlConnection connection, Guid tenantId, Guid id, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<BookingRow?>(new CommandDefinition(
            $"select {BookingRow.Columns} from {BookingRow.From} where b.tenant_id = @tenantId and b.id = @id", new { tenantId, id }, cancellationToken: cancellationToken));

    /// <summary>What staff reads.</summary>
    /// <param name="tenant">Whose booking.</param>
    /// <param name="booking">The booking.</param>
    /// <param name="error">Why the calendar does not take it.</param>
    /// <param name="escape">Escapes texts.</param>
    public static string Text(Tenant tenant, BookingRow booking, string error, Func<string, string> escape)
    {
        var when = LocalDateTime.FromDateTime(booking.StartsLocal).ToString("uuuu-MM-dd HH:mm", CultureInfo.InvariantCulture);
        var (what, toDo) = booking.Status switch
        {
            "confirmed" => ("is booked, but is missing or wrong in its calendar", "Write it there by hand"),
            "moved" => ("was moved, but its old time may still be in its calendar", "See to it there by hand"),
            _ => ("was called off, but may still be in its calendar", "See to it there by hand"),
        };
        return $"{escape(tenant.Name)}: {escape(BookingTitle.Of(tenant, booking))} on {when} ({escape(BookingTitle.PlaceOf(tenant, booking))}) {what}: {escape(error)}\n"
            + $"{toDo}, or mend the calendar's connection and have the dead letter tried again.";
    }
}
