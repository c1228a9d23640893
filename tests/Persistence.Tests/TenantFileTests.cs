using NodaTime;
using Parley.Conversation.Tenants;
using Parley.Persistence.Tenants;

namespace Parley.Persistence.Tests;

public sealed class TenantFileTests
{
    private const string Smallest =
        """
        slug: luigis
        name: Luigi's
        kind: restaurant
        time_zone: America/New_York
        greeting: Hello.
        """;

    [Fact]
    public void The_sample_restaurant_is_read_whole()
    {
        var tenant = Sample("luigis.yaml");

        tenant.Name.ShouldBe("Luigi's Trattoria");
        tenant.Kind.ShouldBe(BusinessKind.Restaurant);
        tenant.TimeZone.Id.ShouldBe("America/New_York");
        tenant.Numbers.ShouldBe(["+12125550101"]);
        tenant.Greeting.ShouldBe("Thanks for calling Luigi's Trattoria. How can I help?");
        tenant.Hours.IsOpen(new LocalDateTime(2026, 11, 23, 11, 0)).ShouldBeFalse("before noon");
        tenant.Hours.IsOpen(new LocalDateTime(2026, 11, 24, 18, 0)).ShouldBeTrue();
        tenant.Hours.IsOpen(new LocalDateTime(2026, 1, 1, 18, 0)).ShouldBeFalse("a day off");
        tenant.Services.Single(s => s.Name == "margherita pizza").Price.ShouldBe("fourteen dollars");
        tenant.Facts.Select(f => f.Topic).ShouldBe(["parking", "dogs", "vegetarian", "gluten free", "outdoor seating"]);
        tenant.Booking!.ReservationLink.ShouldBe("https://luigis.example/r");
        tenant.Departments.ShouldHaveSingleItem().Number.ShouldBe("+12125550111");
    }

    [Fact]
    public void The_sample_barber_is_read_whole()
    {
        var tenant = Sample("fade-factory.yaml");

        tenant.Kind.ShouldBe(BusinessKind.Salon);
        tenant.Services.Single(s => s.Name == "beard trim").DurationMinutes.ShouldBe(20);
        tenant.Hours.Weekly.Count.ShouldBe(6);
        tenant.Messages.ReservationLink.ShouldBeFalse();
    }

    [Fact]
    public void Resources_of_bookings_are_read_with_their_defaults()
    {
        var tenant = TenantFile.Parse(
            Smallest +
            """

            services: [{name: massage, duration_minutes: 60}]
            booking:
              resources:
                - {name: table, kind: table, capacity: 4, count: 3, duration_minutes: 90, buffer_minutes: 15}
                - {name: therapist, kind: practitioner, names: [Ann, Bob], services: [Massage]}
                - {name: double room, kind: room, capacity: 2, check_in: 14:00, check_out: 10:30}
            """,
            "t.yaml");

        var (table, therapist, room) = (tenant.Booking!.Resources[0], tenant.Booking.Resources[1], tenant.Booking.Resources[2]);
        (table.Kind, table.Capacity, table.DurationMinutes, table.BufferMinutes).ShouldBe((ResourceKind.Table, 4, 90, 15));
        table.Units.ShouldBe(["1", "2", "3"]);
        (therapist.Kind, therapist.Capacity, therapist.DurationMinutes, therapist.BufferMinutes).ShouldBe((ResourceKind.Practitioner, 1, null, 0));
        therapist.Units.ShouldBe(["Ann", "Bob"]);
        (room.CheckIn, room.CheckOut, room.Units.Count()).ShouldBe((new LocalTime(14, 0), new LocalTime(10, 30), 1));
        TenantFile.Parse(TenantFile.Write(tenant), "t.yaml").Booking.ShouldBeEquivalentTo(tenant.Booking);
    }

    [Theory]
    [InlineData("{name: a}", "'kind' is missing")]
    [InlineData("{kind: table}", "'name' is missing")]
    [InlineData("{name: a, kind: sofa}", "one of chair, practitioner, room, table")]
    [InlineData("{name: a, kind: table, capacity: 0}", "a whole number from 1 to 1000")]
    [InlineData("{name: a, kind: table, count: 9000}", "a whole number from 1 to 500")]
    [InlineData("{name: a, kind: chair, names: [Ann, ann]}", "'Ann' is there twice")]
    [InlineData("{name: a, kind: chair, names: [Ann], count: 2}", "'count' is not needed beside 1 'names'")]
    [InlineData("{name: a, kind: chair, services: [flying]}", "The resource 'a' is for 'flying', which is not one of the 'services'")]
    [InlineData("{name: a, kind: room, duration_minutes: 60}", "not for rooms")]
    [InlineData("{name: a, kind: table, check_in: 15:00}", "for rooms")]
    [InlineData("{name: a, kind: room, check_in: noon}", "a time, such as 15:00")]
    [InlineData("{name: a, kind: table, colour: red}", "'colour' is not known here")]
    [InlineData("{name: a, kind: table}, {name: A, kind: chair}", "'a' is there twice; several alike are one entry with a 'count'")]
    [InlineData("{name: a, kind: table, count: 400}, {name: b, kind: table, count: 400}", "more than 500")]
    [InlineData("just text", "must be a mapping")]
    public void A_mistake_in_a_resource_is_told_with_its_line(string resources, string expected)
    {
        var error = Should.Throw<TenantFileException>(() => TenantFile.Parse(Smallest + $"\nbooking:\n  resources: [{resources}]\n", "t.yaml"));

        error.Message.ShouldContain(expected);
        error.Errors.ShouldAllBe(e => e.Line == 6 || e.Line == 7);
    }

