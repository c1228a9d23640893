using NodaTime;

namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>A day, and the weekday that was said with it by mistake.</summary>
internal sealed record NamedDay(LocalDate Date, IsoDayOfWeek WrongWeekday = IsoDayOfWeek.None);

/// <summary>
/// Names of days. A bare weekday is the next one after today; "next" is the one of the next Monday-to-Sunday week; a date without a
/// month or year is the next one that is not past.
/// </summary>
internal static class DayParser
{
    private static readonly string[] Months =
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

    public static bool TryRead(IReadOnlyList<Token> tokens, int at, LocalDate today, out NamedDay day, out int length)
    {
        day = new NamedDay(today);
        length = 1;
        var word = tokens[at].Word;
        if (word is "today" or "tonight")
            return true;
        if (word is "tomorrow" or "tomorrow's" or "tomorow")
        {
            day = new NamedDay(today.PlusDays(1));
            return true;
        }

        if (word == "day" && Is(tokens, at + 1, "after") && Is(tokens, at + 2, "tomorrow"))
        {
            day = new NamedDay(today.PlusDays(2));
            length = 3;
            return true;
        }

        return HolidayParser.TryRead(tokens, at, today, out day, out length) || TryReadRelative(tokens, at, today, ref day, ref length)
            || TryReadWeekday(tokens, at, today, ref day, ref length)
            || TryReadDate(tokens, at, today, ref day, ref length);
    }

    // "in two weeks", "a week from Friday", "two weeks from today", "in three days"
    private static bool TryReadRelative(IReadOnlyList<Token> tokens, int at, LocalDate today, ref NamedDay day, ref int length)
    {
        var i = at;
        var isIn = Is(tokens, i, "in");
        if (isIn)
            i++;
        int amount;
        if (Is(tokens, i, "a") || Is(tokens, i, "one"))
            (amount, i) = (1, i + 1);
        else if (NumberWords.TryRead(tokens, i, out amount, out var used))
            i += used;
        else
            return false;
        if (i >= tokens.Count || amount > 400)
            return false;
        var days = tokens[i].Word switch
        {
            "week" or "weeks" => 7 * amount,
            "day" or "days" => amount,
            "fortnight" => 14,
            _ => 0,
        };
        if (days == 0)
            return false;
        i++;
        if (isIn || Is(tokens, i, "from"))
        {
            var start = today;
            if (Is(tokens, i, "from") || (Is(tokens, i, "on") && i + 1 < tokens.Count))
            {
                if (Is(tokens, i + 1, "now"))
                    i += 2;
                else if (i + 1 < tokens.Count && TryRead(tokens, i + 1, today, out var anchor, out var anchorLength))
                {
                    // "in two weeks on Friday" is the Friday of that week.
                    start = isIn ? today : anchor.Date;
                    if (isIn)
                        days = Period.DaysBetween(today, Monday(today).PlusDays(days + (int)anchor.Date.DayOfWeek - 1));
                    i += 1 + anchorLength;
                }
                else if (!isIn)
                    return false;
            }

            day = new NamedDay(start.PlusDays(days));
            length = i - at;
            return true;
        }

        return false;
    }

    private static bool TryReadWeekday(IReadOnlyList<Token> tokens, int at, LocalDate today, ref NamedDay day, ref int length)
    {
        var i = at;
        var qualifier = tokens[i].Word is "this" or "next" or "coming" ? tokens[i].Word : "";
        if (qualifier.Length > 0)
            i++;
        if (qualifier == "this" && Is(tokens, i, "coming"))
            i++;
        if (qualifier == "next" && Is(tokens, i, "week"))
        {
            i++;
            if (Is(tokens, i, "on"))
                i++;
        }

        if (i >= tokens.Count || Weekday(tokens[i].Word) is not { } weekday)
            return false;
        i++;
        var date = qualifier switch
        {
            "this" when today.DayOfWeek == weekday => today,
            "next" => Monday(today).PlusDays(7 + (int)weekday - 1),
            _ => today.Next(weekday),
        };
        if (Is(tokens, i, "week"))
        {
            date = date.PlusDays(7);
            i++;
        }
        else if (Is(tokens, i, "next") && Is(tokens, i + 1, "week"))
        {
            date = Monday(today).PlusDays(7 + (int)weekday - 1);
            i += 2;
        }
        else
        {
            // "Friday the 27th": the date decides.
            var next = Is(tokens, i, "on") ? i + 1 : i;
            NamedDay explicitDay = day;
            var explicitLength = 0;
            if (next < tokens.Count && TryReadDate(tokens, next, today, ref explicitDay, ref explicitLength))
            {
                day = explicitDay with { WrongWeekday = explicitDay.Date.DayOfWeek == weekday ? IsoDayOfWeek.None : weekday };
                length = next + explicitLength - at;
                return true;
            }
        }

        day = new NamedDay(date);
        length = i - at;
        return true;
    }

