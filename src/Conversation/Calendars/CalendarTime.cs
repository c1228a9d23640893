using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;
using NodaTime.Text;
using NodaTime.TimeZones;

namespace Parley.Conversation.Calendars;

/// <summary>A DATE or a DATE-TIME (RFC 5545, 3.3.4 and 3.3.5). A date is the start of that day.</summary>
internal readonly record struct CalendarTime(LocalDateTime Local, bool IsDate, DateTimeZone Zone)
{
    private static readonly LocalDatePattern Date = LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd");
    private static readonly LocalDateTimePattern DateTime = LocalDateTimePattern.CreateWithInvariantCulture("uuuuMMdd'T'HHmmss");

    private const int MostZoneChars = 256;

    public Instant Instant => IsDate ? Zone.AtStartOfDay(Local.Date).ToInstant() : Local.InZoneLeniently(Zone).ToInstant();

    /// <summary>Reads a time; null when it is none, or not of the years 1900 to 2199.</summary>
    /// <param name="line">The line, whose TZID counts.</param>
    /// <param name="value">Its value, or one of them.</param>
    /// <param name="floating">The zone of times that name none, and of dates.</param>
    /// <param name="unknownZone">Told of a zone that nobody knows; <paramref name="floating"/> stands in for it.</param>
    public static CalendarTime? Read(ContentLine line, string value, DateTimeZone floating, Action<string> unknownZone)
    {
        value = value.Trim();
        if (Date.Parse(value) is { Success: true, Value: var date })
            return Within(new CalendarTime(date.AtMidnight(), IsDate: true, floating));
        var isUtc = value.EndsWith('Z');
        if (DateTime.Parse(isUtc ? value[..^1] : value) is not { Success: true, Value: var local })
            return null;
        var zone = isUtc ? DateTimeZone.Utc : floating;
        if (!isUtc && line.Parameters.TryGetValue("TZID", out var id))
        {
            if (FindZone(id) is { } found)
                zone = found;
            else
                unknownZone(id);
        }

        return Within(new CalendarTime(local, IsDate: false, zone));
    }

    private static CalendarTime? Within(CalendarTime time) => time.Local.Year is >= 1900 and < 2200 ? time : null;

    // Programs put a path before IANA's name, or write the one that Windows has.
    private static DateTimeZone? FindZone(string id)
    {
        // Longer than any path that a program writes.
        if (id.Length > MostZoneChars)
            return null;
        for (var rest = id.Trim(); ; rest = rest[(rest.IndexOf('/', StringComparison.Ordinal) + 1)..])
        {
            if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(rest) is { } zone)
                return zone;
            if (!rest.Contains('/', StringComparison.Ordinal))
                break;
        }

        return TzdbDateTimeZoneSource.Default.WindowsMapping.PrimaryMapping.TryGetValue(id.Trim(), out var iana)
            ? DateTimeZoneProviders.Tzdb.GetZoneOrNull(iana)
            : null;
    }
}

/// <summary>A DURATION (RFC 5545, 3.3.6): days of the calendar, then time by the clock.</summary>
internal readonly partial record struct CalendarDuration(int Days, Duration Time)
{
    private const int MostDays = 3660;

    public static CalendarDuration? Read(string value)
    {
        var match = Pattern().Match(value.Trim());
        if (!match.Success)
            return null;
        var days = Number("w") * 7 + Number("d");
        var time = Duration.FromSeconds(Number("h") * 3600 + Number("m") * 60 + Number("s"));
        return days <= MostDays && time <= Duration.FromDays(MostDays) ? new CalendarDuration((int)days, time) : null;

        long Number(string group) => match.Groups[group] is { Success: true, Value: var digits } ? long.Parse(digits, CultureInfo.InvariantCulture) : 0;
    }

    // An event's is not negative (3.8.2.5).
    [GeneratedRegex(@"^\+?P(?=.)((?<w>[0-9]{1,6})W)?((?<d>[0-9]{1,6})D)?(T(?=.)((?<h>[0-9]{1,8})H)?((?<m>[0-9]{1,8})M)?((?<s>[0-9]{1,9})S)?)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
