using Parley.Conversation.Llm;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tools.Bookings;

/// <summary>Keeps another time for a booking of the caller's; confirming it moves the booking.</summary>
internal sealed class MoveBookingTool(IBookingStore bookings, ToolOptions options) : ICallTool
{
    public string Name => "move_booking";

    public ToolEffect Effect => ToolEffect.Writes;

    public bool IsAtomic => true;

    public ModelTool? Describe(Tenant tenant) => tenant.Booking is { Resources.Count: > 0 }
        ? ToolSchema.Tool(
            Name, "Keep another time for a booking that the caller has. Then read it back; once the caller has said yes, confirm_booking moves the booking.",
            [.. BookingArguments.Of(tenant), OwnBookings.Which, OwnBookings.Name, OwnBookings.Number])
        : null;

    public async Task<ToolResult> RunAsync(ToolInvocation call, CancellationToken cancellationToken)
    {
        var (old, none) = await OwnBookings.OneAsync(bookings, call, cancellationToken);
        if (old is null)
            return none!;
        if (BookingArguments.Read(call, old, out var failure) is not { } wish)
            return failure!;

        var order = new HoldOrder
        {
            CallId = call.Call.CallId,
            Turn = call.Turn,
            Wish = wish,
            Name = old.Name,
            Phone = old.Phone,
            CallerNumber = call.Call.CallerNumber,
            For = TimeSpan.FromSeconds(options.HoldSeconds),
            Replaces = old.Id,
        };
        var named = call with { Facts = call.Facts with { Name = old.Name ?? call.Facts.Name } };
        return await bookings.HoldAsync(
            call.Call.Tenant, order, new ToolReceipt<HoldOutcome>(call.Key, outcome => HoldBookingTool.Tell(named, wish, outcome)), cancellationToken);
    }
}