    [Fact]
    public void Links_must_be_web_addresses() =>
        Should.Throw<TenantFileException>(() => TenantFile.Parse(Smallest + "\nmessages: {links: [{name: menu, url: menu.pdf}]}", "t.yaml"))
            .Message.ShouldContain("'menu.pdf' must be a web address");

    [Theory]
    [InlineData("luigis.yaml")]
    [InlineData("fade-factory.yaml")]
    public void What_is_written_is_read_back_the_same(string file)
    {
        var tenant = Sample(file) with { Voice = "no", Capture = true, Turns = new TurnTuning { Patience = 1.5 } };

        var again = TenantFile.Parse(TenantFile.Write(tenant), file);

        again.ShouldBeEquivalentTo(tenant);
    }

    [Fact]
    public void The_smallest_file_has_the_defaults()
    {
        var tenant = TenantFile.Parse(Smallest, "t.yaml");

        tenant.Language.ShouldBe("en-US");
        tenant.Hours.IsKnown.ShouldBeFalse();
        tenant.Booking.ShouldBeNull();
        tenant.Messages.ShouldBe(new MessageSettings());
    }

    [Fact]
    public void Turn_taking_is_tuned_and_written_back()
    {
        var tenant = TenantFile.Parse(
            Smallest + "\nturns:\n  patience: 1.5\n  barge_in_sensitivity: 0.2\n  silence_ms:\n    question: 400\n    dictation: 1800\n", "t.yaml");
        var again = TenantFile.Parse(TenantFile.Write(tenant), "t.yaml");

        tenant.Turns.ShouldBe(new TurnTuning
        {
            Patience = 1.5,
            BargeInSensitivity = 0.2,
            SilenceMs = new EndpointingTuning { QuestionMs = 400, DictationMs = 1800 },
        });
        again.Turns.ShouldBe(tenant.Turns);
    }

    [Fact]
    public void Every_mistake_is_told_with_its_line_at_once()
    {
        var error = Should.Throw<TenantFileException>(() => TenantFile.Parse(
            """
            slug: Luigi's
            name: Luigi's
            kind: pizzeria
            time_zone: America/Newyork
            numbers: ["555-0101"]
            hours:
              monday: 25:00-26:00
              funday: closed
            services:
              - name: pizza
                duration_minutes: long
                colour: red
            booking:
              max_party_size: 0
              reservation_link: luigis
            messages:
              recap: yes
            greting: Hello.
            """,
            "luigis.yaml"));

        error.Errors.Select(e => e.Line).ShouldBe([1, 1, 3, 4, 5, 7, 7, 8, 11, 12, 14, 15, 17, 18]);
        error.Message.ShouldContain("luigis.yaml:1: 'greeting' is missing.");
        error.Message.ShouldContain("luigis.yaml:3: 'kind' is 'pizzeria', but must be one of clinic, hotel, other, restaurant, salon, shop.");
        error.Message.ShouldContain("luigis.yaml:4: 'America/Newyork' is not an IANA time zone");
        error.Message.ShouldContain("luigis.yaml:5: '555-0101' must be a number in E.164");
        error.Message.ShouldContain("luigis.yaml:12: 'colour' is not known here; known are aliases, duration_minutes, name, price.");
        error.Message.ShouldContain("luigis.yaml:18: 'greting' is not known here");
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("- a list", 1)]
    [InlineData("just text", 1)]
    [InlineData("slug: [unclosed\n", 2)]
    [InlineData("slug: a\nslug: b", 2)]
    public void What_is_not_a_tenant_at_all_is_refused_with_a_line(string yaml, int line) =>
        Should.Throw<TenantFileException>(() => TenantFile.Parse(yaml, "t.yaml")).Errors.ShouldHaveSingleItem().Line.ShouldBe(line);

    [Theory]
    [InlineData("18:00-02:00", "18:00", "02:00")]
    [InlineData("18:00-24:00", "18:00", "00:00")]
    [InlineData("9:00 - 17:00", "09:00", "17:00")]
    public void Spans_may_end_after_midnight(string text, string open, string close)
    {
        var span = TenantFile.Parse(Smallest + $"\nhours:\n  friday: {text}\n", "t.yaml").Hours.Weekly.ShouldHaveSingleItem();

        span.Open.ToString("HH:mm", null).ShouldBe(open);
        span.Close.ToString("HH:mm", null).ShouldBe(close);
    }

    private static Tenant Sample(string file) =>
        TenantFile.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "samples", "tenants", file)), file);
}
