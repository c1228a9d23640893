using System.Globalization;
using NodaTime;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Rules;

/// <summary>Times, dates, hours and numbers in words, as a synthesiser without a text front end says them well.</summary>
internal static class SpokenTime
{
    private static readonly string[] Small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
        "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] Tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    private static readonly string[] Ordinals =
    [
        "", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth",
        "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth",
    ];

    /// <summary>0 to 999 in words; digits beyond.</summary>
    public static string Number(int value) => value switch
    {
        < 0 or > 999 => value.ToString(CultureInfo.InvariantCulture),
        < 20 => Small[value],
        < 100 => value % 10 == 0 ? Tens[value / 10] : Tens[value / 10] + " " + Small[value % 10],
        _ => Small[value / 100] + " hundred" + (value % 100 == 0 ? "" : " and " + Number(value % 100)),
    };

    /// <summary>"seven thirty in the evening".</summary>
    public static string Time(LocalTime time) => (time.Hour, time.Minute) switch
    {
        (0, 0) => "midnight",
        (12, 0) => "noon",
        _ => Clock(time) + " " + Half(time),
    };

    /// <summary>"seven thirty".</summary>
    public static string Clock(LocalTime time)
    {
        var hour = Number(time.Hour % 12 == 0 ? 12 : time.Hour % 12);
        return time.Minute switch
        {
            0 => hour,
            < 10 => $"{hour} oh {Number(time.Minute)}",
            _ => $"{hour} {Number(time.Minute)}",
        };
    }

    /// <summary>"today", "tomorrow, Sunday", "Friday, November twenty seventh".</summary>
    public static string Day(LocalDate date, LocalDate today)
    {
        if (date == today)
            return "today";
        return date == today.PlusDays(1) ? "tomorrow, " + Weekday(date.DayOfWeek) : $"{Weekday(date.DayOfWeek)}, {Date(date)}";
    }

    /// <summary>"on Friday, November twenty seventh"; "today" and "tomorrow" without "on".</summary>
    public static string OnDay(LocalDate date, LocalDate today) => date == today ? "today"
        : date == today.PlusDays(1) ? "tomorrow" : "on " + Day(date, today);

    /// <summary>"November twenty seventh".</summary>
    public static string Date(LocalDate date) => CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(date.Month) + " " + Ordinal(date.Day);

    public static string Weekday(IsoDayOfWeek day) => day.ToString();

    /// <summary>"from noon to ten in the evening"; spans of a day joined by "and".</summary>
    public static string Spans(IEnumerable<OpeningSpan> spans) => Join([.. spans.Select(Span)]);

    /// <summary>"Monday to Thursday from ..., Friday and Saturday from ...; closed on Sunday."</summary>
    public static string Week(OpeningHours hours)
    {
        var groups = new List<(List<IsoDayOfWeek> Days, string Said)>();
        var closed = new List<IsoDayOfWeek>();
        for (var day = IsoDayOfWeek.Monday; day <= IsoDayOfWeek.Sunday; day++)
        {
            var said = Spans(hours.Weekly.Where(s => s.Day == day).OrderBy(s => s.Open));
            if (said.Length == 0)
                closed.Add(day);
            else if (groups.Count > 0 && groups[^1].Said == said && groups[^1].Days[^1] == day - 1)
                groups[^1].Days.Add(day);
            else
                groups.Add(([day], said));
        }

        var text = groups.Count == 1 && closed.Count == 0
            ? "every day " + groups[0].Said
            : string.Join(", ", groups.Select(g => $"{Days(g.Days)} {g.Said}"));
        return closed.Count == 0 ? text : $"{text}, and closed on {Join([.. closed.Select(Weekday)])}";
    }

    /// <summary>"five five five, zero one two, ..."; the home country's code is left out.</summary>
    public static string Phone(string e164, string countryCode)
    {
        var digits = string.Concat(e164.Where(char.IsAsciiDigit));
        if (digits.StartsWith(countryCode, StringComparison.Ordinal))
            digits = digits[countryCode.Length..];
        var groups = digits.Length == 10
            ? [digits[..3], digits[3..6], digits[6..]]
            : digits.Chunk(3).Select(c => new string(c)).ToArray();
        return string.Join(", ", groups.Select(g => string.Join(' ', g.Select(c => Small[c - '0']))));
    }

    /// <summary>"a, b and c".</summary>
    public static string Join(IReadOnlyList<string> items, string word = "and") => items.Count switch
    {
        0 => "",
        1 => items[0],
        _ => string.Join(", ", items.Take(items.Count - 1)) + $" {word} " + items[^1],
    };

    private static string Span(OpeningSpan span) => span.Open == span.Close ? "around the clock" : $"from {Time(span.Open)} to {Time(span.Close)}";

    private static string Days(List<IsoDayOfWeek> days) => days.Count switch
    {
        1 => Weekday(days[0]),
        2 => $"{Weekday(days[0])} and {Weekday(days[1])}",
        _ => $"{Weekday(days[0])} to {Weekday(days[^1])}",
    };

    private static string Half(LocalTime time) => time.Hour switch
    {
        < 12 => "in the morning",
        < 17 => "in the afternoon",
        < 22 => "in the evening",
        _ => "at night",
    };

    private static string Ordinal(int value) => value switch
    {
        <= 20 => Ordinals[value],
        30 => "thirtieth",
        > 30 => "thirty first",
        _ => "twenty " + Ordinals[value - 20],
    };
}
