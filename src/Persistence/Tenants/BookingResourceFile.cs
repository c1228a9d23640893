using NodaTime;
using NodaTime.Text;
using Parley.Conversation.Tenants;
using Parley.Persistence.Json;

namespace Parley.Persistence.Tenants;

/// <summary>Reads the <c>resources</c> of a tenant's bookings.</summary>
internal static class BookingResourceFile
{
    // As many units are looked at for each time that is offered: a theatre needs another program.
    private const int MostUnits = 500;

    private static readonly LocalTimePattern Time = LocalTimePattern.CreateWithInvariantCulture("H:mm");

    public static IReadOnlyList<BookingResource> Read(YamlMap booking)
    {
        var resources = booking.Maps("resources", ReadOne);
        if (resources.GroupBy(r => r.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
            booking.Error("resources", $"'{twice.Key}' is there twice; several alike are one entry with a 'count'.");
        if (resources.Sum(r => r.Units.Count()) > MostUnits)
            booking.Error("resources", $"'resources' are more than {MostUnits}.");
        return resources;
    }

    /// <summary>A service that a resource is for must be one of the tenant's.</summary>
    public static void CheckServices(YamlMap tenantMap, Tenant tenant)
    {
        foreach (var resource in tenant.Booking?.Resources ?? [])
        {
            foreach (var service in resource.Services)
            {
                if (!tenant.Services.Any(s => s.Name.Equals(service, StringComparison.OrdinalIgnoreCase)))
                    tenantMap.Error("booking", $"The resource '{resource.Name}' is for '{service}', which is not one of the 'services'.");
            }
        }
    }

    private static BookingResource ReadOne(YamlMap map)
    {
        var defaults = new BookingResource { Name = "" };
        if (map.Find("kind") is null)
            map.RequiredText("kind");
        var kind = map.Value<ResourceKind>(
            "kind",
            t => EnumText<ResourceKind>.TryParse(t, out var known) ? known : null,
            "one of " + string.Join(", ", EnumText<ResourceKind>.All)) ?? ResourceKind.Table;
        var names = map.Texts("names");
        if (names.GroupBy(n => n, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
            map.Error("names", $"'{twice.Key}' is there twice.");
        if (names.Count > 0 && map.Find("count") is not null && map.Int("count", 1, MostUnits) != names.Count)
            map.Error("count", $"'count' is not needed beside {names.Count} 'names'.");
        if (kind == ResourceKind.Room && map.Find("duration_minutes") is not null)
            map.Error("duration_minutes", "'duration_minutes' is not for rooms, which are booked by the night.");
        if (kind != ResourceKind.Room && (map.Find("check_in") ?? map.Find("check_out")) is { } misplaced)
            map.Error(misplaced, "'check_in' and 'check_out' are for rooms.");
        return new BookingResource
        {
            Name = map.RequiredText("name"),
            Kind = kind,
            Capacity = map.Int("capacity", 1, 1000) ?? defaults.Capacity,
            Count = map.Int("count", 1, MostUnits) ?? defaults.Count,
            Names = names,
            DurationMinutes = map.Int("duration_minutes", 5, 24 * 60),
            BufferMinutes = map.Int("buffer_minutes", 0, 24 * 60) ?? defaults.BufferMinutes,
            Services = map.Texts("services"),
            CheckIn = ReadTime(map, "check_in") ?? defaults.CheckIn,
            CheckOut = ReadTime(map, "check_out") ?? defaults.CheckOut,
            Calendar = ResourceCalendarFile.Read(map),
        };
    }

    private static LocalTime? ReadTime(YamlMap map, string key) =>
        map.Find(key) is { } node && map.Scalar(node, key) is { } text ? map.Parse(node, text, Time, "a time, such as 15:00") : null;
}
