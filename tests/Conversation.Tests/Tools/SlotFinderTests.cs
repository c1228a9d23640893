using NodaTime;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools.Bookings;

namespace Parley.Conversation.Tests.Tools;

public sealed class SlotFinderTests
{
    private static readonly DateTimeZone NewYork = DateTimeZoneProviders.Tzdb["America/New_York"];

    // Friday, March 6, 2026, noon in New York; the clocks go forward on Sunday, March 8 at 2:00, back on November 1.
    private static readonly Instant Now = Instant.FromUtc(2026, 3, 6, 17, 0);

    private static readonly Tenant Restaurant = new()
    {
        Id = Guid.Empty,
        Slug = "r",
        Name = "R",
        Kind = BusinessKind.Restaurant,
        TimeZone = NewYork,
        Greeting = "Hello.",
        Hours = new OpeningHours(
            [.. Enum.GetValues<IsoDayOfWeek>().Where(d => d is not (IsoDayOfWeek.None or IsoDayOfWeek.Monday))
                .Select(d => new OpeningSpan(d, new LocalTime(17, 0), d is IsoDayOfWeek.Saturday ? new LocalTime(3, 0) : new LocalTime(22, 0)))],
            [new LocalDate(2026, 3, 11)]),
        Booking = new BookingRules
        {
            MaxPartySize = 10,
            Resources =
            [
                new BookingResource { Name = "for four", Capacity = 4, Count = 2, DurationMinutes = 90, BufferMinutes = 15 },
                new BookingResource { Name = "for two", Capacity = 2, Count = 1, DurationMinutes = 90, BufferMinutes = 15 },
            ],
        },
    };

    private static readonly Tenant Salon = Restaurant with
    {
        Kind = BusinessKind.Salon,
        Services = [new Service("haircut", null, 30, []), new Service("color", null, 120, [])],
        Booking = new BookingRules
        {
            Resources =
            [
                new BookingResource { Name = "chair", Kind = ResourceKind.Chair, Names = ["Anna", "Ben"], BufferMinutes = 5, Services = ["haircut"] },
                new BookingResource { Name = "color chair", Kind = ResourceKind.Chair, Services = ["color"] },
            ],
        },
    };

    private static readonly Tenant Hotel = Restaurant with
    {
        Kind = BusinessKind.Hotel,
        Booking = new BookingRules { Resources = [new BookingResource { Name = "double", Kind = ResourceKind.Room, Capacity = 2, Count = 1 }] },
    };

    [Fact]
    public void The_smallest_table_that_is_enough_is_taken_first()
    {
        Find(Restaurant, Wish("2026-03-06T19:00", 2)).Slot!.Resource.ShouldBe("for two");
        Find(Restaurant, Wish("2026-03-06T19:00", 2), Taken("for two", "1", "2026-03-06T19:00")).Slot!.Resource.ShouldBe("for four");
        Find(Restaurant, Wish("2026-03-06T19:00", 3)).Slot!.Unit.ShouldBe("1");
        Find(Restaurant, Wish("2026-03-06T19:00", 3), Taken("for four", "1", "2026-03-06T18:00")).Slot!.Unit.ShouldBe("2");
    }

    [Fact]
    public void A_booking_ends_with_its_duration_and_keeps_the_table_for_the_buffer()
    {
        var slot = Find(Restaurant, Wish("2026-03-06T19:00", 2)).Slot!;

        slot.End.ShouldBe(new LocalDateTime(2026, 3, 6, 20, 30));
        (slot.BusyUntil - slot.Until).ShouldBe(Duration.FromMinutes(15));
        Find(Restaurant, Wish("2026-03-06T20:45", 4), Taken("for four", "1", "2026-03-06T19:00")).Slot!.Unit.ShouldBe("1");
        Find(Restaurant, Wish("2026-03-06T20:40", 4), Taken("for four", "1", "2026-03-06T19:00")).Slot!.Unit.ShouldBe("2");
        Find(Restaurant, Wish("2026-03-06T17:15", 4), Taken("for four", "1", "2026-03-06T19:00")).Slot!.Unit.ShouldBe("1");
    }

