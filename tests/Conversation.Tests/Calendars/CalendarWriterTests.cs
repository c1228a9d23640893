using System.Text;
using NodaTime;
using Parley.Conversation.Calendars;

namespace Parley.Conversation.Tests.Calendars;

public sealed class CalendarWriterTests
{
    private static readonly CalendarEvent Booking = new()
    {
        Uid = "1@x.parley",
        Sequence = 2,
        IsCancelled = false,
        From = Instant.FromUtc(2026, 11, 21, 23, 0),
        Until = Instant.FromUtc(2026, 11, 22, 0, 45),
        Created = Instant.FromUtc(2026, 11, 20, 10, 0),
        Changed = Instant.FromUtc(2026, 11, 20, 11, 0),
        Summary = "Ann, 4 guests",
        Location = "for four, 2",
    };

    [Fact]
    public void An_event_is_written_in_utc_with_all_that_a_program_needs_to_replace_it() =>
        CalendarWriter.Write("Luigi's; tables", [Booking]).ShouldBe(string.Join("\r\n",
        [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Parley//Bookings//EN", "CALSCALE:GREGORIAN", @"NAME:Luigi's\; tables", @"X-WR-CALNAME:Luigi's\; tables",
            "REFRESH-INTERVAL;VALUE=DURATION:PT15M", "BEGIN:VEVENT", "UID:1@x.parley", "DTSTAMP:20261120T110000Z", "LAST-MODIFIED:20261120T110000Z",
            "CREATED:20261120T100000Z", "DTSTART:20261121T230000Z", "DTEND:20261122T004500Z", "SEQUENCE:2", "STATUS:CONFIRMED", "TRANSP:OPAQUE",
            @"SUMMARY:Ann\, 4 guests", @"LOCATION:for four\, 2", "END:VEVENT", "END:VCALENDAR", "",
        ]));

    [Fact]
    public void A_cancelled_event_says_so_and_keeps_nobody_busy()
    {
        var text = CalendarWriter.Write("x", [Booking with { IsCancelled = true }]);

        text.ShouldContain("STATUS:CANCELLED\r\nTRANSP:TRANSPARENT");
        CalendarReader.Read(text, DateTimeZone.Utc, new Interval(Booking.From, Booking.Until), _ => false).Busy.ShouldBeEmpty();
    }

    [Fact]
    public void Lines_are_folded_at_75_octets_and_no_character_is_torn_apart()
    {
        var summary = string.Concat(Enumerable.Repeat("Ünïcødé 日本語 🎉🎂", 20));
        var text = CalendarWriter.Write("x", [Booking with { Summary = summary }]);

        var lines = text.Split("\r\n");
        lines.ShouldAllBe(line => Encoding.UTF8.GetByteCount(line) <= 75);
        lines.Count(line => Encoding.UTF8.GetByteCount(line) > 70).ShouldBeGreaterThan(5);
        text.ShouldNotContain("\uFFFD");
        text.Replace("\r\n ", "", StringComparison.Ordinal).ShouldContain("SUMMARY:" + summary + "\r\n");
    }

    [Fact]
    public void Nobodys_name_can_write_lines_of_its_own()
    {
        var text = CalendarWriter.Write("x", [Booking with { Summary = "A\r\nEND:VEVENT\nB\\;,\u0007\rC" }]);

        text.ShouldContain(@"SUMMARY:A\nEND:VEVENT\nB\\\;\,\nC" + "\r\n");
        text.Split("\r\n").Count(line => line == "END:VEVENT").ShouldBe(1);
    }

    [Fact]
    public void A_calendar_without_bookings_has_a_component_all_the_same_and_reads_as_free()
    {
        var text = CalendarWriter.Write("x", []);

        text.ShouldContain("BEGIN:VTIMEZONE");
        CalendarReader.Read(text, DateTimeZone.Utc, new Interval(Booking.From, Booking.Until), _ => false).Busy.ShouldBeEmpty();
    }
}
