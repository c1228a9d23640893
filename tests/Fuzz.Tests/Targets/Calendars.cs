using System.Text;
using NodaTime;
using Parley.Conversation.Calendars;

namespace Parley.Fuzz.Tests.Targets;

/// <summary>Feeds of other people's calendars, in the shapes that the common programs write.</summary>
internal sealed class Calendars : FuzzTarget
{
    // As Google's, Outlook's and Apple's programs export them, and one of ours.
    private static readonly string[] Feeds =
    [
        """
        BEGIN:VCALENDAR
        PRODID:-//Google Inc//Google Calendar 70.9054//EN
        VERSION:2.0
        CALSCALE:GREGORIAN
        X-WR-TIMEZONE:America/New_York
        BEGIN:VEVENT
        DTSTART;TZID=America/New_York:20261102T090000
        DTEND;TZID=America/New_York:20261102T100000
        RRULE:FREQ=WEEKLY;WKST=SU;UNTIL=20270301T045959Z;BYDAY=MO,WE,FR
        EXDATE;TZID=America/New_York:20261125T090000
        EXDATE;TZID=America/New_York:20261127T090000
        DTSTAMP:20261101T120000Z
        UID:0123456789abcdefghijklmnop@google.com
        SEQUENCE:2
        STATUS:CONFIRMED
        SUMMARY:Stand-up\, weekly
        TRANSP:OPAQUE
        BEGIN:VALARM
        ACTION:DISPLAY
        TRIGGER:-P0DT0H10M0S
        DURATION:PT5M
        END:VALARM
        END:VEVENT
        BEGIN:VEVENT
        DTSTART;TZID=America/New_York:20261104T110000
        DTEND;TZID=America/New_York:20261104T120000
        RECURRENCE-ID;TZID=America/New_York:20261104T090000
        UID:0123456789abcdefghijklmnop@google.com
        END:VEVENT
        END:VCALENDAR
        """,
        """
        BEGIN:VCALENDAR
        METHOD:PUBLISH
        PRODID:Microsoft Exchange Server 2010
        VERSION:2.0
        BEGIN:VTIMEZONE
        TZID:W. Europe Standard Time
        BEGIN:STANDARD
        DTSTART:16010101T030000
        TZOFFSETFROM:+0200
        TZOFFSETTO:+0100
        RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
        END:STANDARD
        END:VTIMEZONE
        BEGIN:VEVENT
        RRULE:FREQ=DAILY;COUNT=400;INTERVAL=3
        UID:040000008200E00074C5B7101A82E00800000000
        SUMMARY;LANGUAGE=de-DE:Ein langer Titel der gefaltet
          wird weil er zu lang ist
        DTSTART;TZID="W. Europe Standard Time":20261103T080000
        DTEND;TZID=W. Europe Standard Time:20261103T083000
        TRANSP:TRANSPARENT
        X-MICROSOFT-CDO-BUSYSTATUS:FREE
        END:VEVENT
        BEGIN:VEVENT
        RRULE:FREQ=MONTHLY;BYDAY=1MO
        DTSTART;VALUE=DATE:20261102
        DTEND;VALUE=DATE:20261103
        UID:2
        END:VEVENT
        END:VCALENDAR
        """,
        """
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:-//Apple Inc.//macOS 15.0//EN
        BEGIN:VEVENT
        DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Madrid:20261110T160000
        DURATION:P1DT2H30M
        UID:8A0C5A5E-0000-4000-8000-000000000000
        RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=40;WKST=MO
        EXDATE;VALUE=DATE:20261124,20261208
        END:VEVENT
        BEGIN:VEVENT
        DTSTART;VALUE=DATE:20261224
        DURATION:P2W
        STATUS:CANCELLED
        UID:9
        END:VEVENT
        BEGIN:VEVENT
        DTSTART:20261201T120000
        DTEND:20261201T120000Z
        RDATE:20261202T120000Z
        UID:own-1
        END:VEVENT
        END:VCALENDAR
        """,
    ];

    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["America/New_York"];
    private static readonly Interval Window = new(Instant.FromUtc(2026, 11, 18, 18, 0), Instant.FromUtc(2027, 5, 1, 0, 0));

    private static readonly string[] Lines =
    [
        "RRULE:FREQ=DAILY;COUNT=100000", "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY;INTERVAL=1000;BYDAY=MO,TU,WE,TH,FR,SA,SU", "DTSTART:19000101T000000Z",
        "DTSTART:21991231T235959Z", "DTEND:21991231T235959Z", "DURATION:P3660D", "DURATION:-PT1H", "EXDATE:20261201T120000Z,20261202", "BEGIN:VEVENT", "END:VEVENT",
        "BEGIN:VALARM", "DTSTART;TZID=UTC+18:00:20261120T100000", "RECURRENCE-ID;RANGE=THISANDFUTURE:20261120T100000", "END:VCALENDAR", " folded", "DTSTART;TZID=\"a:b;c:20261120",
    ];

    public override int Share => 40;

    // Busy times are as many as the reader allows, however short the feed; each value that is none is a note's text and what the library says of it.
    public override (long Fixed, long PerByte) Allowance => (48 * 1024 * 1024, 3000);

    public override byte[] Make(Random random)
    {
        var feed = Feeds[random.Next(Feeds.Length)].ReplaceLineEndings("\r\n");
        var lines = feed.Split("\r\n").ToList();
        for (var i = random.Next(6); i > 0; i--)
            lines.Insert(random.Next(1, lines.Count), Lines[random.Next(Lines.Length)]);
        // Sometimes many events, which all repeat.
        if (random.Next(50) == 0)
            lines.InsertRange(lines.Count - 1, Enumerable.Repeat(lines[1..^1], random.Next(2, 60)).SelectMany(static all => all));
        return MaybeSpoil(random, Encoding.UTF8.GetBytes(string.Join(random.Next(4) == 0 ? "\n" : "\r\n", lines)));
    }

    public override void Run(byte[] input, Random random)
    {
        try
        {
            var reading = CalendarReader.Read(Encoding.UTF8.GetString(input), Zone, Window, static uid => uid.StartsWith("own", StringComparison.Ordinal));
            Require(reading.Busy.Count <= CalendarReader.MostTimes, "busy times are bounded");
            Require(reading.Notes.Count <= 20 && reading.Notes.All(static note => note.Length <= 200), "notes are few and short");
            for (var i = 0; i < reading.Busy.Count; i++)
            {
                var time = reading.Busy[i];
                Require(time.Start < time.End && time.Start < Window.End && time.End > Window.Start, "a busy time is one, and within the window");
                Require(i == 0 || reading.Busy[i - 1].End < time.Start, "busy times are in order, none touching another");
            }
        }
        catch (CalendarFormatException)
        {
            // The documented refusal.
        }
    }
}
