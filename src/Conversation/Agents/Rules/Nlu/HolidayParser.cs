using NodaTime;

namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>Holidays that callers name instead of a date; always the next one. Of one that lasts for days, the first.</summary>
internal static class HolidayParser
{
    // Moon and sun meet again within this many years; a date of the year before may be this year's, too.
    private const int MostYears = 2;

    // The longest first.
    private static readonly (string[] Words, Func<int, LocalDate> InYear)[] Holidays =
    [
        Named("israel independence day", IsraelIndependence), Named("new year eve", static year => new(year, 12, 31)), Named("new year day", static year => new(year, 1, 1)),
        Named("orthodox christmas", static year => new(year, 1, 7)), Named("orthodox easter", OrthodoxEaster), Named("christmas eve", static year => new(year, 12, 24)),
        Named("christmas day", Christmas), Named("valentine day", Valentine), Named("thanksgiving day", Thanksgiving), Named("good friday", static year => Easter(year).PlusDays(-2)),
        Named("easter sunday", Easter), Named("easter monday", static year => Easter(year).PlusDays(1)), Named("women day", static year => new(year, 3, 8)),
        Named("victory day", static year => new(year, 5, 9)), Named("labor day", static year => new LocalDate(year, 8, 31).Next(IsoDayOfWeek.Monday)),
        Named("memorial day", static year => new LocalDate(year, 6, 1).Previous(IsoDayOfWeek.Monday)), Named("rosh hashanah", static year => Jewish(year, 7, 1)),
        Named("rosh hashana", static year => Jewish(year, 7, 1)), Named("yom kippur", static year => Jewish(year, 7, 10)),
        Named("simchat torah", static year => Jewish(year, 7, 22)), Named("seder night", static year => Jewish(year, 1, 14)),
        Named("christmas", Christmas), Named("xmas", Christmas), Named("valentine", Valentine), Named("halloween", static year => new(year, 10, 31)), Named("thanksgiving", Thanksgiving),
        Named("easter", Easter), Named("epiphany", static year => new(year, 1, 6)), Named("sukkot", static year => Jewish(year, 7, 15)), Named("hanukkah", Hanukkah),
        Named("chanukah", Hanukkah), Named("purim", Purim), Named("passover", static year => Jewish(year, 1, 15)), Named("pesach", static year => Jewish(year, 1, 15)),
        Named("shavuot", static year => Jewish(year, 3, 6)),
    ];

    public static bool TryRead(IReadOnlyList<Token> tokens, int at, LocalDate today, out NamedDay day, out int length)
    {
        foreach (var (words, inYear) in Holidays)
        {
            if (!Stand(tokens, at, words))
                continue;
            day = new NamedDay(Enumerable.Range(today.Year, MostYears).Select(inYear).First(date => date >= today));
            length = words.Length;
            return true;
        }

        (day, length) = (new NamedDay(today), 1);
        return false;
    }

    private static (string[], Func<int, LocalDate>) Named(string words, Func<int, LocalDate> inYear) => (words.Split(' '), inYear);

    private static bool Stand(IReadOnlyList<Token> tokens, int at, string[] words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (at + i >= tokens.Count || Plain(tokens[at + i].Word) is var word && word != words[i] && word != words[i] + "s")
                return false;
        }

        return true;
    }

    private static string Plain(string word) => word.Replace("'", "", StringComparison.Ordinal);

    private static LocalDate Christmas(int year) => new(year, 12, 25);

    private static LocalDate Valentine(int year) => new(year, 2, 14);

    // The fourth Thursday of November.
    private static LocalDate Thanksgiving(int year) => new LocalDate(year, 10, 31).Next(IsoDayOfWeek.Thursday).PlusWeeks(3);

    // The Gregorian computus (J. Meeus, Astronomical Algorithms, chapter 8).
    private static LocalDate Easter(int year)
    {
        var (a, b, c) = (year % 19, year / 100, year % 100);
        var h = ((19 * a) + b - (b / 4) - ((b - ((b + 8) / 25) + 1) / 3) + 15) % 30;
        var l = (32 + (2 * (b % 4)) + (2 * (c / 4)) - h - (c % 4)) % 7;
        var m = (a + (11 * h) + (22 * l)) / 451;
        var n = h + l - (7 * m) + 114;
        return new LocalDate(year, n / 31, (n % 31) + 1);
    }

    // The Julian one, of the same chapter.
    private static LocalDate OrthodoxEaster(int year)
    {
        var d = ((19 * (year % 19)) + 15) % 30;
        var e = ((2 * (year % 4)) + (4 * (year % 7)) - d + 34) % 7;
        var n = d + e + 114;
        return new LocalDate(year, n / 31, (n % 31) + 1, CalendarSystem.Julian).WithCalendar(CalendarSystem.Iso);
    }

    /// <summary>A day of the Hebrew calendar in a year of ours; by day, although it begins on the evening before. Months are counted from Nisan.</summary>
    private static LocalDate Jewish(int year, int month, int dayOfMonth)
    {
        // Years change in Tishri, the seventh month: what is before is in the year that began in the autumn before.
        var hebrew = new LocalDate(year, 6, 1).WithCalendar(CalendarSystem.HebrewScriptural).Year + (month >= 7 && month <= 9 ? 1 : 0);
        return new LocalDate(hebrew, month, dayOfMonth, CalendarSystem.HebrewScriptural).WithCalendar(CalendarSystem.Iso);
    }

    private static LocalDate Hanukkah(int year) => Jewish(year, 9, 25);

    // In a leap year it is in the second Adar.
    private static LocalDate Purim(int year)
    {
        var hebrew = new LocalDate(year, 6, 1).WithCalendar(CalendarSystem.HebrewScriptural).Year;
        return Jewish(year, CalendarSystem.HebrewScriptural.IsLeapYear(hebrew) ? 13 : 12, 14);
    }

    // The fifth of Iyar, kept away from the Sabbath (Independence Day Law of Israel, 5709, as amended).
    private static LocalDate IsraelIndependence(int year)
    {
        var day = Jewish(year, 2, 5);
        return day.DayOfWeek switch
        {
            IsoDayOfWeek.Friday => day.PlusDays(-1),
            IsoDayOfWeek.Saturday => day.PlusDays(-2),
            IsoDayOfWeek.Monday => day.PlusDays(1),
            _ => day,
        };
    }
}
