using NodaTime;

namespace Parley.Conversation.Calendars;

/// <summary>
/// Reads from iCalendar (RFC 5545) when somebody is busy: events and their repetitions, in the zones that they name. What is transparent, cancelled
/// or an event of our own is left out. Of repetitions that are not daily or weekly the first instance counts, and a note says so. Memory and time are
/// bounded, whatever the text says.
/// </summary>
public static class CalendarReader
{
    /// <summary>Events that a calendar may have.</summary>
    public const int MostEvents = 20_000;

    /// <summary>Busy times within the window, before those that touch are put together.</summary>
    public const int MostTimes = 50_000;

    // Days looked at for repetitions: a decade each of some hundred that are counted, or half a second's work.
    private const int MostSteps = 2_000_000;

    private const int MostNotes = 20;

    /// <summary>Reads a calendar.</summary>
    /// <param name="text">iCalendar.</param>
    /// <param name="zone">The zone of dates and of times that name none.</param>
    /// <param name="window">The time that matters; both ends are set.</param>
    /// <param name="isOwn">Whether a UID is of an event that need not be counted.</param>
    /// <exception cref="CalendarFormatException">It is no calendar, or too much.</exception>
    public static CalendarReading Read(string text, DateTimeZone zone, Interval window, Func<string, bool> isOwn)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(zone);
        ArgumentNullException.ThrowIfNull(isOwn);
        var notes = new SortedSet<string>(StringComparer.Ordinal);
        var events = ReadEvents(text, zone, Note);
        // An instance that was changed stands by itself, and its series does not happen then (3.8.4.4).
        var changed = events.Where(static e => e.RecurrenceId is not null).Select(static e => (e.Uid, e.RecurrenceId!.Value.Instant)).ToHashSet();
        var times = new List<Interval>();
        var steps = 0;
        foreach (var one in events.Where(e => !e.IsFree && !isOwn(e.Uid)))
        {
            foreach (var time in one.Times(window, changed, () => ++steps <= MostSteps, Note))
            {
                times.Add(time);
                if (times.Count > MostTimes)
                    throw new CalendarFormatException($"The calendar has more than {MostTimes} busy times.");
            }
        }

        if (steps > MostSteps)
            throw new CalendarFormatException("The calendar repeats more than can be followed.");
        return new CalendarReading(Merge(times), [.. notes]);

        void Note(string note)
        {
            if (notes.Count < MostNotes)
                notes.Add(note);
        }
    }

    /// <summary>Puts times that touch together, in order.</summary>
    public static IReadOnlyList<Interval> Merge(IEnumerable<Interval> times)
    {
        ArgumentNullException.ThrowIfNull(times);
        var merged = new List<Interval>();
        foreach (var time in times.OrderBy(static t => t.Start))
        {
            if (merged.Count > 0 && time.Start <= merged[^1].End)
                merged[^1] = new Interval(merged[^1].Start, Instant.Max(merged[^1].End, time.End));
            else
                merged.Add(time);
        }

        return merged;
    }

    private static List<EventDraft> ReadEvents(string text, DateTimeZone zone, Action<string> note)
    {
        var events = new List<EventDraft>();
        EventDraft? current = null;
        var isCalendar = false;
        var isWhole = false;
        // Depth within an event: an alarm has a DURATION of its own.
        var inner = 0;
        foreach (var line in ContentLine.ReadAll(text.TrimStart('\uFEFF')))
        {
            var component = line.Value.Trim();
            if (!isCalendar)
            {
                if (line.Name != "BEGIN" || !component.Equals("VCALENDAR", StringComparison.OrdinalIgnoreCase))
                    break;
                isCalendar = true;
            }
            else if (line.Name == "BEGIN")
            {
                if (current is not null)
                    inner++;
                else if (component.Equals("VEVENT", StringComparison.OrdinalIgnoreCase))
                    current = new EventDraft(zone, note);
            }
            else if (line.Name == "END")
            {
                isWhole |= component.Equals("VCALENDAR", StringComparison.OrdinalIgnoreCase);
                if (inner > 0)
                    inner--;
                else if (current is not null)
                {
                    events.Add(current);
                    current = null;
                    if (events.Count > MostEvents)
                        throw new CalendarFormatException($"The calendar has more than {MostEvents} events.");
                }
            }
            else if (inner == 0)
            {
                current?.Add(line);
            }
        }

        if (!isCalendar)
            throw new CalendarFormatException("This is no iCalendar: it does not begin with BEGIN:VCALENDAR.");
        // Half a calendar would free times that are taken.
        return isWhole ? events : throw new CalendarFormatException("This is no whole iCalendar: END:VCALENDAR is missing.");
    }
}