    [Fact]
    public void When_all_is_taken_the_nearest_times_are_offered_nearest_first()
    {
        var found = Find(
            Restaurant, Wish("2026-03-06T19:00", 4), Taken("for four", "1", "2026-03-06T19:00"), Taken("for four", "2", "2026-03-06T18:30"));

        found.Refusal.ShouldBe(BookingRefusal.Taken);
        found.Alternatives.Select(a => a.Start.TimeOfDay).ShouldBe([new LocalTime(20, 15), new LocalTime(20, 30), new LocalTime(17, 15)]);
    }

    [Fact]
    public void A_day_that_is_full_has_the_same_time_of_the_next_open_days_as_alternatives()
    {
        var found = Find(Restaurant, Wish("2026-03-06T19:00", 4), AllDay("for four", "1", 6), AllDay("for four", "2", 6));

        // Saturday and Sunday; Monday is closed, Tuesday open, Wednesday a day off.
        found.Alternatives.Select(a => a.Start).ShouldBe(
            [new LocalDateTime(2026, 3, 7, 19, 0), new LocalDateTime(2026, 3, 8, 19, 0), new LocalDateTime(2026, 3, 10, 19, 0)]);
    }

    [Theory]
    [InlineData("2026-03-06T11:00", 2, BookingRefusal.Past)]
    [InlineData("2026-03-09T19:00", 2, BookingRefusal.ClosedDay)]
    [InlineData("2026-03-11T19:00", 2, BookingRefusal.ClosedDay)]
    [InlineData("2026-03-06T16:00", 2, BookingRefusal.OutsideHours)]
    [InlineData("2026-03-06T21:45", 2, BookingRefusal.AfterLastBooking)]
    [InlineData("2026-06-06T19:00", 2, BookingRefusal.TooFar)]
    [InlineData("2026-03-06T19:00", 5, BookingRefusal.TooManyGuests)]
    public void What_the_business_does_not_take_is_refused_with_the_reason(string when, int guests, BookingRefusal refusal) =>
        Find(Restaurant, Wish(when, guests)).Refusal.ShouldBe(refusal);

    [Fact]
    public void A_party_above_the_limit_is_for_a_person_even_where_a_table_is_large_enough()
    {
        var large = Restaurant with { Booking = Restaurant.Booking! with { MaxPartySize = 3 } };

        Find(large, Wish("2026-03-06T19:00", 4)).Refusal.ShouldBe(BookingRefusal.TooManyGuests);
    }

    [Fact]
    public void An_appointment_lasts_as_long_as_its_service_on_a_chair_that_does_it_and_is_over_before_closing()
    {
        var cut = Find(Salon, Wish("2026-03-06T18:00", service: "haircut")).Slot!;
        (cut.Unit, cut.Until - cut.From).ShouldBe(("Anna", Duration.FromMinutes(30)));
        var color = Find(Salon, Wish("2026-03-06T18:00", service: "color")).Slot!;
        (color.Resource, color.Until - color.From).ShouldBe(("color chair", Duration.FromMinutes(120)));

        var late = Find(Salon, Wish("2026-03-06T20:30", service: "color"));
        late.Refusal.ShouldBe(BookingRefusal.AfterLastBooking);
        late.Alternatives[0].Start.ShouldBe(new LocalDateTime(2026, 3, 6, 20, 0));
        Find(Salon, Wish("2026-03-06T20:30", service: "massage")).Refusal.ShouldBe(BookingRefusal.NothingSuitable);
    }

    [Fact]
    public void A_caller_who_asks_for_somebody_gets_them_or_times_when_they_are_free()
    {
        Find(Salon, Wish("2026-03-06T18:00", service: "haircut") with { With = "ben" }).Slot!.Unit.ShouldBe("Ben");
        var found = Find(Salon, Wish("2026-03-06T18:00", service: "haircut") with { With = "Ben" }, Taken("chair", "Ben", "2026-03-06T18:00", 30));
        found.Refusal.ShouldBe(BookingRefusal.Taken);
        found.Alternatives.ShouldAllBe(a => a.Unit == "Ben");
        Find(Salon, Wish("2026-03-06T18:00", service: "haircut") with { With = "Zoe" }).Refusal.ShouldBe(BookingRefusal.NothingSuitable);
    }

