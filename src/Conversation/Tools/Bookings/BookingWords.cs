using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tools.Bookings;

/// <summary>What tools of bookings tell.</summary>
internal static class BookingWords
{
    /// <summary>A place in words: "Friday 2026-03-06 at 19:30, 4 guests, with Anna".</summary>
    public static string Of(Tenant tenant, Slot slot, int guests, string? service)
    {
        var resource = tenant.Booking?.Resources.FirstOrDefault(r => r.Name == slot.Resource);
        List<string> parts = [ToolTime.Write(slot.Start)];
        if (resource?.Kind == ResourceKind.Room)
            parts[0] = $"{ToolTime.Write(slot.Start)} until {ToolTime.Write(slot.End)}, {slot.Resource}";
        if (BookingArguments.TakesGuests(tenant))
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{guests} {(guests == 1 ? "guest" : "guests")}"));
        if (service is not null)
            parts.Add(service);
        if (resource?.Names.Count > 0)
            parts.Add($"with {slot.Unit}");
        return string.Join(", ", parts);
    }

    /// <summary>A place as data.</summary>
    public static JsonObject Data(Slot slot, int guests, string? service, string? name = null)
    {
        var data = new JsonObject { ["starts"] = ToolTime.Data(slot.Start), ["ends"] = ToolTime.Data(slot.End), ["guests"] = guests };
        if (slot.Resource.Length > 0)
            (data["resource"], data["unit"]) = (slot.Resource, slot.Unit);
        if (service is not null)
            data["service"] = service;
        if (name is not null)
            data["name"] = name;
        return data;
    }

    /// <summary>That a wish cannot be met, and what can.</summary>
    public static ToolResult Refused(Tenant tenant, BookingRefusal refusal, IReadOnlyList<Slot> alternatives)
    {
        var why = refusal switch
        {
            BookingRefusal.Past => "That time is over.",
            BookingRefusal.TooSoon => "That is too soon.",
            BookingRefusal.TooFar => string.Create(CultureInfo.InvariantCulture, $"Bookings are taken {tenant.Booking!.MaxDaysAhead} days ahead at most."),
            BookingRefusal.ClosedDay => "The business is closed that day.",
            BookingRefusal.OutsideHours => "The business is closed at that time.",
            BookingRefusal.AfterLastBooking => "That is too close to closing time.",
            BookingRefusal.TooManyGuests => "So many guests are booked by a person: offer to connect the caller or to take a message.",
            BookingRefusal.NothingSuitable => "There is nothing of that kind to be booked.",
            _ => "Everything is taken at that time.",
        };
        var data = new JsonObject
        {
            ["error"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(nameof(ToolError.NotPossible)),
            ["refusal"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(refusal.ToString()),
            ["alternatives"] = new JsonArray([.. alternatives.Select(static a => JsonValue.Create(ToolTime.Data(a.Start)))]),
        };
        var offer = alternatives.Count == 0 ? "" : $" The nearest that are free: {string.Join("; ", alternatives.Select(static a => ToolTime.Write(a.Start)))}.";
        return new ToolResult { Text = why + offer, Failed = true, Data = data };
    }
}
