using NodaTime;

namespace Parley.Conversation.Calendars;

/// <summary>An event as its lines tell it.</summary>
internal sealed class EventDraft(DateTimeZone zone, Action<string> note)
{
    // By day and by moment: a series is as long as it likes, and so is the list of when it does not happen.
    private readonly HashSet<LocalDate> exceptDays = [];
    private readonly HashSet<LocalDate> exceptDates = [];
    private readonly HashSet<Instant> exceptTimes = [];
    private CalendarTime? start;
    private CalendarTime? end;
    private CalendarDuration? duration;
    private ContentLine? rule;
    private bool hasDates;
    private bool isTransparent;
    private bool isCancelled;

    public string Uid { get; private set; } = "";

    /// <summary>Which instance of a series this one stands for.</summary>
    public CalendarTime? RecurrenceId { get; private set; }

    /// <summary>Whether it keeps nobody busy.</summary>
    public bool IsFree => isTransparent || isCancelled;

    public void Add(ContentLine line)
    {
        switch (line.Name)
        {
            case "UID":
                Uid = line.Value.Trim();
                break;
            case "DTSTART":
                start = Time(line, line.Value);
                break;
            case "DTEND":
                end = Time(line, line.Value);
                break;
            case "DURATION":
                duration = CalendarDuration.Read(line.Value);
                if (duration is null)
                    note("A duration is not one that is understood.");
                break;
            case "RRULE":
                // Two rules are not of 5545 any more, and of no kind that is known here.
                hasDates |= rule is not null;
                rule = line;
                break;
            case "RDATE":
                hasDates = true;
                break;
            case "EXDATE":
                foreach (var except in line.Value.Split(',').Select(value => Time(line, value)).OfType<CalendarTime>())
                    Except(except);
                break;
            case "RECURRENCE-ID":
                RecurrenceId = Time(line, line.Value);
                if (line.Parameters.ContainsKey("RANGE"))
                    note("A change of all later instances counts for one.");
                break;
            case "STATUS":
                isCancelled = line.Value.Trim().Equals("CANCELLED", StringComparison.OrdinalIgnoreCase);
                break;
            case "TRANSP":
                isTransparent = line.Value.Trim().Equals("TRANSPARENT", StringComparison.OrdinalIgnoreCase);
                break;
            default:
                break;
        }
    }

    /// <summary>When it is, within a window.</summary>
    public IEnumerable<Interval> Times(Interval window, IReadOnlySet<(string, Instant)> changed, Func<bool> step, Action<string> note)
    {
        if (start is not { } first)
        {
            note("An event has no start that is understood.");
            return [];
        }

        return Starts(first, window, step, note)
            .Where(time => !IsExcept(time) && (RecurrenceId is not null || !changed.Contains((Uid, time.Instant))))
            .Select(time => new Interval(time.Instant, Instant.Max(time.Instant, End(first, time))))
            .Where(time => time.Start < time.End && time.Start < window.End && time.End > window.Start);
    }

    private IEnumerable<CalendarTime> Starts(CalendarTime first, Interval window, Func<bool> step, Action<string> note)
    {
        if (rule is not { } line || RecurrenceId is not null)
        {
            if (hasDates)
                note("Of a repetition by dates only the first instance counts.");
            return [first];
        }

        if (hasDates || RecurrenceRule.Read(line, first.Zone) is not { } repeated)
        {
            note($"Of a repetition that is not daily or weekly only the first instance counts: {Shorten(line.Value)}");
            return [first];
        }

        // Whatever reaches into the window began at most its length before it; a day more for zones.
        var length = Duration.Max(Duration.Zero, End(first, first) - first.Instant);
        var from = Date(Instant.Max(first.Instant, window.Start - length)).PlusDays(-2);
        return repeated.Times(first, from, Date(window.End).PlusDays(1), step).Select(local => first with { Local = local });

        LocalDate Date(Instant instant) => instant.InZone(first.Zone).Date;
    }

    // What DTEND says is time by the clock for each instance (3.8.5.3); days of all-day events and of DURATION are days.
    private Instant End(CalendarTime first, CalendarTime time)
    {
        if (end is { } last)
        {
            return first.IsDate && last.IsDate
                ? (time with { Local = time.Local.PlusDays(Period.DaysBetween(first.Local.Date, last.Local.Date)) }).Instant
                : time.Instant + (last.Instant - first.Instant);
        }

        return duration is { } length
            ? (time with { Local = time.Local.PlusDays(length.Days) }).Instant + length.Time
            : (time.IsDate ? time with { Local = time.Local.PlusDays(1) } : time).Instant;
    }

    private void Except(CalendarTime time)
    {
        exceptDates.Add(time.Local.Date);
        if (time.IsDate)
            exceptDays.Add(time.Local.Date);
        else
            exceptTimes.Add(time.Instant);
    }

    // A date stands for all of its day, on either side.
    private bool IsExcept(CalendarTime time) => time.IsDate
        ? exceptDates.Contains(time.Local.Date)
        : exceptDays.Contains(time.Local.Date) || exceptTimes.Contains(time.Instant);

    private CalendarTime? Time(ContentLine line, string value)
    {
        var read = CalendarTime.Read(line, value, zone, id => note($"The time zone '{Shorten(id)}' is not known; the business' own stands in for it."));
        if (read is null)
            note($"A time is not one that is understood: {Shorten(value)}");
        return read;
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60];
}