    [Fact]
    public void A_stay_is_from_the_first_afternoon_to_the_last_morning_whatever_the_opening_hours()
    {
        var slot = Find(Hotel, Wish("2026-03-09T00:00", 2) with { Nights = 3 }).Slot!;

        slot.Start.ShouldBe(new LocalDateTime(2026, 3, 9, 15, 0));
        slot.End.ShouldBe(new LocalDateTime(2026, 3, 12, 11, 0));
        var taken = new Busy("double", "1", slot.From, slot.BusyUntil);
        Find(Hotel, Wish("2026-03-12T00:00", 2), taken).Slot.ShouldNotBeNull();
        var full = Find(Hotel, Wish("2026-03-11T00:00", 2), taken);
        full.Refusal.ShouldBe(BookingRefusal.Taken);
        full.Alternatives[0].Start.Date.ShouldBe(new LocalDate(2026, 3, 12));
        Find(Hotel, Wish("2026-03-05T00:00", 2)).Refusal.ShouldBe(BookingRefusal.Past);
    }

    [Fact]
    public void A_booking_over_the_change_of_the_clocks_is_as_long_as_any_other()
    {
        // Saturday night until 3:00; at 2:00 the clocks show 3:00.
        var night = Restaurant with { Booking = Restaurant.Booking! with { LastBookingMinutesBeforeClose = 60 } };
        var slot = Find(night, Wish("2026-03-08T01:30", 2)).Slot!;

        (slot.Until - slot.From).ShouldBe(Duration.FromMinutes(90));
        slot.End.ShouldBe(new LocalDateTime(2026, 3, 8, 4, 0));
        // A time that the clocks skip is what they show instead.
        Find(night, Wish("2026-03-08T02:00", 2)).Slot!.Start.ShouldBe(new LocalDateTime(2026, 3, 8, 3, 0));
    }

    [Fact]
    public void The_hour_that_comes_twice_in_autumn_is_one_time_and_both_halves_are_kept_apart()
    {
        var now = Instant.FromUtc(2026, 10, 31, 16, 0);
        var slot = new SlotFinder(Restaurant, now, []).Find(Wish("2026-11-01T01:30", 2)).Slot!;

        // NodaTime's lenient rule: the earlier of both, daylight saving time.
        slot.From.ShouldBe(Instant.FromUtc(2026, 11, 1, 5, 30));
        slot.End.ShouldBe(new LocalDateTime(2026, 11, 1, 2, 0));
        (slot.Until - slot.From).ShouldBe(Duration.FromMinutes(90));
    }

    // Each city's nights on which the clocks change, in 2026; a time that is skipped is what they show instead, one that comes twice the earlier.
    [Theory]
    [InlineData("America/New_York", "2026-03-08T01:30", "2026-03-08T06:30", "2026-03-08T04:00")]
    [InlineData("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30", "2026-11-01T02:00")]
    [InlineData("America/New_York", "2026-11-01T02:30", "2026-11-01T07:30", "2026-11-01T04:00")]
    [InlineData("Europe/London", "2026-03-29T00:30", "2026-03-29T00:30", "2026-03-29T03:00")]
    [InlineData("Europe/London", "2026-03-29T01:15", "2026-03-29T01:15", "2026-03-29T03:45")]
    [InlineData("Europe/London", "2026-10-25T01:30", "2026-10-25T00:30", "2026-10-25T02:00")]
    [InlineData("Asia/Jerusalem", "2026-03-27T01:30", "2026-03-26T23:30", "2026-03-27T04:00")]
    [InlineData("Asia/Jerusalem", "2026-03-27T02:30", "2026-03-27T00:30", "2026-03-27T05:00")]
    [InlineData("Asia/Jerusalem", "2026-10-25T01:30", "2026-10-24T22:30", "2026-10-25T02:00")]
    public void On_nights_when_the_clocks_change_a_booking_begins_and_ends_when_it_should(string zone, string when, string utc, string end)
    {
        var bar = Bar(zone);
        var now = Wish(when).When.PlusDays(-3).InZoneLeniently(bar.TimeZone).ToInstant();
        var slot = new SlotFinder(bar, now, []).Find(Wish(when, 2)).Slot!;

        slot.From.ShouldBe(Wish(utc).When.InUtc().ToInstant());
        (slot.Until - slot.From).ShouldBe(Duration.FromMinutes(90));
        slot.End.ShouldBe(Wish(end).When);
        // What is booked is taken, and the next can be had when the buffer is over.
        Busy[] taken = [new("for two", "1", slot.From, slot.BusyUntil)];
        new SlotFinder(bar, now, taken).Find(Wish(when, 2)).Refusal.ShouldBe(BookingRefusal.Taken);
        var next = slot.BusyUntil.InZone(bar.TimeZone).LocalDateTime;
        new SlotFinder(bar, now, taken).Find(new BookingWish { When = next, Guests = 2 }).Refusal.ShouldNotBe(BookingRefusal.Taken);
    }

