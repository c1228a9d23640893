using NodaTime;
using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tools.Bookings;

/// <summary>What tools of bookings are told, and how it is read.</summary>
internal static class BookingArguments
{
    private const string DateTime = "date_time";
    private const string Guests = "guests";
    private const string Service = "service";
    private const string With = "with";
    private const string Nights = "nights";

    /// <summary>The arguments that make a wish; those that a tenant has no use for are left out.</summary>
    public static ToolParameter[] Of(Tenant tenant)
    {
        List<ToolParameter> parameters =
        [
            new(DateTime, "string", "Local date and time, such as 2026-03-05T19:30.", true, MostChars: 32),
        ];
        if (TakesGuests(tenant))
            parameters.Add(new ToolParameter(Guests, "integer", "How many people.", Least: 1, Most: 1000));
        if (tenant.Services.Count > 0 && tenant.Kind != BusinessKind.Restaurant)
            parameters.Add(new ToolParameter(Service, "string", $"One of: {string.Join(", ", tenant.Services.Select(static s => s.Name))}."));
        var resources = tenant.Booking?.Resources ?? [];
        if (resources.SelectMany(static r => r.Names).ToList() is { Count: > 0 } names)
            parameters.Add(new ToolParameter(With, "string", $"When the caller asks for one of them: {string.Join(", ", names)}."));
        if (resources.Any(static r => r.Kind == ResourceKind.Room))
            parameters.Add(new ToolParameter(Nights, "integer", "How many nights.", Least: 1, Most: 60));
        return [.. parameters];
    }

    /// <summary>The wish; what is missing or wrong as a failure. What is known from before does not have to be said again.</summary>
    public static BookingWish? Read(ToolInvocation call, Booking? before, out ToolResult? failure)
    {
        var tenant = call.Call.Tenant;
        failure = null;
        if (call.Text(DateTime) is not { } text || ToolTime.Read(text) is not { } when)
            return Fail(ToolError.BadArguments, "date_time is not like 2026-03-05T19:30.", out failure);
        // A day alone names no time, except for rooms.
        var byNight = tenant.Booking!.Resources is { Count: > 0 } all && all.All(static r => r.Kind == ResourceKind.Room);
        if (text.Trim().Length == 10 && !byNight)
            return Fail(ToolError.BadArguments, "The time is missing: ask for it.", out failure);

        var guests = call.Number(Guests) ?? before?.Guests ?? call.Facts.PartySize;
        if (guests is null && TakesGuests(tenant))
            return Fail(ToolError.BadArguments, "The number of guests is missing: ask for it.", out failure);
        var service = call.Text(Service) ?? before?.Service ?? call.Facts.Service;
        if (service is not null)
        {
            if (tenant.Services.FirstOrDefault(s => Means(s, service)) is not { } known)
                return Fail(ToolError.NotPossible, $"There is no such service. There are: {string.Join(", ", tenant.Services.Select(static s => s.Name))}.", out failure);
            service = known.Name;
        }
        else if (tenant.Services.Count > 0 && tenant.Booking.Resources.Any(static r => r.Kind is ResourceKind.Chair or ResourceKind.Practitioner))
        {
            // How long it takes depends on it.
            return Fail(ToolError.BadArguments, "The service is missing: ask for it.", out failure);
        }

        var nights = before is null ? 1 : Math.Max(1, Period.DaysBetween(before.Slot.Start.Date, before.Slot.End.Date));
        return new BookingWish
        {
            When = when, Guests = guests ?? 1, Service = service, With = call.Text(With), Nights = call.Number(Nights) ?? nights,
        };
    }

    /// <summary>Tenants without resources take bookings as wishes that the staff sees to: only the hours are checked.</summary>
    public static Availability Hours(Tenant tenant, BookingWish wish, DateTimeOffset now)
    {
        if (tenant.Kind == BusinessKind.Restaurant && wish.Guests > tenant.Booking!.MaxPartySize)
            return new Availability(BookingRefusal.TooManyGuests, null, []);
        var calendar = new BookingCalendar(tenant, Instant.FromDateTimeOffset(now));
        var settled = calendar.Resolve(wish.When.Date, new ClockTime(wish.When.Hour, wish.When.Minute, true));
        return settled.Refusal == Refusal.None
            ? new Availability(BookingRefusal.None, Unplaced(tenant, settled.When), [])
            : new Availability(Enum.Parse<BookingRefusal>(settled.Refusal.ToString()), null, settled.Offer is { } offer ? [Unplaced(tenant, offer)] : []);
    }

    /// <summary>What is known of the caller's wish with this booking in it.</summary>
    public static CallFacts Facts(CallFacts facts, Tenant tenant, Slot slot, int guests, string? service, bool confirmed) => facts with
    {
        Intent = CallIntent.Booking,
        PartySize = TakesGuests(tenant) ? guests : facts.PartySize,
        Service = service ?? facts.Service,
        RequestedFor = slot.Start.ToDateTimeUnspecified(),
        Confirmed = confirmed,
    };

    /// <summary>Whether bookings are for a number of people.</summary>
    public static bool TakesGuests(Tenant tenant) => tenant.Booking!.Resources is { Count: > 0 } resources
        ? resources.Any(static r => r.Capacity > 1)
        : tenant.Kind is BusinessKind.Restaurant;

    /// <summary>A time without a place.</summary>
    public static Slot Unplaced(Tenant tenant, LocalDateTime when)
    {
        var from = when.InZoneLeniently(tenant.TimeZone).ToInstant();
        return new Slot("", "", when, when, from, from, from);
    }

    private static bool Means(Service service, string words) =>
        service.Name.Equals(words, StringComparison.OrdinalIgnoreCase) || service.Aliases.Contains(words, StringComparer.OrdinalIgnoreCase);

    private static BookingWish? Fail(ToolError error, string text, out ToolResult? failure)
    {
        failure = ToolResult.Failure(error, text);
        return null;
    }
}
