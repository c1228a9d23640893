using System.Globalization;
using System.Text;
using NodaTime.Text;

namespace Parley.Conversation.Calendars;

/// <summary>Writes iCalendar (RFC 5545). The same events give the same bytes.</summary>
public static class CalendarWriter
{
    // Octets of a line without its end (RFC 5545, 3.1).
    private const int MostOctets = 75;

    private static readonly InstantPattern Utc = InstantPattern.CreateWithInvariantCulture("uuuuMMdd'T'HHmmss'Z'");

    /// <summary>Writes a calendar.</summary>
    /// <param name="name">What calendar programs call it.</param>
    /// <param name="events">What is in it.</param>
    public static string Write(string name, IEnumerable<CalendarEvent> events)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(events);
        var text = new StringBuilder();
        Line(text, "BEGIN", "VCALENDAR");
        Line(text, "VERSION", "2.0");
        Line(text, "PRODID", "-//Parley//Bookings//EN");
        Line(text, "CALSCALE", "GREGORIAN");
        // RFC 7986, 5.1 and 5.7; the first also under the name that programs knew before it.
        Line(text, "NAME", Escape(name));
        Line(text, "X-WR-CALNAME", Escape(name));
        Line(text, "REFRESH-INTERVAL;VALUE=DURATION", "PT15M");
        var isEmpty = true;
        foreach (var one in events)
        {
            Write(text, one);
            isEmpty = false;
        }

        if (isEmpty)
            WriteZone(text);
        Line(text, "END", "VCALENDAR");
        return text.ToString();
    }

    private static void Write(StringBuilder text, CalendarEvent one)
    {
        Line(text, "BEGIN", "VEVENT");
        Line(text, "UID", Escape(one.Uid));
        // Without a METHOD both tell when the event was last changed (3.8.7.2).
        Line(text, "DTSTAMP", Utc.Format(one.Changed));
        Line(text, "LAST-MODIFIED", Utc.Format(one.Changed));
        Line(text, "CREATED", Utc.Format(one.Created));
        Line(text, "DTSTART", Utc.Format(one.From));
        Line(text, "DTEND", Utc.Format(one.Until));
        Line(text, "SEQUENCE", one.Sequence.ToString(CultureInfo.InvariantCulture));
        Line(text, "STATUS", one.IsCancelled ? "CANCELLED" : "CONFIRMED");
        Line(text, "TRANSP", one.IsCancelled ? "TRANSPARENT" : "OPAQUE");
        Line(text, "SUMMARY", Escape(one.Summary));
        if (one.Location is not null)
            Line(text, "LOCATION", Escape(one.Location));
        Line(text, "END", "VEVENT");
    }

    // A calendar has at least one component (3.6), also when there are no bookings.
    private static void WriteZone(StringBuilder text)
    {
        Line(text, "BEGIN", "VTIMEZONE");
        Line(text, "TZID", "Etc/UTC");
        Line(text, "BEGIN", "STANDARD");
        Line(text, "DTSTART", "19700101T000000");
        Line(text, "TZOFFSETFROM", "+0000");
        Line(text, "TZOFFSETTO", "+0000");
        Line(text, "END", "STANDARD");
        Line(text, "END", "VTIMEZONE");
    }

    private static void Line(StringBuilder text, string name, string value)
    {
        var octets = 0;
        foreach (var rune in $"{name}:{value}".EnumerateRunes())
        {
            // A character of several octets is not torn apart.
            if (octets + rune.Utf8SequenceLength > MostOctets)
            {
                text.Append("\r\n ");
                octets = 1;
            }

            text.Append(rune);
            octets += rune.Utf8SequenceLength;
        }

        text.Append("\r\n");
    }

    // TEXT (3.3.11); control characters have no place in it.
    private static string Escape(string value)
    {
        var escaped = new StringBuilder(value.Length + 8);
        foreach (var c in value.ReplaceLineEndings("\n"))
        {
            if (c == '\n')
                escaped.Append("\\n");
            else if (c is '\\' or ';' or ',')
                escaped.Append('\\').Append(c);
            else if (!char.IsControl(c) || c == '\t')
                escaped.Append(c);
        }

        return escaped.ToString();
    }
}