    [Theory]
    [InlineData("America/New_York", "2026-03-07", 43)]
    [InlineData("America/New_York", "2026-10-31", 45)]
    [InlineData("Europe/London", "2026-03-28", 43)]
    [InlineData("Europe/London", "2026-10-24", 45)]
    [InlineData("Asia/Jerusalem", "2026-03-26", 43)]
    [InlineData("Asia/Jerusalem", "2026-10-24", 45)]
    public void Nights_over_a_change_of_the_clocks_are_from_afternoon_to_morning_on_the_wall(string zone, string arrival, int hours)
    {
        var hotel = Hotel with { TimeZone = DateTimeZoneProviders.Tzdb[zone] };
        var day = NodaTime.Text.LocalDatePattern.Iso.Parse(arrival).Value;
        var now = hotel.TimeZone.AtStartOfDay(day.PlusDays(-2)).ToInstant();
        var stay = new SlotFinder(hotel, now, []).Find(new BookingWish { When = day.AtMidnight(), Guests = 2, Nights = 2 }).Slot!;

        (stay.Start, stay.End).ShouldBe((day + new LocalTime(15, 0), day.PlusDays(2) + new LocalTime(11, 0)));
        (stay.Until - stay.From).ShouldBe(Duration.FromHours(hours));
        Busy[] taken = [new("double", "1", stay.From, stay.BusyUntil)];
        new SlotFinder(hotel, now, taken).Find(new BookingWish { When = day.PlusDays(2).AtMidnight(), Guests = 2 }).Slot.ShouldNotBeNull();
        new SlotFinder(hotel, now, taken).Find(new BookingWish { When = day.PlusDays(1).AtMidnight(), Guests = 2 }).Refusal.ShouldBe(BookingRefusal.Taken);
    }

    [Theory]
    // Open from eight in the evening to two at night, but not on Mondays, nor on Wednesday, the 11th.
    [InlineData("2026-03-07T23:30", "haircut", BookingRefusal.None)]
    [InlineData("2026-03-08T00:15", "haircut", BookingRefusal.None)]
    [InlineData("2026-03-07T01:30", "haircut", BookingRefusal.None)]
    [InlineData("2026-03-07T01:45", "haircut", BookingRefusal.AfterLastBooking)]
    [InlineData("2026-03-07T23:45", "color", BookingRefusal.None)]
    [InlineData("2026-03-07T00:15", "color", BookingRefusal.AfterLastBooking)]
    [InlineData("2026-03-07T02:00", "haircut", BookingRefusal.OutsideHours)]
    [InlineData("2026-03-09T00:30", "haircut", BookingRefusal.None)]
    [InlineData("2026-03-09T23:00", "haircut", BookingRefusal.ClosedDay)]
    [InlineData("2026-03-10T00:30", "haircut", BookingRefusal.OutsideHours)]
    [InlineData("2026-03-11T00:30", "haircut", BookingRefusal.None)]
    [InlineData("2026-03-11T23:00", "haircut", BookingRefusal.ClosedDay)]
    [InlineData("2026-03-12T00:30", "haircut", BookingRefusal.OutsideHours)]
    public void Who_is_open_past_midnight_takes_bookings_until_then_and_a_night_belongs_to_its_evening(string when, string service, BookingRefusal expected)
    {
        var night = Salon with
        {
            Hours = new OpeningHours(
                [.. Enum.GetValues<IsoDayOfWeek>().Where(d => d is not (IsoDayOfWeek.None or IsoDayOfWeek.Monday))
                    .Select(d => new OpeningSpan(d, new LocalTime(20, 0), new LocalTime(2, 0)))],
                [new LocalDate(2026, 3, 11)]),
            Booking = Salon.Booking! with { LastBookingMinutesBeforeClose = 30 },
        };

        Find(night, Wish(when, service: service)).Refusal.ShouldBe(expected);
    }

