using NodaTime;
using Parley.Conversation.Tenants;

namespace Parley.Fuzz.Tests;

/// <summary>A business to call.</summary>
internal static class Samples
{
    public static readonly Tenant Restaurant = new()
    {
        Id = Guid.Parse("01930000-0000-7000-8000-000000000001"),
        Slug = "luigis",
        Name = "Luigi's",
        Kind = BusinessKind.Restaurant,
        TimeZone = DateTimeZoneProviders.Tzdb["America/New_York"],
        Greeting = "Thank you for calling Luigi's. How can I help you?",
        Phone = "+14155550199",
        Numbers = ["+14155550199"],
        Services = [new Service("tiramisu", "eight dollars", null, ["dessert"])],
        Facts = [new Fact("parking", ["park", "car"], "There is free parking behind the house.")],
        Departments = [new Department("the manager", "+14155550198", ["manager", "boss"])],
        Booking = new BookingRules { ReservationLink = "https://luigis.example/r" },
    };
}
