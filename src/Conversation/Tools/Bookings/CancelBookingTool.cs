using System.Text.Json.Nodes;
using NodaTime;
using Parley.Conversation.Agents;
using Parley.Conversation.Llm;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tools.Bookings;

/// <summary>Cancels a booking of the caller's: first it is read back, and in a later turn, when the caller has said yes, it is cancelled.</summary>
internal sealed class CancelBookingTool(IBookingStore bookings, IToolLedger ledger) : ICallTool
{
    private const string ReadBack = "read_back";

    private static readonly ToolParameter Confirmed = new(
        "confirmed", "boolean", "True only after the booking was read back and the caller said yes to cancelling it.");

    public string Name => "cancel_booking";

    public ToolEffect Effect => ToolEffect.Writes;

    public bool IsAtomic => true;

    public ModelTool? Describe(Tenant tenant) => tenant.Booking switch
    {
        null => null,
        { Resources.Count: 0 } => ToolSchema.Tool(
            Name, "Call off the booking that was noted in this call. Call it first without confirmed, ask, and call it with confirmed once the caller has said yes.", Confirmed),
        _ => ToolSchema.Tool(
            Name, "Cancel a booking that the caller has. Call it first without confirmed, read the booking back, and call it with confirmed once the caller has said yes.",
            Confirmed, OwnBookings.Which, OwnBookings.Name, OwnBookings.Number),
    };

    public async Task<ToolResult> RunAsync(ToolInvocation call, CancellationToken cancellationToken)
    {
        var tenant = call.Call.Tenant;
        if (tenant.Booking!.Resources.Count == 0)
            return await CallOffAsync(call, cancellationToken);
        var (booking, none) = await OwnBookings.OneAsync(bookings, call, cancellationToken);
        if (booking is null)
            return none!;
        if (!call.Flag("confirmed") || !await WasReadBackAsync(call, booking.Id.ToString(), cancellationToken))
            return Ask(call, booking.Slot, booking.Guests, booking.Service, booking.Name, booking.Id.ToString());

        return await bookings.CancelAsync(
            tenant, booking.Id, new ToolReceipt<Booking?>(call.Key, cancelled => Tell(call, cancelled)), cancellationToken);
    }

    private static ToolResult Tell(ToolInvocation call, Booking? cancelled)
    {
        if (cancelled is null)
            return OwnBookings.None;

        var data = BookingWords.Data(cancelled.Slot, cancelled.Guests, cancelled.Service, cancelled.Name);
        data["cancelled"] = JsonValue.Create(true);
        return new ToolResult
        {
            Text = $"Cancelled: {BookingWords.Of(call.Call.Tenant, cancelled.Slot, cancelled.Guests, cancelled.Service)}.",
            Data = data,
            Facts = CalledOff(call.Facts, call.Call.Tenant, cancelled),
        };
    }

    // What this very call had booked is a wish no more; another wish goes on.
    private static CallFacts CalledOff(CallFacts facts, Tenant tenant, Booking cancelled)
    {
        var when = cancelled.Slot.Start.ToDateTimeUnspecified();
        if (facts.RequestedFor is { } wished && !(facts.Confirmed && wished == when))
            return facts with { CancelledFor = when };
        return facts with
        {
            Intent = CallIntent.Booking,
            Name = facts.Name ?? cancelled.Name,
            PartySize = BookingArguments.TakesGuests(tenant) ? cancelled.Guests : facts.PartySize,
            Service = cancelled.Service ?? facts.Service,
            Confirmed = false,
            RequestedFor = null,
            CancelledFor = when,
        };
    }

    // Without resources there is only what this call noted: what is there from before is the staff's.
    private async Task<ToolResult> CallOffAsync(ToolInvocation call, CancellationToken cancellationToken)
    {
        var facts = call.Facts;
        if (facts is not { Intent: CallIntent.Booking, RequestedFor: { } when })
            return ToolResult.Failure(ToolError.NotPossible, "No booking was noted in this call. One from before is cancelled by the staff: offer a person, or take a message.");
        var slot = BookingArguments.Unplaced(call.Call.Tenant, LocalDateTime.FromDateTime(when));
        var guests = facts.PartySize ?? 1;
        if (facts.Confirmed && (!call.Flag("confirmed") || !await WasReadBackAsync(call, ToolTime.Data(slot.Start), cancellationToken)))
            return Ask(call, slot, guests, facts.Service, facts.Name, ToolTime.Data(slot.Start));

        var data = BookingWords.Data(slot, guests, facts.Service, facts.Name);
        data["cancelled"] = JsonValue.Create(true);
        return new ToolResult
        {
            Text = $"Cancelled: {BookingWords.Of(call.Call.Tenant, slot, guests, facts.Service)}.",
            Data = data,
            Facts = facts with { Confirmed = false, RequestedFor = null, WishedInTurn = null, CancelledFor = facts.Confirmed ? when : facts.CancelledFor },
        };
    }

    private static ToolResult Ask(ToolInvocation call, Slot slot, int guests, string? service, string? name, string id)
    {
        var data = BookingWords.Data(slot, guests, service, name);
        data[ReadBack] = id;
        return new ToolResult
        {
            Text = $"Not cancelled yet: {BookingWords.Of(call.Call.Tenant, slot, guests, service)}. Read it back and ask whether to cancel it. "
                + "Once the caller has said yes, call this again with confirmed.",
            Data = data,
        };
    }

    // A model may say that the caller agreed; that the caller could have is in the ledger.
    private async Task<bool> WasReadBackAsync(ToolInvocation call, string id, CancellationToken cancellationToken) =>
        (await ledger.OfCallAsync(call.Call.Tenant.Id, call.Call.CallId, 0, cancellationToken)).Any(earlier =>
            earlier.Turn < call.Turn && earlier.Tool == Name && (string?)earlier.Result.Data?[ReadBack] == id);
}
