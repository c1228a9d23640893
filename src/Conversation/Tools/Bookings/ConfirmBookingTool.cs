using System.Text.Json.Nodes;
using NodaTime;
using Parley.Conversation.Agents;
using Parley.Conversation.Llm;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tools.Bookings;

/// <summary>Books what is kept, once the caller has heard it and said yes.</summary>
internal sealed class ConfirmBookingTool(IBookingStore bookings) : ICallTool
{
    public string Name => "confirm_booking";

    public ToolEffect Effect => ToolEffect.Writes;

    public bool IsAtomic => true;

    public ModelTool? Describe(Tenant tenant) => tenant.Booking is null
        ? null
        : ToolSchema.Tool(
            Name, "Book what is kept (or move a booking to it), after it was read back and the caller said yes to it.", ToolPerson.Name, ToolPerson.Number);

    public async Task<ToolResult> RunAsync(ToolInvocation call, CancellationToken cancellationToken)
    {
        var facts = call.Facts;
        if (ToolPerson.Read(call, ref facts) is { } wrong)
            return wrong;
        if (call.Call.Tenant.Booking!.Resources.Count == 0)
            return Note(call with { Facts = facts });

        var order = new ConfirmOrder(call.Call.CallId, call.Turn, facts.Name, ToolPerson.Phone(call, facts));
        return await bookings.ConfirmAsync(
            call.Call.Tenant, order, new ToolReceipt<ConfirmOutcome>(call.Key, outcome => Tell(call with { Facts = facts }, outcome)), cancellationToken);
    }

    private static ToolResult NotReadBack => ToolResult.Failure(
        ToolError.NotPossible, "Not booked: the caller has not heard it yet. Read it back, wait for the caller's yes, then call this again.");

    private static ToolResult Tell(ToolInvocation call, ConfirmOutcome outcome)
    {
        var tenant = call.Call.Tenant;
        if (outcome.Refusal != ConfirmRefusal.None || outcome.Booking is not { } booking)
        {
            return outcome.Refusal switch
            {
                ConfirmRefusal.NotReadBack => NotReadBack,
                ConfirmRefusal.NoName => ToolResult.Failure(ToolError.NotPossible, "Not booked: ask for the caller's name, and call this again with it."),
                ConfirmRefusal.Taken => BookingWords.Refused(tenant, BookingRefusal.Taken, outcome.Alternatives),
                _ => ToolResult.Failure(ToolError.NotPossible, "Not booked: nothing is kept. Call hold_booking first."),
            };
        }

        var data = BookingWords.Data(booking.Slot, booking.Guests, booking.Service, booking.Name);
        data["booked"] = JsonValue.Create(true);
        return new ToolResult
        {
            Text = $"Booked: {BookingWords.Of(tenant, booking.Slot, booking.Guests, booking.Service)}, for {booking.Name}.",
            Data = data,
            Facts = BookingArguments.Facts(
                call.Facts with { Name = call.Facts.Name ?? booking.Name }, tenant, booking.Slot, booking.Guests, booking.Service, confirmed: true),
        };
    }

    // Without resources a booking is a wish that the staff sees to: what the call's lead is made of.
    private static ToolResult Note(ToolInvocation call)
    {
        var facts = call.Facts;
        if (facts is not { Intent: CallIntent.Booking, RequestedFor: { } when, WishedInTurn: { } wished })
            return ToolResult.Failure(ToolError.NotPossible, "Not booked: nothing is kept. Call hold_booking first.");
        if (wished >= call.Turn && !facts.Confirmed)
            return NotReadBack;
        if (facts.Name is null)
            return ToolResult.Failure(ToolError.NotPossible, "Not booked: ask for the caller's name, and call this again with it.");

        var slot = BookingArguments.Unplaced(call.Call.Tenant, LocalDateTime.FromDateTime(when));
        var guests = facts.PartySize ?? 1;
        var data = BookingWords.Data(slot, guests, facts.Service, facts.Name);
        data["booked"] = JsonValue.Create(true);
        return new ToolResult
        {
            Text = $"Booked: {BookingWords.Of(call.Call.Tenant, slot, guests, facts.Service)}, for {facts.Name}.",
            Data = data,
            Facts = facts with { Confirmed = true },
        };
    }
}
