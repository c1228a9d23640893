using NodaTime;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;
using Parley.Conversation.Tools.Bookings;

namespace Parley.Tests.Common.Tools;

/// <summary>Bookings in memory, for one call at a time; holds do not expire.</summary>
public sealed class MemoryBookings(TimeProvider clock) : IBookingStore
{
    /// <summary>Everything that was ever kept or booked.</summary>
    public List<Booking> All { get; } = [];

    /// <summary>When set, nothing can be looked up: the database is away.</summary>
    public Exception? FailWith { get; set; }

    /// <summary>Takes every unit at a time.</summary>
    public void Fill(Tenant tenant, LocalDateTime when, BookingResource resource)
    {
        foreach (var unit in resource.Units)
        {
            var from = when.InZoneLeniently(tenant.TimeZone).ToInstant();
            var until = from + Duration.FromMinutes(resource.DurationMinutes ?? BookingResource.DefaultMinutes);
            Keep(new Slot(resource.Name, unit, when, until.InZone(tenant.TimeZone).LocalDateTime, from, until, until), 1, null, "Somebody", "+19995550000", BookingStatus.Confirmed, null);
        }
    }

    public Task<Availability> FindAsync(Tenant tenant, BookingWish wish, Guid? callId, CancellationToken cancellationToken) => FailWith is { } error ? Task.FromException<Availability>(error) : Task.FromResult(Find(tenant, wish));

    public Task<ToolResult> HoldAsync(Tenant tenant, HoldOrder order, ToolReceipt<HoldOutcome> receipt, CancellationToken cancellationToken)
    {
        var found = Find(tenant, order.Wish);
        if (found.Slot is not { } slot)
            return Task.FromResult(receipt.Tell(new HoldOutcome(null, found)));
        Change(b => b.Status == BookingStatus.Held, BookingStatus.Superseded);
        return Task.FromResult(receipt.Tell(new HoldOutcome(
            Keep(slot, order.Wish.Guests, order.Wish.Service, order.Name, order.Phone ?? order.CallerNumber, BookingStatus.Held, order.Replaces), found)));
    }

    public Task<ToolResult> ConfirmAsync(Tenant tenant, ConfirmOrder order, ToolReceipt<ConfirmOutcome> receipt, CancellationToken cancellationToken)
    {
        if (All.Find(static b => b.Status == BookingStatus.Held) is not { } held)
            return Task.FromResult(receipt.Tell(new ConfirmOutcome(ConfirmRefusal.NothingHeld, null, [])));
        var booked = held with { Status = BookingStatus.Confirmed, Name = order.Name ?? held.Name };
        All[All.IndexOf(held)] = booked;
        if (held.Replaces is { } old)
            Change(b => b.Id == old, BookingStatus.Moved);
        return Task.FromResult(receipt.Tell(new ConfirmOutcome(ConfirmRefusal.None, booked, [])));
    }

    public Task<ToolResult> CancelAsync(Tenant tenant, Guid bookingId, ToolReceipt<Booking?> receipt, CancellationToken cancellationToken)
    {
        var meant = All.Find(b => b.Id == bookingId && b.Status == BookingStatus.Confirmed);
        Change(b => b.Id == bookingId, BookingStatus.Cancelled);
        return Task.FromResult(receipt.Tell(meant));
    }

    public Task<IReadOnlyList<Booking>> ForCallerAsync(Tenant tenant, CallerIdentity caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (FailWith is { } error)
            return Task.FromException<IReadOnlyList<Booking>>(error);
        return Task.FromResult<IReadOnlyList<Booking>>([.. All.Where(b => b.Status == BookingStatus.Confirmed && caller.Owns(b.Name, b.Phone, null)).OrderBy(static b => b.Slot.From)]);
    }

    private Availability Find(Tenant tenant, BookingWish wish) => new SlotFinder(
        tenant, Instant.FromDateTimeOffset(clock.GetUtcNow()),
        All.Where(static b => b.Status == BookingStatus.Confirmed).Select(static b => new Busy(b.Slot.Resource, b.Slot.Unit, b.Slot.From, b.Slot.BusyUntil))).Find(wish);

    private Booking Keep(Slot slot, int guests, string? service, string? name, string? phone, BookingStatus status, Guid? replaces)
    {
        var booking = new Booking
        {
            Id = Guid.CreateVersion7(clock.GetUtcNow()), Status = status, Slot = slot, Guests = guests, Service = service, Name = name, Phone = phone, Replaces = replaces,
        };
        All.Add(booking);
        return booking;
    }

    private void Change(Func<Booking, bool> which, BookingStatus status)
    {
        for (var i = 0; i < All.Count; i++)
            All[i] = which(All[i]) ? All[i] with { Status = status } : All[i];
    }
}
