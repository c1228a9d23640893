using NodaTime;
using NodaTime.Text;
using Parley.Conversation.Calendars;

namespace Parley.Conversation.Tests.Calendars;

public sealed class CalendarReaderTests
{
    private static readonly DateTimeZone NewYork = DateTimeZoneProviders.Tzdb["America/New_York"];

    // The clocks go back on November 1, 2026, at 2:00.
    private static readonly Interval Window = new(Instant.FromUtc(2026, 10, 28, 0, 0), Instant.FromUtc(2026, 12, 1, 0, 0));

    [Theory]
    [InlineData("DTSTART:20261103T150000Z\nDTEND:20261103T160000Z", "11-03 15:00/11-03 16:00")]
    [InlineData("DTSTART:20261103T100000\nDURATION:PT1H30M", "11-03 15:00/11-03 16:30")]
    [InlineData("DTSTART;TZID=Europe/Berlin:20261103T100000\nDTEND;TZID=Europe/Berlin:20261103T110000", "11-03 09:00/11-03 10:00")]
    [InlineData("DTSTART;TZID=\"/mozilla.org/20050126_1/Europe/Berlin\":20261103T100000\nDURATION:PT1H", "11-03 09:00/11-03 10:00")]
    [InlineData("DTSTART;TZID=W. Europe Standard Time:20261103T100000\nDURATION:PT1H", "11-03 09:00/11-03 10:00")]
    [InlineData("DTSTART;VALUE=DATE:20261101", "11-01 04:00/11-02 05:00")]
    [InlineData("DTSTART;VALUE=DATE:20261103\nDTEND;VALUE=DATE:20261105", "11-03 05:00/11-05 05:00")]
    [InlineData("DTSTART:20261031T120000\nDURATION:P1D", "10-31 16:00/11-01 17:00")]
    [InlineData("DTSTART:20261103T150000Z", "")]
    [InlineData("DTSTART:20261103T150000Z\nDTEND:20261103T140000Z", "")]
    [InlineData("DTSTART:20251103T150000Z\nDURATION:PT1H", "")]
    public void An_event_keeps_busy_from_its_start_to_its_end(string lines, string expected) => Times(Event(lines)).ShouldBe(expected);

    [Theory]
    [InlineData("RRULE:FREQ=DAILY;COUNT=3", "10-30 16:00/10-30 17:00,10-31 16:00/10-31 17:00,11-01 17:00/11-01 18:00")]
    [InlineData("RRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20261103T170000Z", "10-30 16:00/10-30 17:00,11-01 17:00/11-01 18:00,11-03 17:00/11-03 18:00")]
    [InlineData("RRULE:FREQ=DAILY;UNTIL=20261031", "10-30 16:00/10-30 17:00,10-31 16:00/10-31 17:00")]
    [InlineData("RRULE:FREQ=WEEKLY;COUNT=2", "10-30 16:00/10-30 17:00,11-06 17:00/11-06 18:00")]
    [InlineData("RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4", "10-30 16:00/10-30 17:00,11-02 17:00/11-02 18:00,11-04 17:00/11-04 18:00,11-09 17:00/11-09 18:00")]
    [InlineData("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU;COUNT=2", "10-30 16:00/10-30 17:00,11-08 17:00/11-08 18:00")]
    [InlineData("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=MO;COUNT=2", "10-30 16:00/10-30 17:00,11-01 17:00/11-01 18:00")]
    [InlineData("RRULE:FREQ=DAILY;COUNT=3\nEXDATE;TZID=America/New_York:20261031T120000,20261101T120000", "10-30 16:00/10-30 17:00")]
    [InlineData("RRULE:FREQ=DAILY;COUNT=2\nEXDATE;VALUE=DATE:20261030", "10-31 16:00/10-31 17:00")]
    public void A_repetition_keeps_its_time_by_the_clock_on_the_wall(string lines, string expected) =>
        Times(Event("DTSTART;TZID=America/New_York:20261030T120000\nDTEND;TZID=America/New_York:20261030T130000\n" + lines)).ShouldBe(expected);

    [Fact]
    public void A_repetition_that_began_long_ago_is_followed_to_the_window_with_and_without_a_count()
    {
        const string Start = "DTSTART;TZID=America/New_York:20160101T120000\nDURATION:PT1H\n";

        Times(Event(Start + "RRULE:FREQ=WEEKLY;BYDAY=TH")).ShouldStartWith("10-29 16:00/10-29 17:00,11-05 17:00/");
        Times(Event(Start + "RRULE:FREQ=DAILY;INTERVAL=99;COUNT=41")).ShouldBe("11-04 17:00/11-04 18:00");
        Times(Event(Start + "RRULE:FREQ=DAILY;INTERVAL=99;COUNT=40")).ShouldBe("");
        Times(Event(Start + "RRULE:FREQ=DAILY;COUNT=100")).ShouldBe("");
    }

