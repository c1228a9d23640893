using System.Globalization;
using NodaTime;
using Parley.Conversation.Agents.Llm;

namespace Parley.Conversation.Agents.Rules;

/// <summary>Times, dates and numbers in English.</summary>
internal sealed class EnglishTime() : SpokenTime("en")
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

    public override string Number(int value, bool feminine = false) => value switch
    {
        < 0 or > 999 => value.ToString(CultureInfo.InvariantCulture),
        < 20 => Small[value],
        < 100 => value % 10 == 0 ? Tens[value / 10] : Tens[value / 10] + " " + Small[value % 10],
        _ => Small[value / 100] + " hundred" + (value % 100 == 0 ? "" : " and " + Number(value % 100)),
    };

    public override string Money(decimal amount, string currency)
    {
        var sign = currency switch { "USD" or "" => "$", "EUR" => "€", "GBP" => "£", "ILS" => "₪", "RUB" => "₽", _ => "" };
        var plain = amount.ToString(amount == Math.Truncate(amount) ? "0" : "0.00", CultureInfo.InvariantCulture);
        return sign.Length > 0 ? SpokenForm.Of(sign + plain, "en", "") : $"{plain} {currency}";
    }

    public override string Time(LocalTime time, bool genitive = false) => (time.Hour, time.Minute) switch
    {
        (0, 0) => "midnight",
        (12, 0) => "noon",
        _ => Clock(time) + " " + Half(time),
    };

    public override string Clock(LocalTime time)
    {
        var hour = Number(time.Hour % 12 == 0 ? 12 : time.Hour % 12);
        return time.Minute switch
        {
            0 => hour,
            < 10 => $"{hour} oh {Number(time.Minute)}",
            _ => $"{hour} {Number(time.Minute)}",
        };
    }

    public override string Day(LocalDate date, LocalDate today)
    {
        if (date == today)
            return "today";
        return date == today.PlusDays(1) ? "tomorrow, " + Weekday(date.DayOfWeek) : $"{Weekday(date.DayOfWeek)}, {Date(date)}";
    }

    public override string OnDay(LocalDate date, LocalDate today) => date == today.PlusDays(1) ? "tomorrow" : OnWholeDay(date, today);

    public override string OnWholeDay(LocalDate date, LocalDate today) => date == today || date == today.PlusDays(1) ? Day(date, today) : "on " + Day(date, today);

    public override string Date(LocalDate date) => CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(date.Month) + " " + Ordinal(date.Day);

    public override string Weekday(IsoDayOfWeek day) => day.ToString();

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
