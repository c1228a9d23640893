using System.Text.Json.Nodes;
using Parley.Conversation.Llm;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tools.Bookings;

/// <summary>Cancels a booking of the caller's: first it is read back, and in a later turn, when the caller has said yes, it is cancelled.</summary>
internal sealed class CancelBookingTool(IBookingStore bookings, IToolLedger ledger) : ICallTool
{
    private const string ReadBack = "read_back";

    public string Name => "cancel_booking";

    public ToolEffect Effect => ToolEffect.Writes;

    public bool IsAtomic => true;

    public ModelTool? Describe(Tenant tenant) => tenant.Booking is { Resources.Count: > 0 }
        ? ToolSchema.Tool(
            Name, "Cancel a booking that the caller has. Call it first without confirmed, read the booking back, and call it with confirmed once the caller has said yes.",
            new ToolParameter("confirmed", "boolean", "True only after the booking was read back and the caller said yes to cancelling it."),
            OwnBookings.Which, OwnBookings.Name, OwnBookings.Number)
        : null;

    public async Task<ToolResult> RunAsync(ToolInvocation call, CancellationToken cancellationToken)
    {
        var tenant = call.Call.Tenant;
        var (booking, none) = await OwnBookings.OneAsync(bookings, call, cancellationToken);
        if (booking is null)
            return none!;
        if (!call.Flag("confirmed") || !await WasReadBackAsync(call, booking, cancellationToken))
        {
            var data = BookingWords.Data(booking.Slot, booking.Guests, booking.Service, booking.Name);
            data[ReadBack] = booking.Id.ToString();
            return new ToolResult
            {
                Text = $"Not cancelled yet: {BookingWords.Of(tenant, booking.Slot, booking.Guests, booking.Service)}. Read it back and ask whether to cancel it. "
                    + "Once the caller has said yes, call this again with confirmed.",
                Data = data,
            };
        }

        return await bookings.CancelAsync(
            tenant, booking.Id, new ToolReceipt<Booking?>(call.Key, cancelled => Tell(call, cancelled)), cancellationToken);
    }

    private static ToolResult Tell(ToolInvocation call, Booking? cancelled)
    {
        if (cancelled is null)
            return OwnBookings.None;

        var data = BookingWords.Data(cancelled.Slot, cancelled.Guests, cancelled.Service, cancelled.Name);
        data["cancelled"] = JsonValue.Create(true);
        // What this very call had booked is a wish no more.
        var wasBooked = call.Facts.Confirmed && call.Facts.RequestedFor == cancelled.Slot.Start.ToDateTimeUnspecified();
        return new ToolResult
        {
            Text = $"Cancelled: {BookingWords.Of(call.Call.Tenant, cancelled.Slot, cancelled.Guests, cancelled.Service)}.",
            Data = data,
            Facts = wasBooked ? call.Facts with { Confirmed = false, RequestedFor = null } : null,
        };
    }

    // A model may say that the caller agreed; that the caller could have is in the ledger.
    private async Task<bool> WasReadBackAsync(ToolInvocation call, Booking booking, CancellationToken cancellationToken) =>
        (await ledger.OfCallAsync(call.Call.Tenant.Id, call.Call.CallId, 0, cancellationToken)).Any(earlier =>
            earlier.Turn < call.Turn && earlier.Tool == Name && (string?)earlier.Result.Data?[ReadBack] == booking.Id.ToString());
}
