using NodaTime;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;
using Parley.Conversation.Tools.Bookings;
using Parley.Persistence.Tools;

namespace Parley.Persistence.Bookings;

/// <summary>
/// Bookings in PostgreSQL. Changes of one tenant's bookings come one after the other (an advisory lock), so that what is free is known when it is
/// given away; an exclusion constraint holds the rule beyond that, whoever writes.
/// </summary>
public sealed class BookingStore(Database database, TimeProvider time) : IBookingStore
{
    /// <inheritdoc />
    public async Task<Availability> FindAsync(Tenant tenant, BookingWish wish, Guid? callId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        await using var connection = await database.OpenAsync(cancellationToken);
        return await new BookingWork(connection, null, tenant, time.GetUtcNow(), cancellationToken).FindAsync(wish, callId, replaces: null);
    }

    /// <inheritdoc />
    public Task<ToolResult> HoldAsync(Tenant tenant, HoldOrder order, ToolReceipt<HoldOutcome> receipt, CancellationToken cancellationToken) =>
        RunAsync(tenant, receipt, work => HoldAsync(work, order), cancellationToken);

    /// <inheritdoc />
    public Task<ToolResult> ConfirmAsync(
        Tenant tenant, ConfirmOrder order, ToolReceipt<ConfirmOutcome> receipt, CancellationToken cancellationToken) =>
        RunAsync(tenant, receipt, work => ConfirmAsync(work, tenant, order), cancellationToken);

    /// <inheritdoc />
    public Task<ToolResult> CancelAsync(Tenant tenant, Guid bookingId, ToolReceipt<Booking?> receipt, CancellationToken cancellationToken) =>
        RunAsync(tenant, receipt, work => work.CancelAsync(bookingId), cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<Booking>> ForCallerAsync(Tenant tenant, CallerIdentity caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        ArgumentNullException.ThrowIfNull(caller);
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await new BookingWork(connection, null, tenant, time.GetUtcNow(), cancellationToken).WithNumbersAsync([caller.CallerNumber, caller.Phone]);
        return [.. rows.Where(row => caller.Owns(row.Name, row.Phone, row.CallerNumber)).Select(static row => row.ToBooking())];
    }

    private async Task<ToolResult> RunAsync<T>(
        Tenant tenant, ToolReceipt<T> receipt, Func<BookingWork, Task<T>> effect, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        var now = time.GetUtcNow();
        return await ToolTransaction.RunAsync(
            database, tenant.Id, receipt, now,
            async (connection, transaction) =>
            {
                var work = new BookingWork(connection, transaction, tenant, now, cancellationToken);
                await work.BeginAsync();
                return await effect(work);
            },
            cancellationToken);
    }

    private static async Task<HoldOutcome> HoldAsync(BookingWork work, HoldOrder order)
    {
        var replaced = order.Replaces is { } id ? await work.ConfirmedAsync(id) : null;
        var found = await work.FindAsync(order.Wish, order.CallId, replaced?.Id);
        if (order.Replaces is not null && replaced is null)
            return new HoldOutcome(null, found, IsGone: true);
        if (found.Slot is not { } slot)
            return new HoldOutcome(null, found);

        await work.SupersedeAsync(order.CallId);
        return new HoldOutcome(await work.InsertAsync(order, slot, replaced), found);
    }

    private static async Task<ConfirmOutcome> ConfirmAsync(BookingWork work, Tenant tenant, ConfirmOrder order)
    {
        if (await work.LatestOfCallAsync(order.CallId) is not { } held)
            return new ConfirmOutcome(ConfirmRefusal.NothingHeld, null, []);
        var booking = held.ToBooking();
        if (booking.Status == BookingStatus.Confirmed)
            return new ConfirmOutcome(ConfirmRefusal.None, booking, []);
        if (held.Turn >= order.Turn)
            return new ConfirmOutcome(ConfirmRefusal.NotReadBack, booking, []);
        if ((order.Name ?? held.Name) is null)
            return new ConfirmOutcome(ConfirmRefusal.NoName, booking, []);

        // It may have expired, or the caller may have been given less than all of it because the booking before it is in the same place.
        var slot = booking.Slot;
        if (!await work.IsFreeAsync(held))
        {
            var nights = Math.Max(1, Period.DaysBetween(slot.Start.Date, slot.End.Date));
            var wish = new BookingWish { When = slot.Start, Guests = held.Guests, Service = held.Service, Nights = nights };
            var found = await work.FindAsync(wish, order.CallId, held.Replaces);
            if (found.Slot is null)
                return new ConfirmOutcome(ConfirmRefusal.Taken, booking, found.Alternatives);
            slot = found.Slot;
        }

        return new ConfirmOutcome(ConfirmRefusal.None, await work.ConfirmAsync(held, slot, order.Name, order.Phone), []);
    }
}
