using Dapper;
using Npgsql;
using Parley.Conversation.Agents;
using Parley.Persistence.Customers;

namespace Parley.Persistence.Bookings;

/// <summary>
/// Keeps the lead of the call that made a booking true when the booking is moved or called off, whichever call does it: in the transaction that does, and,
/// where that call is not over yet, in the one that makes its lead. Texts that still tell of the booking are taken back.
/// </summary>
internal static class BookingLeads
{
    /// <summary>Looks after the lead of a call that is there and says that it booked; true when that is booked no more, and callers are not to be told of it.</summary>
    public static async Task<bool> SettleAsync(
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
        if (changed == 0)
            return false;
        await WithdrawAsync(connection, transaction, callId, cancellationToken);
        // What is booked no more does not count for the customer.
        if (transaction is not null)
            await CustomerWriter.UpdateAsync(connection, transaction, callId, now, cancellationToken);
        return true;
    }

    /// <summary>
    /// What is known of a call's wish, with what it has booked: a caller who then asks for another time, or to move it, and hangs up without a yes still has that.
    /// </summary>
    public static async Task<CallFacts> WithBookingAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId, Guid callId, CallFacts facts, CancellationToken cancellationToken)
    {
        if (facts.Confirmed || facts.Intent != CallIntent.Booking)
            return facts;
        var booked = await connection.QueryFirstOrDefaultAsync<BookingRow?>(new CommandDefinition(
            $"""
            select {BookingRow.Columns} from {BookingRow.From}
            where b.tenant_id = @tenantId and b.call_id = @callId and b.status = 'confirmed' order by b.updated_at desc, b.id desc limit 1
            """,
            new { tenantId, callId }, transaction, cancellationToken: cancellationToken));
        return booked is null ? facts : facts with
        {
            Confirmed = true,
            RequestedFor = booked.StartsLocal,
            PartySize = facts.PartySize is null ? null : booked.Guests,
            Service = booked.Service,
            Name = booked.Name ?? facts.Name,
        };
    }

    // The call that changes the booking has a text of its own. What a worker has tried may have arrived; what the caller asked for in the call is kept.
    private static Task<int> WithdrawAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, Guid callId, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            """
            with untried as (
                delete from jobs j using messages m
                where m.call_id = @callId and not m.by_tool and m.status = 'queued' and j.key = 'send_message:' || m.id and j.status = 'queued' and j.attempts = 0
                returning m.id
            )
            delete from messages where id in (select id from untried)
            """,
            new { callId }, transaction, cancellationToken: cancellationToken));
}
