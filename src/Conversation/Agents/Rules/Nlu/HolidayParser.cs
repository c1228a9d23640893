using NodaTime;

namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>Holidays that callers name instead of a date; always the next one.</summary>
internal static class HolidayParser
{
    public static bool TryRead(IReadOnlyList<Token> tokens, int at, LocalDate today, out NamedDay day, out int length)
    {
        var word = tokens[at].Word.Replace("'", "", StringComparison.Ordinal);
        var next = at + 1 < tokens.Count ? tokens[at + 1].Word.Replace("'", "", StringComparison.Ordinal) : "";
        var third = at + 2 < tokens.Count ? tokens[at + 2].Word : "";
        length = 1;
        AnnualDate? date = null;
        if (word is "christmas" or "xmas")
        {
            date = new AnnualDate(12, next == "eve" ? 24 : 25);
            length = next is "eve" or "day" ? 2 : 1;
        }
        else if (word == "new" && next is "years" or "year" && third is "eve" or "day")
        {
            date = third == "eve" ? new AnnualDate(12, 31) : new AnnualDate(1, 1);
            length = 3;
        }
        else if (word is "halloween")
            date = new AnnualDate(10, 31);
        else if (word is "valentines" or "valentine")
        {
            date = new AnnualDate(2, 14);
            length = next == "day" ? 2 : 1;
        }

        if (date is { } annual)
        {
            var thisYear = annual.InYear(today.Year);
            day = new NamedDay(thisYear >= today ? thisYear : annual.InYear(today.Year + 1));
            return true;
        }

        day = new NamedDay(today);
        if (word != "thanksgiving")
            return false;
        // The fourth Thursday of November.
        var thanksgiving = FourthThursday(today.Year);
        day = new NamedDay(thanksgiving >= today ? thanksgiving : FourthThursday(today.Year + 1));
        length = next == "day" ? 2 : 1;
        return true;
    }

    private static LocalDate FourthThursday(int year) => new LocalDate(year, 10, 31).Next(IsoDayOfWeek.Thursday).PlusWeeks(3);
}