    [Theory]
    [InlineData("2026-03-06T18:59", BookingRefusal.TooSoon)]
    [InlineData("2026-03-06T19:00", BookingRefusal.None)]
    public void The_notice_that_a_business_wants_is_kept(string when, BookingRefusal expected)
    {
        var slow = Restaurant with { Booking = Restaurant.Booking! with { MinNoticeMinutes = 7 * 60 } };

        Find(slow, Wish(when, 2)).Refusal.ShouldBe(expected);
    }

    [Fact]
    public void Only_the_caller_who_knows_both_number_and_name_or_calls_from_it_owns_a_booking()
    {
        new CallerIdentity("+1").Owns("Ann Lee", "+1", null).ShouldBeTrue();
        new CallerIdentity("+1").Owns("Ann Lee", "+2", "+1").ShouldBeTrue();
        new CallerIdentity("+3").Owns("Ann Lee", "+2", "+1").ShouldBeFalse();
        new CallerIdentity(null).Owns("Ann Lee", "+2", null).ShouldBeFalse();
        new CallerIdentity("+3", "+2").Owns("Ann Lee", "+2", null).ShouldBeFalse();
        new CallerIdentity("+3", "+2", "lee").Owns("Ann Lee", "+2", null).ShouldBeTrue();
        new CallerIdentity("+3", "+2", "Ann-Lee").Owns("Ann Lee", "+2", null).ShouldBeTrue();
        new CallerIdentity("+3", "+2", "Bob").Owns("Ann Lee", "+2", null).ShouldBeFalse();
        new CallerIdentity("+3", "+2", "?!").Owns("Ann Lee", "+2", null).ShouldBeFalse();
        new CallerIdentity("+3", null, "Ann Lee").Owns("Ann Lee", null, null).ShouldBeFalse();
        new CallerIdentity("").Owns("Ann Lee", "", "").ShouldBeFalse();
    }

    private static Tenant Bar(string zone) => Restaurant with
    {
        TimeZone = DateTimeZoneProviders.Tzdb[zone],
        Hours = new OpeningHours(
            [.. Enum.GetValues<IsoDayOfWeek>().Where(d => d is not IsoDayOfWeek.None).Select(d => new OpeningSpan(d, new LocalTime(17, 0), new LocalTime(7, 0)))], []),
        Booking = new BookingRules { Resources = [new BookingResource { Name = "for two", Capacity = 2, DurationMinutes = 90, BufferMinutes = 15 }] },
    };

    private static Availability Find(Tenant tenant, BookingWish wish, params Busy[] busy) => new SlotFinder(tenant, Now, busy).Find(wish);

    private static BookingWish Wish(string when, int guests = 1, string? service = null) => new()
    {
        When = NodaTime.Text.LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Parse(when).Value, Guests = guests, Service = service,
    };

    private static Busy Taken(string resource, string unit, string from, int minutes = 105)
    {
        var start = Wish(from).When.InZoneLeniently(NewYork).ToInstant();
        return new Busy(resource, unit, start, start + Duration.FromMinutes(minutes));
    }

    private static Busy AllDay(string resource, string unit, int day) => new(
        resource, unit, NewYork.AtStartOfDay(new LocalDate(2026, 3, day)).ToInstant(), NewYork.AtStartOfDay(new LocalDate(2026, 3, day + 1)).ToInstant());
}