    // "the 24th", "November 24th", "24 November", "the 24th of November", "11/24"
    private static bool TryReadDate(IReadOnlyList<Token> tokens, int at, LocalDate today, ref NamedDay day, ref int length)
    {
        var i = at;
        var slash = tokens[i].Word.Split('/');
        if (slash.Length is 2 or 3 && int.TryParse(slash[0], out var m) && int.TryParse(slash[1], out var d) && m is >= 1 and <= 12)
            return Accept(today, m, d, 1, ref day, ref length);

        if (Month(tokens[i].Word) is { } first)
        {
            i++;
            if (Is(tokens, i, "the"))
                i++;
            if (!NumberWords.TryReadOrdinal(tokens, i, out var number, out var used) && !NumberWords.TryRead(tokens, i, out number, out used))
                return false;
            i += used;
            return Accept(today, first, number, SkipYear(tokens, i) - at, ref day, ref length);
        }

        var hasThe = Is(tokens, i, "the");
        if (hasThe)
            i++;
        if (NumberWords.TryReadOrdinal(tokens, i, out var ordinal, out var ordinalLength))
        {
            i += ordinalLength;
            var of = Is(tokens, i, "of") ? i + 1 : i;
            if (of < tokens.Count && Month(tokens[of].Word) is { } month)
                return Accept(today, month, ordinal, SkipYear(tokens, of + 1) - at, ref day, ref length);
            // "first" and "second" alone are seldom days.
            if (!hasThe && (ordinal < 3 || !Is(tokens, at - 1, "on")) && !char.IsAsciiDigit(tokens[at].Word[0]) && tokens.Count > 2)
                return false;
            var next = i < tokens.Count ? tokens[i].Word : "";
            // "the first of you", "the second time", and what is left of an impossible date such as "February 30th".
            if (next is "of" or "time" or "one" or "available" or "thing" or "option" or "floor" || (at > 0 && Month(tokens[at - 1].Word) is not null))
                return false;
            if (NextWithDay(today, ordinal) is not { } date)
                return false;
            day = new NamedDay(date);
            length = i - at;
            return true;
        }

        if (NumberWords.TryRead(tokens, i, out var cardinal, out var cardinalLength) && i + cardinalLength < tokens.Count
            && Month(tokens[i + cardinalLength].Word) is { } after && !tokens[i + cardinalLength - 1].Break)
            return Accept(today, after, cardinal, SkipYear(tokens, i + cardinalLength + 1) - at, ref day, ref length);
        return false;
    }

    private static int SkipYear(IReadOnlyList<Token> tokens, int at) => at < tokens.Count && tokens[at].Word.Length == 4
        && tokens[at].Word.StartsWith("20", StringComparison.Ordinal) && tokens[at].Word.All(char.IsAsciiDigit)
        && int.Parse(tokens[at].Word, System.Globalization.CultureInfo.InvariantCulture) >= 2024 && !IsClock(tokens, at) ? at + 1 : at;

    // "2030" may be half past eight in the evening; a year follows a date directly and has no "at" before it.
    private static bool IsClock(IReadOnlyList<Token> tokens, int at) => tokens[at - 1].Word is "at" or "around";

    private static bool Accept(LocalDate today, int month, int dayOfMonth, int tokensUsed, ref NamedDay day, ref int length)
    {
        for (var year = today.Year; year <= today.Year + 1; year++)
        {
            if (dayOfMonth < 1 || dayOfMonth > CalendarSystem.Iso.GetDaysInMonth(year, month))
                continue;
            var date = new LocalDate(year, month, dayOfMonth);
            if (date < today)
                continue;
            day = new NamedDay(date);
            length = tokensUsed;
            return true;
        }

        return false;
    }

    private static LocalDate? NextWithDay(LocalDate today, int dayOfMonth)
    {
        if (dayOfMonth is < 1 or > 31)
            return null;
        var month = today.ToYearMonth();
        for (var i = 0; i < 12; i++, month = month.PlusMonths(1))
        {
            if (dayOfMonth > CalendarSystem.Iso.GetDaysInMonth(month.Year, month.Month))
                continue;
            var date = month.OnDayOfMonth(dayOfMonth);
            if (date >= today)
                return date;
        }

        return null;
    }

    private static LocalDate Monday(LocalDate date) => date.PlusDays(1 - (int)date.DayOfWeek);

    private static int? Month(string word)
    {
        var index = Array.IndexOf(Months, word);
        if (index < 0 && word is "jan" or "feb" or "apr" or "aug" or "sept" or "sep" or "oct" or "nov" or "dec")
            index = Array.FindIndex(Months, m => m.StartsWith(word[..3], StringComparison.Ordinal));
        return index < 0 ? null : index + 1;
    }

    private static IsoDayOfWeek? Weekday(string word) => word.TrimEnd('s').Replace("'", "", StringComparison.Ordinal) switch
    {
        "monday" or "mon" => IsoDayOfWeek.Monday,
        "tuesday" or "tue" => IsoDayOfWeek.Tuesday,
        "wednesday" or "wed" => IsoDayOfWeek.Wednesday,
        "thursday" or "thu" or "thur" => IsoDayOfWeek.Thursday,
        "friday" or "fri" => IsoDayOfWeek.Friday,
        "saturday" => IsoDayOfWeek.Saturday,
        "sunday" => IsoDayOfWeek.Sunday,
        _ => null,
    };

    private static bool Is(IReadOnlyList<Token> tokens, int at, string word) => at >= 0 && at < tokens.Count && tokens[at].Word == word;
}
