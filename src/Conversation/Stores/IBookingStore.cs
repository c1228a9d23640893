using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;
using Parley.Conversation.Tools.Bookings;

namespace Parley.Conversation.Stores;

/// <summary>
/// Bookings of a tenant's resources. Each change is one transaction with the ledger's entry that its receipt names; repeating it under the same key
/// changes nothing and gives the first result. No two bookings that are held or confirmed share a unit at the same time.
/// </summary>
public interface IBookingStore
{
    /// <summary>Whether a wish can be met, and what is nearest to it otherwise. Promises nothing.</summary>
    /// <param name="tenant">Whose resources.</param>
    /// <param name="wish">What is wished for.</param>
    /// <param name="callId">A call whose own hold does not stand in its way.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Availability> FindAsync(Tenant tenant, BookingWish wish, Guid? callId, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps a place until the caller has confirmed it, at most for a time, and gives up what the same call held before. When there is no place, what
    /// it held stays.
    /// </summary>
    Task<ToolResult> HoldAsync(Tenant tenant, HoldOrder order, ToolReceipt<HoldOutcome> receipt, CancellationToken cancellationToken);

    /// <summary>Makes what a call holds a booking; a hold that expired is taken up again when there is still room.</summary>
    Task<ToolResult> ConfirmAsync(Tenant tenant, ConfirmOrder order, ToolReceipt<ConfirmOutcome> receipt, CancellationToken cancellationToken);

    /// <summary>Cancels a confirmed booking that is yet to come; the outcome is null when there is none.</summary>
    Task<ToolResult> CancelAsync(Tenant tenant, Guid bookingId, ToolReceipt<Booking?> receipt, CancellationToken cancellationToken);

    /// <summary>The caller's own confirmed bookings that are yet to come, soonest first.</summary>
    Task<IReadOnlyList<Booking>> ForCallerAsync(Tenant tenant, CallerIdentity caller, CancellationToken cancellationToken);
}
