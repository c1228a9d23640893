using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using NodaTime.Text;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Rag.Index;

/// <summary>The passages that a tenant's own file makes: hours, address, services, answers. They have no rows.</summary>
internal static class ProfilePassages
{
    /// <summary>The name of the source they come from.</summary>
    public const string Source = "profile";

    private static readonly LocalTimePattern Time = LocalTimePattern.CreateWithInvariantCulture("h:mm tt");

    public static IEnumerable<IndexedPassage> Of(Tenant tenant)
    {
        if (tenant.Hours.IsKnown)
        {
            yield return Make(tenant, "hours", "Opening hours", Hours(tenant.Hours), "open close opening hours");
        }

        if (tenant.Address is { Length: > 0 } address)
            yield return Make(tenant, "address", "Address", $"{tenant.Name} is at {address}.", "where location located directions find you");
        if (tenant.Phone is { Length: > 0 } phone)
            yield return Make(tenant, "phone", "Telephone", phone, "phone number call back");
        foreach (var service in tenant.Services)
        {
            var text = service.Price is { } price ? $"{service.Name}: {price}." : $"{service.Name}.";
            if (service.DurationMinutes is { } minutes)
                text += string.Create(CultureInfo.InvariantCulture, $" Takes {minutes} minutes.");
            yield return Make(tenant, "service/" + service.Name, null, text, string.Join(' ', service.Aliases) + (service.Price is null ? "" : " price"));
        }

        foreach (var fact in tenant.Facts)
            yield return Make(tenant, "fact/" + fact.Topic, fact.Topic, fact.Answer, string.Join(' ', fact.Keywords));
        if (tenant.Booking is { } booking)
            yield return Make(tenant, "booking", "Bookings", Booking(tenant, booking), "book booking reserve reservation appointment table advance notice");
    }

    private static IndexedPassage Make(Tenant tenant, string key, string? heading, string text, string keywords) =>
        new(IdOf(tenant.Id, key, text), Source, 0, heading, text) { Keywords = keywords, IsStored = false };

    // The same text of the same tenant has the same id in every process: RFC 9562, version 8.
    private static Guid IdOf(Guid tenantId, string key, string text)
    {
        Span<byte> id = SHA256.HashData(Encoding.UTF8.GetBytes($"{tenantId:N}/{key}/{text}")).AsSpan(0, 16);
        id[6] = (byte)((id[6] & 0x0f) | 0x80);
        id[8] = (byte)((id[8] & 0x3f) | 0x80);
        return new Guid(id, bigEndian: true);
    }

    private static string Hours(OpeningHours hours)
    {
        var days = new List<string>();
        foreach (var day in Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None))
        {
            var spans = hours.Weekly.Where(s => s.Day == day).OrderBy(s => s.Open).Select(s => $"{Time.Format(s.Open)} to {Time.Format(s.Close)}").ToList();
            days.Add($"{day} {(spans.Count == 0 ? "closed" : string.Join(" and ", spans))}");
        }

        var text = string.Join("; ", days) + ".";
        return hours.Closed.Count == 0 ? text : $"{text} Closed on {string.Join(", ", hours.Closed.Select(LocalDatePattern.Iso.Format))}.";
    }

    private static string Booking(Tenant tenant, BookingRules booking)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"Bookings are taken by telephone up to {booking.MaxDaysAhead} days ahead, at least {booking.MinNoticeMinutes} minutes before.");
        return tenant.Kind == BusinessKind.Restaurant
            ? string.Create(CultureInfo.InvariantCulture, $"{text} Tables are booked for up to {booking.MaxPartySize} people.")
            : text;
    }
}
