using System.Text.Json.Nodes;
using NodaTime;
using Parley.Conversation.Agents.Grounding;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tests.Agents.Grounding;

/// <summary>A restaurant, and what a call to it has brought to light. It is Saturday, 21 November 2026, 10:00 in New York.</summary>
internal static class Known
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 15, 0, 0, TimeSpan.Zero);

    public static readonly Tenant Tenant = new()
    {
        Id = Guid.Parse("01930000-0000-7000-8000-000000000001"),
        Slug = "luigis",
        Name = "Luigi's",
        Kind = BusinessKind.Restaurant,
        TimeZone = DateTimeZoneProviders.Tzdb["America/New_York"],
        Greeting = "Luigi's, how can I help you?",
        Address = "twelve Mulberry Street, at the corner of Canal Street",
        Phone = "+12125550101",
        Hours = new OpeningHours(
            [
                .. Enumerable.Range(1, 4).Select(static day => new OpeningSpan((IsoDayOfWeek)day, new LocalTime(12, 0), new LocalTime(22, 0))),
                .. Enumerable.Range(5, 2).Select(static day => new OpeningSpan((IsoDayOfWeek)day, new LocalTime(12, 0), new LocalTime(23, 0))),
            ],
            [new LocalDate(2026, 12, 25)]),
        Services =
        [
            new Service("margherita pizza", "fourteen dollars", null, ["margherita"]),
            new Service("lasagna", "twenty one dollars", null, []),
            new Service("tiramisu", "eight dollars", null, ["tiramisú", "тирамису", "טירמיסו"]),
        ],
        Facts =
        [
            new Fact("parking", ["car"], "There is a garage on Hester Street. Street parking is free after seven in the evening."),
            new Fact("gluten free", ["gluten"], "Gluten free pizza is three dollars more."),
            new Fact("outdoor seating", ["outside"], "We have twenty seats outside."),
        ],
        Booking = new BookingRules
        {
            LastBookingMinutesBeforeClose = 60,
            Resources = [new BookingResource { Name = "table for four", Capacity = 4, Count = 2 }, new BookingResource { Name = "table for eight", Capacity = 8 }],
        },
        Departments = [new Department("the manager", "+12125550199", ["manager"])],
    };

    /// <summary>Nothing but the profile, and what the caller said.</summary>
    public static Evidence Profile(string caller = "")
    {
        var evidence = new Evidence(Tenant, Now);
        evidence.Add(EvidenceOrigin.Caller, "caller", caller);
        return evidence;
    }

    /// <summary>With passages, and with what tools told.</summary>
    public static Evidence All()
    {
        var evidence = Profile("I'd like a table for six on friday at half past seven, my number is six four six five five five oh one nine nine");
        evidence.Add(EvidenceOrigin.Passage, "menu.csv", "# Starters\nBurrata, 16.50\nNegroni, 13\nCorkage fee: 25 USD");
        evidence.Add(EvidenceOrigin.Passage, "house.md", "Happy hour is from 4 to 6 pm on weekdays. Groups of eight or more pay a 20% service charge. Delivery costs $4.99. For events call 212 555 0177. Our second house is at 40 Elm Avenue.");
        evidence.AddTool(
            "hold_booking", "Everything is taken at that time. The nearest that are free: Friday 2026-11-27 at 18:45; Friday 2026-11-27 at 20:15.",
            JsonNode.Parse("""{"error":"not_possible","refusal":"taken","alternatives":["2026-11-27T18:45","2026-11-27T20:15"]}""")!.AsObject(), failed: true);
        evidence.AddTool(
            "look_up_catalogue", "Luigi's apron, black, size M; 35.00 USD; 3 in stock, few left",
            JsonNode.Parse("""{"items":[{"product":"Luigi's apron","size":"M","price":35.00,"currency":"USD","stock":3,"low_stock":true}]}""")!.AsObject(), failed: false);
        return evidence;
    }
}
