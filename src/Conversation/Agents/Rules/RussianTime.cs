using System.Globalization;
using NodaTime;

namespace Parley.Conversation.Agents.Rules;

/// <summary>Times, dates and numbers in Russian: "в пятницу, двадцать седьмого ноября", "семь тридцать вечера", "с семи часов утра".</summary>
internal sealed class RussianTime() : SpokenTime("ru")
{
    private const int MostInOneWord = 10;

    public override string Number(int value, bool feminine = false)
    {
        if (value is < 0 or > 999)
            return value.ToString(CultureInfo.InvariantCulture);
        if (value >= 100)
            return Word("Hundreds", value / 100) + (value % 100 == 0 ? "" : " " + Number(value % 100, feminine));
        if (value >= 20)
            return Word("Tens", value / 10) + (value % 10 == 0 ? "" : " " + Number(value % 10, feminine));
        return feminine && value is 1 or 2 ? Word("SmallFeminine", value) : Word("Small", value);
    }

    /// <summary>Unicode CLDR's plural rules for Russian: one, few, many.</summary>
    public override int Plural(int count) => (count % 10, count % 100) switch
    {
        (_, >= 11 and <= 14) => 2,
        (1, _) => 0,
        ( >= 2 and <= 4, _) => 1,
        _ => 2,
    };

    public override string Time(LocalTime time, bool genitive = false) =>
        $"{Clock(time, genitive)} {Word("Parts", time.Hour switch { < 4 => 0, < 12 => 1, < 17 => 2, _ => 3 })}";

    // The part of the day follows: without it, "в семь".
    public override string Clock(LocalTime time) => time.Minute == 0 ? Number(Twelve(time)) : Clock(time, genitive: false);

    public override string Day(LocalDate date, LocalDate today) => date == today ? Word("Today")
        : date == today.PlusDays(1) ? Fill(Word("TomorrowOn"), Word("OnWeekdays", (int)date.DayOfWeek - 1)) : $"{Word("OnWeekdays", (int)date.DayOfWeek - 1)}, {Date(date)}";

    public override string Date(LocalDate date) => $"{Word("DayOrdinals", date.Day)} {Word("Months", date.Month - 1)}";

    // "в понедельник и во вторник с девяти часов"
    protected override string OnEach(IsoDayOfWeek day) => Word("OnWeekdays", (int)day - 1);

    // "с понедельника по пятницу"
    protected override string DayToDay(IsoDayOfWeek first, IsoDayOfWeek last) =>
        Fill(Word("DayToDay"), Word("WeekdaysFrom", (int)first - 1), Word("WeekdaysTo", (int)last - 1));

    protected override string Accusative(int value) => Number(value, feminine: true) is var said && said.EndsWith("одна", StringComparison.Ordinal) ? said[..^1] + "у" : said;

    protected override string Party(int people) => people is > 0 and <= MostInOneWord ? Word("Collective", people) : $"{Number(people)} {Word("People", Plural(people))}";

    private static int Twelve(LocalTime time) => time.Hour % 12 == 0 ? 12 : time.Hour % 12;

    private string Clock(LocalTime time, bool genitive)
    {
        var hour = Twelve(time);
        var said = genitive ? Word("HoursGenitive", hour) : hour == 1 ? Word("HourWords") : Number(hour);
        if (time.Minute == 0)
            return hour == 1 ? said : $"{said} {Word("HourWords", genitive ? 2 : Plural(hour))}";
        var minute = genitive && time.Minute % 5 == 0 ? Word("MinutesGenitive", time.Minute / 5) : Number(time.Minute);
        return time.Minute < 10 && !genitive ? $"{said} {Number(0)} {minute}" : $"{said} {minute}";
    }
}
