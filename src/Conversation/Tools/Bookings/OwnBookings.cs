using System.Text.Json.Nodes;
using Parley.Conversation.Stores;

namespace Parley.Conversation.Tools.Bookings;

/// <summary>
/// Finds the booking that a caller speaks of among the caller's own. What is somebody else's and what is not there cannot be told apart.
/// </summary>
internal static class OwnBookings
{
    public static readonly ToolParameter Which = new(
        "booked_for", "string", "Local date and time of the booking that is meant; needed when the caller has several.", MostChars: 32);

    public static readonly ToolParameter Name = new("name", "string", "The name it is booked under, when the caller says it.", MostChars: 100);

    public static readonly ToolParameter Number = new(
        "number", "string", "The number it is booked under, when it is not the one the caller is calling from.", MostChars: 40);

    /// <summary>The caller's bookings.</summary>
    public static Task<IReadOnlyList<Booking>> ListAsync(IBookingStore bookings, ToolInvocation call, CancellationToken cancellationToken)
    {
        var number = call.Text(Number.Name) is { } said ? ToolPerson.Dialled(call, said) : null;
        return bookings.ForCallerAsync(
            call.Call.Tenant, new CallerIdentity(call.Call.CallerNumber, number, call.Text(Name.Name) ?? call.Facts.Name), cancellationToken);
    }

    /// <summary>The one that is meant; otherwise what to ask.</summary>
    public static async Task<(Booking? One, ToolResult? Failure)> OneAsync(
        IBookingStore bookings, ToolInvocation call, CancellationToken cancellationToken)
    {
        var own = await ListAsync(bookings, call, cancellationToken);
        if (own.Count == 0)
            return (null, None);
        if (call.Text(Which.Name) is { } text && ToolTime.Read(text) is { } when)
        {
            var meant = own.Where(b => b.Slot.Start == when).DefaultIfEmpty(own.FirstOrDefault(b => b.Slot.Start.Date == when.Date)).OfType<Booking>().ToList();
            return meant.Count > 0 ? (meant[0], null) : (null, Several(call, own));
        }

        return own.Count == 1 ? (own[0], null) : (null, Several(call, own));
    }

    /// <summary>There is none, as far as this caller may know.</summary>
    public static ToolResult None => ToolResult.Failure(
        ToolError.NotPossible, "No booking of this caller was found. Ask for the name and the number it is booked under, or offer a person.");

    private static ToolResult Several(ToolInvocation call, IReadOnlyList<Booking> own) => ToolResult.Failure(
        ToolError.NotPossible,
        $"Which one? The caller has: {string.Join("; ", own.Select(b => BookingWords.Of(call.Call.Tenant, b.Slot, b.Guests, b.Service)))}. Ask, and call this again with booked_for.") with
    {
        Data = new JsonObject
        {
            ["error"] = "not_possible",
            ["bookings"] = new JsonArray([.. own.Select(static b => (JsonNode)BookingWords.Data(b.Slot, b.Guests, b.Service, b.Name))]),
        },
    };
}
