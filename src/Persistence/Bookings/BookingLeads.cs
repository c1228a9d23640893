using Dapper;
using Npgsql;
using Parley.Persistence.Customers;

namespace Parley.Persistence.Bookings;

/// <summary>
/// Keeps the lead of the call that made a booking true when the booking is moved or called off, whichever call does it: in the transaction that does, and,
/// where that call is not over yet, in the one that makes its lead.
/// </summary>
internal static class BookingLeads
{
    /// <summary>Looks after the lead of a call that is there and says that it booked; nothing otherwise.</summary>
    public static async Task SettleAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, Guid tenantId, Guid callId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var changed = await connection.ExecuteAsync(new CommandDefinition(
            """
            with latest as (
                select b.status, n.starts_local as moved_to
                from leads l
                join bookings b on b.tenant_id = l.tenant_id and b.call_id = l.call_id and b.starts_local = l.requested_for
                left join bookings n on n.tenant_id = b.tenant_id and n.replaces = b.id and n.status in ('confirmed', 'moved', 'cancelled')
                where l.tenant_id = @tenantId and l.call_id = @callId and l.status = 'confirmed' and b.status in ('confirmed', 'moved', 'cancelled')
                order by b.status = 'confirmed' desc, b.updated_at desc
                limit 1
            )
            update leads l
            set status = latest.status, updated_at = @now,
                summary = l.summary || case latest.status
                    when 'cancelled' then ' It was called off later.'
                    else ' It was moved later' || coalesce(' to ' || to_char(latest.moved_to, 'YYYY-MM-DD HH24:MI'), '') || '.' end
            from latest
            where l.tenant_id = @tenantId and l.call_id = @callId and latest.status <> 'confirmed'
            """,
            new { tenantId, callId, now }, transaction, cancellationToken: cancellationToken));
        // What is booked no more does not count for the customer.
        if (changed > 0 && transaction is not null)
            await CustomerWriter.UpdateAsync(connection, transaction, callId, now, cancellationToken);
    }
}
