using System.Diagnostics.CodeAnalysis;
using NodaTime;
using NodaTime.Text;

namespace Parley.Calling;

/// <summary>
/// A time as a caller names it: a day (<c>today</c>, <c>tomorrow</c>, a weekday, or a date) and a time of day. A weekday is the next
/// such day on which the time is still to come: said on a Saturday, "Saturday at eleven" is today before eleven and in a week after it.
/// </summary>
public sealed record RequestedTime
{
    private static readonly LocalTimePattern TimePattern = LocalTimePattern.CreateWithInvariantCulture("HH':'mm");

    private readonly string day;
    private readonly LocalTime time;

    private RequestedTime(string day, LocalTime time) => (this.day, this.time) = (day, time);

    /// <summary>Reads <c>tomorrow 19:30</c>; false when it is no such time.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out RequestedTime? parsed)
    {
        ArgumentNullException.ThrowIfNull(text);
        parsed = null;
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length != 2 || !TimePattern.Parse(parts[1]).TryGetValue(LocalTime.Midnight, out var time))
            return false;

        var known = parts[0].ToUpperInvariant() is "TODAY" or "TOMORROW" || Weekday(parts[0]) is not null
            || LocalDatePattern.Iso.Parse(parts[0]).Success;
        if (known)
            parsed = new RequestedTime(parts[0], time);
        return known;
    }

    /// <summary>The local time meant by a caller who speaks at <paramref name="now"/>.</summary>
    public LocalDateTime Resolve(LocalDateTime now)
    {
        if (Weekday(day) is { } weekday)
        {
            var date = now.Date.DayOfWeek == weekday ? now.Date : now.Date.Next(weekday);
            return date + time > now ? date + time : date.PlusWeeks(1) + time;
        }

        return (day.ToUpperInvariant() switch
        {
            "TODAY" => now.Date,
            "TOMORROW" => now.Date.PlusDays(1),
            _ => LocalDatePattern.Iso.Parse(day).Value,
        }) + time;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{day} {TimePattern.Format(time)}";

    private static IsoDayOfWeek? Weekday(string text) =>
        Enum.TryParse<IsoDayOfWeek>(text, ignoreCase: true, out var d) && d != IsoDayOfWeek.None && !char.IsDigit(text[0]) ? d : null;
}
