using System.Text.Json.Nodes;
using Parley.Conversation.Llm;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tools.Bookings;

/// <summary>Keeps a place while it is read back to the caller.</summary>
internal sealed class HoldBookingTool(IBookingStore bookings, ToolOptions options) : ICallTool
{
    public string Name => "hold_booking";

    public ToolEffect Effect => ToolEffect.Writes;

    public bool IsAtomic => true;

    public ModelTool? Describe(Tenant tenant) => tenant.Booking is null
        ? null
        : ToolSchema.Tool(
            Name, "Keep a time for the caller before it is booked. Then read everything back and ask whether it is right. Takes the place of what was kept before.",
            [.. BookingArguments.Of(tenant), ToolPerson.Name, ToolPerson.Number]);

    public async Task<ToolResult> RunAsync(ToolInvocation call, CancellationToken cancellationToken)
    {
        var tenant = call.Call.Tenant;
        var facts = call.Facts;
        if (ToolPerson.Read(call, ref facts) is { } wrong)
            return wrong;
        if (BookingArguments.Read(call, null, out var failure) is not { } wish)
            return failure!;
        if (tenant.Booking!.Resources.Count == 0)
        {
            var noted = Tell(call with { Facts = facts }, wish, new HoldOutcome(null, BookingArguments.Hours(tenant, wish, call.Now)));
            return noted is { Failed: false, Facts: { } known } ? noted with { Facts = known with { WishedInTurn = call.Turn } } : noted;
        }

        var order = new HoldOrder
        {
            CallId = call.Call.CallId,
            Turn = call.Turn,
            Wish = wish,
            Name = facts.Name,
            Phone = ToolPerson.Phone(call, facts),
            CallerNumber = call.Call.CallerNumber,
            For = TimeSpan.FromSeconds(options.HoldSeconds),
        };
        return await bookings.HoldAsync(
            tenant, order, new ToolReceipt<HoldOutcome>(call.Key, outcome => Tell(call with { Facts = facts }, wish, outcome)), cancellationToken);
    }

    /// <summary>Tells what came of a hold; <paramref name="call"/> has the facts as they are by now.</summary>
    public static ToolResult Tell(ToolInvocation call, BookingWish wish, HoldOutcome outcome)
    {
        var tenant = call.Call.Tenant;
        if (outcome.IsGone)
            return OwnBookings.None;
        if (outcome.Availability.Slot is not { } slot)
            return BookingWords.Refused(tenant, outcome.Availability.Refusal, outcome.Availability.Alternatives) with { Facts = call.Facts };

        var data = BookingWords.Data(slot, wish.Guests, wish.Service, call.Facts.Name);
        data["held"] = JsonValue.Create(true);
        var missing = call.Facts.Name is null ? " The caller's name is missing: ask for it." : "";
        return new ToolResult
        {
            Text = $"Kept, not booked yet: {BookingWords.Of(tenant, slot, wish.Guests, wish.Service)}.{missing} "
                + "Read it back and ask whether it is right. Once the caller has said yes, call confirm_booking.",
            Data = data,
            Facts = BookingArguments.Facts(call.Facts, tenant, slot, wish.Guests, wish.Service, confirmed: false),
        };
    }
}
