using System.Text.Json.Nodes;
using Parley.Conversation.Llm;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tools.Bookings;

/// <summary>Tells whether there is a place, and the nearest that there are. Promises nothing.</summary>
internal sealed class CheckAvailabilityTool(IBookingStore bookings) : ICallTool
{
    public string Name => "check_availability";

    public ToolEffect Effect => ToolEffect.Reads;

    public ModelTool? Describe(Tenant tenant) => tenant.Booking is null
        ? null
        : ToolSchema.Tool(Name, "See whether a time is free. Keeps nothing for the caller.", BookingArguments.Of(tenant));

    public async Task<ToolResult> RunAsync(ToolInvocation call, CancellationToken cancellationToken)
    {
        var tenant = call.Call.Tenant;
        if (BookingArguments.Read(call, null, out var failure) is not { } wish)
            return failure!;
        var found = tenant.Booking!.Resources.Count == 0
            ? BookingArguments.Hours(tenant, wish, call.Now)
            : await bookings.FindAsync(tenant, wish, call.Call.CallId, cancellationToken);
        if (found.Slot is not { } slot)
            return BookingWords.Refused(tenant, found.Refusal, found.Alternatives);

        var data = BookingWords.Data(slot, wish.Guests, wish.Service);
        data["free"] = JsonValue.Create(true);
        return new ToolResult { Text = $"Possible: {BookingWords.Of(tenant, slot, wish.Guests, wish.Service)}.", Data = data };
    }
}
