using NodaTime;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tests.Agents;

/// <summary>Businesses for the tests. Their Monday is closed (restaurant) or Sunday and Monday (salon).</summary>
internal static class SampleTenants
{
    public const string CalledNumber = "+15550100200";

    public static readonly Department Manager = new("the manager", "+15550100299", ["manager", "boss", "owner"]);
    public static readonly Department Kitchen = new("the kitchen", "+15550100298", ["kitchen", "chef"]);

    public static readonly Tenant Restaurant = new()
    {
        Id = Guid.Parse("01930000-0000-7000-8000-000000000001"),
        Slug = "luigis",
        Name = "Luigi's",
        Kind = BusinessKind.Restaurant,
        TimeZone = DateTimeZoneProviders.Tzdb["America/New_York"],
        Greeting = "Thank you for calling Luigi's. How can I help you?",
        Address = "twelve Main Street, next to the post office",
        Phone = CalledNumber,
        Hours = new OpeningHours(
            [
                .. Days(IsoDayOfWeek.Tuesday, IsoDayOfWeek.Thursday, "11:30", "22:00"),
                .. Days(IsoDayOfWeek.Friday, IsoDayOfWeek.Saturday, "11:30", "23:00"),
                .. Days(IsoDayOfWeek.Sunday, IsoDayOfWeek.Sunday, "12:00", "21:00"),
            ],
            [new LocalDate(2026, 12, 25)]),
        Services =
        [
            new Service("margherita pizza", "twelve dollars", null, []),
            new Service("pepperoni pizza", "fourteen dollars", null, []),
            new Service("tiramisu", "eight dollars", null, []),
        ],
        Facts =
        [
            new Fact("parking", ["park", "parking lot", "car"], "There is free parking behind the house."),
            new Fact("dogs", ["dog", "pet"], "Dogs are welcome on the terrace."),
        ],
        Booking = new BookingRules { ReservationLink = "https://luigis.example/r" },
        Escalations = new EscalationSettings { Transfer = TransferTimes.Always },
        Departments = [Manager, Kitchen],
        Numbers = [CalledNumber],
    };

    public static readonly Tenant Salon = new()
    {
        Id = Guid.Parse("01930000-0000-7000-8000-000000000002"),
        Slug = "shears",
        Name = "Silver Shears",
        Kind = BusinessKind.Salon,
        TimeZone = DateTimeZoneProviders.Tzdb["America/New_York"],
        Greeting = "Silver Shears, how can I help you?",
        Phone = CalledNumber,
        Hours = new OpeningHours([.. Days(IsoDayOfWeek.Tuesday, IsoDayOfWeek.Saturday, "09:00", "18:00")], []),
        Services =
        [
            new Service("haircut", "thirty five dollars", 45, ["cut", "trim my hair"]),
            new Service("beard trim", "twenty dollars", 20, ["beard"]),
            new Service("coloring", "ninety dollars", 120, ["color", "dye"]),
        ],
        Booking = new BookingRules(),
        Numbers = [CalledNumber],
    };

    private static IEnumerable<OpeningSpan> Days(IsoDayOfWeek from, IsoDayOfWeek to, string open, string close)
    {
        var pattern = NodaTime.Text.LocalTimePattern.CreateWithInvariantCulture("HH:mm");
        for (var day = from; day <= to; day++)
            yield return new OpeningSpan(day, pattern.Parse(open).Value, pattern.Parse(close).Value);
    }
}
