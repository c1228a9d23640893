using System.Text.Json.Nodes;
using Parley.Conversation.Llm;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tools.Bookings;

/// <summary>Tells the caller's own bookings.</summary>
internal sealed class FindBookingTool(IBookingStore bookings) : ICallTool
{
    public string Name => "find_booking";

    public ToolEffect Effect => ToolEffect.Reads;

    public ModelTool? Describe(Tenant tenant) => tenant.Booking is { Resources.Count: > 0 }
        ? ToolSchema.Tool(Name, "Look up what the caller has booked.", OwnBookings.Name, OwnBookings.Number)
        : null;

    public async Task<ToolResult> RunAsync(ToolInvocation call, CancellationToken cancellationToken)
    {
        var own = await OwnBookings.ListAsync(bookings, call, cancellationToken);
        return own.Count == 0 ? OwnBookings.None : new ToolResult
        {
            Text = $"The caller has booked: {string.Join("; ", own.Select(b => BookingWords.Of(call.Call.Tenant, b.Slot, b.Guests, b.Service)))}.",
            Data = new JsonObject { ["bookings"] = new JsonArray([.. own.Select(static b => (JsonNode)BookingWords.Data(b.Slot, b.Guests, b.Service, b.Name))]) },
        };
    }
}
