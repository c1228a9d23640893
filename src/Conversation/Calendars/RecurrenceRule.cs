using System.Globalization;
using NodaTime;

namespace Parley.Conversation.Calendars;

/// <summary>
/// A recurrence rule (RFC 5545, 3.3.10) of those that calendars of staff are made of: daily or weekly, with INTERVAL, COUNT, UNTIL, BYDAY and WKST.
/// </summary>
internal sealed record RecurrenceRule
{
    private static readonly string[] DayNames = ["", "MO", "TU", "WE", "TH", "FR", "SA", "SU"];

    public bool IsWeekly { get; private init; }

    public int Interval { get; private init; } = 1;

    public int? Count { get; private init; }

    public CalendarTime? Until { get; private init; }

    public IReadOnlyList<IsoDayOfWeek> Days { get; private init; } = [];

    public IsoDayOfWeek WeekStart { get; private init; } = IsoDayOfWeek.Monday;

    /// <summary>Reads a rule; null when it is none or of another kind.</summary>
    public static RecurrenceRule? Read(ContentLine line, DateTimeZone zone)
    {
        var rule = new RecurrenceRule();
        var hasFrequency = false;
        foreach (var part in line.Value.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=') is not [var key, var value])
                return null;
            RecurrenceRule? read = null;
            switch (key.Trim().ToUpperInvariant())
            {
                case "FREQ" when value.Trim().ToUpperInvariant() is "DAILY" or "WEEKLY":
                    hasFrequency = true;
                    read = rule with { IsWeekly = value.Trim().Equals("WEEKLY", StringComparison.OrdinalIgnoreCase) };
                    break;
                case "INTERVAL" when Number(value, 1000) is { } interval:
                    read = rule with { Interval = interval };
                    break;
                case "COUNT" when Number(value, 100_000) is { } count:
                    read = rule with { Count = count };
                    break;
                case "UNTIL" when CalendarTime.Read(line, value, zone, static _ => { }) is { } until:
                    read = rule with { Until = until };
                    break;
                case "BYDAY" when value.Split(',').Select(Day).ToArray() is var days && !days.Contains(IsoDayOfWeek.None):
                    read = rule with { Days = days };
                    break;
                case "WKST" when Day(value) is var day and not IsoDayOfWeek.None:
                    read = rule with { WeekStart = day };
                    break;
                default:
                    break;
            }

            if (read is null)
                return null;
            rule = read;
        }

        return hasFrequency ? rule : null;
    }

    /// <summary>When it happens, in order, from the start on, which is the first.</summary>
    /// <param name="start">The first.</param>
    /// <param name="from">What is before need not be told, when nothing has to be counted.</param>
    /// <param name="until">Nothing is told after it.</param>
    /// <param name="step">Called for each day that is looked at; false stops.</param>
    public IEnumerable<LocalDateTime> Times(CalendarTime start, LocalDate from, LocalDate until, Func<bool> step)
    {
        var told = 0;
        foreach (var date in Dates(start.Local.Date, from, step))
        {
            var time = date + start.Local.TimeOfDay;
            if (date > until || (told > 0 && IsOver(start, time)) || told == Count)
                yield break;
            told++;
            yield return time;
        }
    }

    private IEnumerable<LocalDate> Dates(LocalDate start, LocalDate from, Func<bool> step)
    {
        var length = IsWeekly ? 7 : 1;
        var period = IsWeekly ? start.PlusDays(-((start.DayOfWeek - WeekStart + 7) % 7)) : start;
        var skip = Count is null && from > period ? Period.DaysBetween(period, from) / (length * Interval) : 0;
        period = period.PlusDays(skip * length * Interval);
        // The first counts whether or not it fits the rule (3.8.5.3).
        if (skip == 0)
            yield return start;
        for (; period.Year < 2200; period = period.PlusDays(length * Interval))
        {
            for (var day = 0; day < length; day++)
            {
                if (!step())
                    yield break;
                var date = period.PlusDays(day);
                if (date > start && Fits(date, start))
                    yield return date;
            }
        }
    }

    private bool Fits(LocalDate date, LocalDate start) =>
        Days.Count > 0 ? Days.Contains(date.DayOfWeek) : !IsWeekly || date.DayOfWeek == start.DayOfWeek;

    private bool IsOver(CalendarTime start, LocalDateTime time) => Until switch
    {
        null => false,
        { IsDate: true } last => time.Date > last.Local.Date,
        // In a rule of dates, UNTIL is a date; those that write a time mean its day.
        { } last when start.IsDate => time.Date > last.Local.Date,
        { } last => (start with { Local = time }).Instant > last.Instant,
    };

    private static int? Number(string value, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= most ? number : null;

    private static IsoDayOfWeek Day(string name) => (IsoDayOfWeek)Math.Max(0, Array.IndexOf(DayNames, name.Trim().ToUpperInvariant()));
}
