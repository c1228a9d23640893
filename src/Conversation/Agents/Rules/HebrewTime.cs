using System.Globalization;
using NodaTime;

namespace Parley.Conversation.Agents.Rules;

/// <summary>Times, dates and numbers in Hebrew. Hours are feminine; people and days of the month are masculine.</summary>
internal sealed class HebrewTime() : SpokenTime("he")
{
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

    /// <summary>One, two, more: "לילה אחד", "שני לילות", "שלושה לילות".</summary>
    public override int Plural(int count) => count switch { 1 => 0, 2 => 1, _ => 2 };

    public override string Time(LocalTime time, bool genitive = false) => time == LocalTime.Midnight ? Word("Midnight")
        : $"{Clock(time)} {Word("Parts", time.Hour switch { < 5 => 0, < 12 => 1, < 14 => 2, < 18 => 3, < 21 => 4, _ => 5 })}";

    public override string Clock(LocalTime time)
    {
        var hour = Number(time.Hour % 12 == 0 ? 12 : time.Hour % 12, feminine: true);
        return time.Minute switch { 0 => hour, 15 => hour + " ורבע", 30 => hour + " וחצי", var minute => $"{hour} ו{Number(minute, feminine: true)} דקות" };
    }

    public override string Day(LocalDate date, LocalDate today) => date == today ? Word("Today")
        : date == today.PlusDays(1) ? Fill(Word("TomorrowOn"), Weekday(date.DayOfWeek)) : $"{Word("OnWeekdays", (int)date.DayOfWeek - 1)}, {Date(date)}";

    public override string Date(LocalDate date) => $"{Number(date.Day)} ב{Word("Months", date.Month - 1)}";

    protected override string Digit(int digit) => Number(digit, feminine: true);
}