    [Theory]
    [InlineData("RRULE:FREQ=MONTHLY;BYMONTHDAY=3")]
    [InlineData("RRULE:FREQ=WEEKLY;BYDAY=1MO")]
    [InlineData("RRULE:FREQ=DAILY;BYHOUR=9,10")]
    [InlineData("RRULE:nonsense")]
    [InlineData("RDATE:20261110T150000Z")]
    public void Of_other_repetitions_the_first_instance_counts_and_a_note_says_so(string rule)
    {
        var reading = Read(Event("DTSTART:20261103T150000Z\nDURATION:PT1H\n" + rule));

        Format(reading).ShouldBe("11-03 15:00/11-03 16:00");
        reading.Notes.ShouldHaveSingleItem().ShouldContain("only the first instance counts");
    }

    [Fact]
    public void An_instance_that_was_moved_or_cancelled_is_not_where_the_series_has_it()
    {
        const string Series = "UID:a\nDTSTART:20261103T150000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3";

        Times(Event(Series), Event("UID:a\nRECURRENCE-ID:20261104T150000Z\nDTSTART:20261104T200000Z\nDURATION:PT1H"),
            Event("UID:a\nRECURRENCE-ID:20261105T150000Z\nDTSTART:20261105T150000Z\nDURATION:PT1H\nSTATUS:CANCELLED"))
            .ShouldBe("11-03 15:00/11-03 16:00,11-04 20:00/11-04 21:00");
    }

    [Fact]
    public void What_is_free_cancelled_or_our_own_keeps_nobody_busy_and_an_alarm_is_no_event()
    {
        Times(
            Event("DTSTART:20261103T150000Z\nDURATION:PT1H\nTRANSP:TRANSPARENT"),
            Event("DTSTART:20261104T150000Z\nDURATION:PT1H\nSTATUS:CANCELLED"),
            Event("UID:ours\nDTSTART:20261105T150000Z\nDURATION:PT1H"),
            Event("DTSTART:20261106T150000Z\nBEGIN:VALARM\nDURATION:PT9H\nTRIGGER:-PT5M\nEND:VALARM\nDURATION:PT1H"))
            .ShouldBe("11-06 15:00/11-06 16:00");
    }

    [Fact]
    public void Folded_lines_are_put_together_and_times_that_touch_are_one()
    {
        Times(
            Event("DTSTA\n RT:20261103T\n\t150000Z\nDURATION:PT1H"), Event("DTSTART:20261103T160000Z\nDURATION:PT1H"),
            Event("DTSTART:20261103T153000Z\nDURATION:PT10M")).ShouldBe("11-03 15:00/11-03 17:00");
    }

    [Fact]
    public void A_zone_that_nobody_knows_is_noted_and_the_business_own_stands_in()
    {
        var reading = Read(Event("DTSTART;TZID=Middle/Earth:20261103T100000\nDURATION:PT1H"));

        Format(reading).ShouldBe("11-03 15:00/11-03 16:00");
        reading.Notes.ShouldHaveSingleItem().ShouldContain("Middle/Earth");
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>Sign in</html>")]
    [InlineData("BEGIN:VCARD\nEND:VCARD")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261103T150000Z")]
    public void What_is_no_whole_calendar_is_refused(string text) =>
        Should.Throw<CalendarFormatException>(() => CalendarReader.Read(text, NewYork, Window, _ => false));

    [Fact]
    public void A_calendar_that_would_never_end_is_refused()
    {
        var many = Enumerable.Repeat(Event("DTSTART:19000101T000000Z\nDURATION:PT1M\nRRULE:FREQ=DAILY;COUNT=100000"), 200).ToArray();

        Should.Throw<CalendarFormatException>(() => Read(many)).Message.ShouldContain("repeats");
        Should.Throw<CalendarFormatException>(() => Read([.. Enumerable.Repeat(Event("UID:x"), CalendarReader.MostEvents + 1)])).Message.ShouldContain("events");
    }

    [Theory]
    [InlineData("DTSTART:yesterday")]
    [InlineData("DTSTART:00010101T000000Z\nDURATION:P999999W")]
    [InlineData("DTSTART:99991231T235959Z\nRRULE:FREQ=DAILY")]
    [InlineData("DTSTART;TZID=:20261103T100000\nDTEND:")]
    [InlineData("DTSTART;VALUE=DATE:20261103\nRRULE:FREQ=WEEKLY;COUNT=0")]
    [InlineData("DTSTART;;;=;\":20261103T100000")]
    public void Whatever_stands_in_an_event_nothing_breaks(string lines) =>
        Read(Event(lines), Event("DTSTART:20261110T150000Z\nDURATION:PT1H")).Busy.ShouldContain(b => b.Start == Instant.FromUtc(2026, 11, 10, 15, 0));

    private static string Event(string lines) => $"BEGIN:VEVENT\n{lines}\nEND:VEVENT";

    private static string Times(params string[] events) => Format(Read(events));

    private static CalendarReading Read(params string[] events) =>
        CalendarReader.Read($"BEGIN:VCALENDAR\r\n{string.Join("\n", events)}\nEND:VCALENDAR", NewYork, Window, uid => uid == "ours");

    private static string Format(CalendarReading reading)
    {
        var pattern = InstantPattern.CreateWithInvariantCulture("MM-dd HH:mm");
        return string.Join(",", reading.Busy.Select(b => $"{pattern.Format(b.Start)}/{pattern.Format(b.End)}"));
    }
}
