using Dapper;
using Npgsql;

namespace Parley.Persistence.Customers;

/// <summary>
/// Keeps one customer for each telephone number of a tenant. Counts are counted anew from the calls each time, so that a call which is closed twice, or
/// opened again, counts once.
/// </summary>
internal static class CustomerWriter
{
    /// <summary>Brings the customer of a call up to date, in the transaction that closes it; nothing when the number was withheld and none was given.</summary>
    public static Task UpdateAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid callId, DateTimeOffset now, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            """
            with who as (
                select c.tenant_id, coalesce(c.caller_number, l.phone) as phone, l.name
                from calls c left join leads l on l.call_id = c.id
                where c.id = @callId and coalesce(c.caller_number, l.phone) ~ '^\+[1-9][0-9]{6,14}$'
            ),
            theirs as (
                select c.id, c.started_at from calls c, who
                where c.tenant_id = who.tenant_id and c.caller_number = who.phone and c.ended_at is not null
                union
                select c.id, c.started_at from leads l join calls c on c.id = l.call_id, who
                where l.tenant_id = who.tenant_id and l.phone = who.phone and c.caller_number is null and c.ended_at is not null
            ),
            counted as (
                select count(*)::int as calls, min(started_at) as first_at, max(started_at) as last_at,
                       (select count(*)::int from leads l where l.call_id in (select id from theirs) and l.intent = 'booking' and l.status = 'confirmed')
                           as bookings
                from theirs
            )
            insert into customers as known (id, tenant_id, phone, name, first_call_at, last_call_at, calls, bookings, created_at, updated_at)
            select @Id, who.tenant_id, who.phone, who.name, counted.first_at, counted.last_at, counted.calls, counted.bookings, @now, @now
            from who, counted where counted.calls > 0
            on conflict (tenant_id, phone) do update set name = coalesce(excluded.name, known.name), first_call_at = excluded.first_call_at,
                last_call_at = excluded.last_call_at, calls = excluded.calls, bookings = excluded.bookings, updated_at = excluded.updated_at
            """,
            new { callId, Id = Guid.CreateVersion7(now), now }, transaction, cancellationToken: cancellationToken));
}
