using System.Globalization;
using NodaTime;

namespace Parley.Conversation.Agents.Rules;

/// <summary>Times, dates and numbers in Hebrew. Hours are feminine; people and days of the month are masculine.</summary>
internal sealed class HebrewTime() : SpokenTime("he")
{
    private const int MostOfPlural = 10;

    // A national number is said with its zero.
    protected override string Trunk => "0";

    public override string Number(int value, bool feminine = false)
    {
        if (value is < 0 or > 999)
            return value.ToString(CultureInfo.InvariantCulture);
        if (value < 20)
            return Word(feminine ? "SmallFeminine" : "Small", value);
        var (above, rest) = value < 100 ? (Word("Tens", value / 10), value % 10) : (Word("Hundreds", value / 100), value % 100);
        // "and" stands before the last part only.
        return rest == 0 ? above : rest < 20 || rest % 10 == 0 ? $"{above} ו{Number(rest, feminine)}" : $"{above} {Number(rest, feminine)}";
    }

    // "שני שקלים"
    public override string Counted(int value) => value == 2 ? Word("BeforeNoun") : Number(value);

    /// <summary>One, two, up to ten, more: "יום אחד", "יומיים", "שלושה ימים", "שלושים יום".</summary>
    public override int Plural(int count) => count switch { 1 => 0, 2 => 1, <= MostOfPlural => 2, _ => 3 };

    public override string Time(LocalTime time, bool genitive = false) => time == LocalTime.Midnight ? Word("Midnight")
        : $"{Clock(time)} {Word("Parts", time.Hour switch { < 3 => 5, < 5 => 0, < 12 => 1, < 14 => 2, < 18 => 3, < 22 => 4, _ => 5 })}";

    public override string Clock(LocalTime time)
    {
        var hour = Number(time.Hour % 12 == 0 ? 12 : time.Hour % 12, feminine: true);
        return time.Minute switch { 0 => hour, 15 => hour + " ורבע", 30 => hour + " וחצי", var minute => $"{hour} ו{Number(minute, feminine: true)} דקות" };
    }

    public override string Day(LocalDate date, LocalDate today) => date == today ? Word("Today")
        : date == today.PlusDays(1) ? Fill(Word("TomorrowOn"), Weekday(date.DayOfWeek)) : $"{Word("OnWeekdays", (int)date.DayOfWeek - 1)}, {Date(date)}";

    public override string Date(LocalDate date) => $"{Number(date.Day)} ב{Word("Months", date.Month - 1)}";

    // "בשבת וביום ראשון"
    protected override string OnEach(IsoDayOfWeek day) => Word("OnWeekdays", (int)day - 1);

    // "and" is written together with its word, unless that is in other letters.
    protected override string Conjoin(string word, string next) => word != Word("And") ? base.Conjoin(word, next) : next is [>= 'א' and <= 'ת', ..] ? word + next : $"{word}-{next}";

    protected override string Digit(int digit) => Number(digit, feminine: true);
}
