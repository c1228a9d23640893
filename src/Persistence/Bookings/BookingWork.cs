using Dapper;
using NodaTime;
using Npgsql;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools.Bookings;
using Parley.Persistence.Calendars.Google;

namespace Parley.Persistence.Bookings;

/// <summary>The statements on one tenant's bookings, at one moment; those that change something need <see cref="BeginAsync"/> before.</summary>
internal sealed class BookingWork(
    NpgsqlConnection connection, NpgsqlTransaction? transaction, Tenant tenant, DateTimeOffset now, CancellationToken cancellationToken)
{
    /// <summary>Keeps other changes of the tenant's bookings waiting until the transaction is over, and frees what was held for too long.</summary>
    public async Task BeginAsync()
    {
        await ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('bookings:' || @TenantId::text, 0))");
        await ExecuteAsync(
            "update bookings set status = 'expired', updated_at = @now where tenant_id = @TenantId and status = 'held' and expires_at <= @now");
    }

    /// <summary>Whether there is a place, with what the call itself holds and the booking that is to be replaced out of the way.</summary>
    public async Task<Availability> FindAsync(BookingWish wish, Guid? callId, Guid? replaces)
    {
        var horizon = SlotFinder.Horizon(tenant, wish);
        var busy = await connection.QueryAsync<(string Resource, string Unit, DateTime From, DateTime Until)>(Command(
            """
            select u.resource, u.unit, b.busy_from, b.busy_until
            from bookings b join booking_units u on u.id = b.unit_id
            where b.tenant_id = @TenantId and b.busy_from < @Until and b.busy_until > @From
              and (b.status = 'confirmed' or (b.status = 'held' and b.expires_at > @now and b.call_id is distinct from @callId))
              and b.id is distinct from @replaces
            """,
            new { From = horizon.Start.ToDateTimeOffset(), Until = horizon.End.ToDateTimeOffset(), callId, replaces }));
        // Times that calendars elsewhere tell, as they were last read: nobody waits for them here.
        var elsewhere = await connection.QueryAsync<(string Resource, DateTime From, DateTime Until)>(Command(
            "select resource, busy_from, busy_until from calendar_busy where tenant_id = @TenantId and busy_from < @Until and busy_until > @From",
            new { From = horizon.Start.ToDateTimeOffset(), Until = horizon.End.ToDateTimeOffset() }));
        var units = (tenant.Booking?.Resources ?? []).ToDictionary(static r => r.Name, static r => r.Units.ToArray(), StringComparer.Ordinal);
        var finder = new SlotFinder(
            tenant, Instant.FromDateTimeOffset(now),
            busy.Select(b => new Busy(b.Resource, b.Unit, Instant.FromDateTimeUtc(b.From), Instant.FromDateTimeUtc(b.Until)))
                .Concat(elsewhere.SelectMany(b => units.GetValueOrDefault(b.Resource, []).Select(unit => new Busy(
                    b.Resource, unit, Instant.FromDateTimeUtc(b.From), Instant.FromDateTimeUtc(b.Until))))));
        return finder.Find(wish);
    }

    /// <summary>A confirmed booking that is not over: who is late can still move it or call it off.</summary>
    public Task<BookingRow?> ConfirmedAsync(Guid id) => connection.QuerySingleOrDefaultAsync<BookingRow?>(Command(
        $"select {BookingRow.Columns} from {BookingRow.From} where b.tenant_id = @TenantId and b.id = @id and b.status = 'confirmed' and b.ends_at > @now",
        new { id }));

    /// <summary>What a call holds, held last or has booked.</summary>
    public Task<BookingRow?> LatestOfCallAsync(Guid callId) => connection.QueryFirstOrDefaultAsync<BookingRow?>(Command(
        $"""
        select {BookingRow.Columns} from {BookingRow.From}
        where b.tenant_id = @TenantId and b.call_id = @callId and b.status in ('held', 'expired', 'released', 'confirmed')
        order by b.created_at desc, b.turn desc, b.id desc limit 1
        """,
        new { callId }));

    /// <summary>Confirmed bookings that are not over, made from or for one of the numbers.</summary>
    public async Task<IReadOnlyList<BookingRow>> WithNumbersAsync(IEnumerable<string?> numbers) =>
        (await connection.QueryAsync<BookingRow>(Command(
            $"""
            select {BookingRow.Columns} from {BookingRow.From}
            where b.tenant_id = @TenantId and b.status = 'confirmed' and b.ends_at > @now
              and (b.phone = any(@Numbers) or b.caller_number = any(@Numbers))
            order by b.starts_at, b.id
            """,
            new { Numbers = numbers.OfType<string>().ToArray() }))).AsList();

    /// <summary>Gives up what a call holds.</summary>
    public Task SupersedeAsync(Guid callId) => ExecuteAsync(
        "update bookings set status = 'superseded', updated_at = @now where tenant_id = @TenantId and call_id = @callId and status in ('held', 'expired')",
        new { callId });

    /// <summary>Holds a place.</summary>
    public async Task<Booking> InsertAsync(HoldOrder order, Slot slot, BookingRow? replaced)
    {
        var unit = await UnitAsync(slot);
        var (from, until) = Needed(slot, unit, replaced);
        var id = Guid.CreateVersion7(now);
        await ExecuteAsync(
            """
            insert into bookings (id, tenant_id, unit_id, call_id, turn, status, guests, service, name, phone, caller_number, starts_at, ends_at,
                starts_local, ends_local, blocked_until, busy_from, busy_until, expires_at, replaces, event_id, sequence, created_at, updated_at)
            values (@id, @TenantId, @unit, @CallId, @Turn, 'held', @Guests, @Service, @Name, @Phone, @CallerNumber, @StartsAt, @EndsAt,
                @StartsLocal::timestamp, @EndsLocal::timestamp, @BlockedUntil, @BusyFrom, @BusyUntil, @ExpiresAt, @Replaces, @EventId, @Sequence, @now, @now)
            """,
            new
            {
                id,
                EventId = replaced?.EventId,
                Sequence = replaced is null ? 0 : replaced.Sequence + 1,
                unit,
                order.CallId,
                order.Turn,
                order.Wish.Guests,
                order.Wish.Service,
                order.Name,
                order.Phone,
                order.CallerNumber,
                StartsAt = slot.From.ToDateTimeOffset(),
                EndsAt = slot.Until.ToDateTimeOffset(),
                StartsLocal = slot.Start.ToDateTimeUnspecified(),
                EndsLocal = slot.End.ToDateTimeUnspecified(),
                BlockedUntil = slot.BusyUntil.ToDateTimeOffset(),
                BusyFrom = from.ToDateTimeOffset(),
                BusyUntil = until.ToDateTimeOffset(),
                ExpiresAt = now + order.For,
                Replaces = replaced?.Id,
            });
        return await GetAsync(id);
    }

    /// <summary>Whether the place of a hold is nobody else's, here or in the resource's own calendar: all of it, whatever it keeps free so far.</summary>
    public Task<bool> IsFreeAsync(BookingRow held) => connection.ExecuteScalarAsync<bool>(Command(
        """
        select not exists (
            select 1 from bookings
            where tenant_id = @TenantId and unit_id = @UnitId and status in ('held', 'confirmed') and id <> @Id and id is distinct from @Replaces
              and busy_from < @BlockedUntil and busy_until > @StartsAt)
          and not exists (
            select 1 from calendar_busy
            where tenant_id = @TenantId and resource = @Resource and busy_from < @BlockedUntil and busy_until > @StartsAt)
        """,
        new { held.UnitId, held.Id, held.Replaces, held.Resource, held.BlockedUntil, held.StartsAt }));

    /// <summary>Makes a hold a booking at a place that is free, in the stead of the one it replaces.</summary>
    public async Task<Booking> ConfirmAsync(BookingRow held, Slot slot, string? name, string? phone)
    {
        var replaced = held.Replaces is { } id ? await ConfirmedAsync(id) : null;
        await ExecuteAsync(
            "update bookings set status = 'moved', updated_at = @now where tenant_id = @TenantId and id = @Replaces and status = 'confirmed'",
            new { held.Replaces });
        await ExecuteAsync(
            """
            update bookings set status = 'confirmed', unit_id = @Unit, busy_from = starts_at, blocked_until = @BusyUntil, busy_until = @BusyUntil,
                ends_at = @EndsAt, ends_local = @EndsLocal::timestamp, expires_at = null, name = coalesce(@name, name), phone = coalesce(@phone, phone),
                updated_at = @now
            where tenant_id = @TenantId and id = @Id
            """,
            new
            {
                held.Id,
                Unit = await UnitAsync(slot),
                BusyUntil = slot.BusyUntil.ToDateTimeOffset(),
                EndsAt = slot.Until.ToDateTimeOffset(),
                EndsLocal = slot.End.ToDateTimeUnspecified(),
                name,
                phone,
            });
        // What it leaves and where it comes to may be two calendars.
        if (replaced is not null && replaced.Resource != slot.Resource)
            await GoogleCalendarJob.QueueAsync(connection, transaction, tenant, replaced, "moved", now, cancellationToken);
        if (replaced?.CallId is { } before)
            await BookingLeads.SettleAsync(connection, transaction, tenant.Id, before, now, cancellationToken);
        var booked = await RowAsync(held.Id);
        await GoogleCalendarJob.QueueAsync(connection, transaction, tenant, booked, "confirmed", now, cancellationToken);
        return booked.ToBooking();
    }

    /// <summary>Cancels a confirmed booking that is not over; null when there is none.</summary>
    public async Task<Booking?> CancelAsync(Guid id)
    {
        if (await ConfirmedAsync(id) is not { } booking)
            return null;

        await ExecuteAsync("update bookings set status = 'cancelled', updated_at = @now where tenant_id = @TenantId and id = @id", new { id });
        if (booking.CallId is { } made)
            await BookingLeads.SettleAsync(connection, transaction, tenant.Id, made, now, cancellationToken);
        await GoogleCalendarJob.QueueAsync(connection, transaction, tenant, booking, "cancelled", now, cancellationToken);
        return await GetAsync(id);
    }

    /// <summary>Gives up what a call that is over held.</summary>
    public static Task ReleaseAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId, Guid callId, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            "update bookings set status = 'released', updated_at = @now where tenant_id = @tenantId and call_id = @callId and status = 'held'",
            new { tenantId, callId, now }, transaction, cancellationToken: cancellationToken));

    // In the place of the booking that it is to replace, it needs only what that one does not have.
    private static (Instant From, Instant Until) Needed(Slot slot, long unit, BookingRow? replaced)
    {
        if (replaced is null || replaced.UnitId != unit)
            return (slot.From, slot.BusyUntil);
        var (from, until) = (Instant.FromDateTimeOffset(replaced.StartsAt), Instant.FromDateTimeOffset(replaced.BlockedUntil));
        if (slot.From >= until || slot.BusyUntil <= from)
            return (slot.From, slot.BusyUntil);
        if (slot.From < from)
            return (slot.From, from);
        return (until, Instant.Max(until, slot.BusyUntil));
    }

    private Task<long> UnitAsync(Slot slot) => connection.ExecuteScalarAsync<long>(Command(
        """
        insert into booking_units as u (tenant_id, resource, unit) values (@TenantId, @Resource, @Unit)
        on conflict (tenant_id, resource, unit) do update set unit = u.unit
        returning id
        """,
        new { slot.Resource, slot.Unit }));

    private async Task<Booking> GetAsync(Guid id) => (await RowAsync(id)).ToBooking();

    private Task<BookingRow> RowAsync(Guid id) => connection.QuerySingleAsync<BookingRow>(Command(
        $"select {BookingRow.Columns} from {BookingRow.From} where b.tenant_id = @TenantId and b.id = @id", new { id }));

    private Task<int> ExecuteAsync(string sql, object? parameters = null) => connection.ExecuteAsync(Command(sql, parameters));

    private CommandDefinition Command(string sql, object? parameters)
    {
        var all = new DynamicParameters(parameters);
        all.Add("TenantId", tenant.Id);
        all.Add("now", now);
        return new CommandDefinition(sql, all, transaction, cancellationToken: cancellationToken);
    }
}
