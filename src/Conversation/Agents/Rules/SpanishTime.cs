using System.Globalization;
using NodaTime;

namespace Parley.Conversation.Agents.Rules;

/// <summary>Times, dates and numbers in Spanish. Times have their article: "las siete y media de la tarde".</summary>
internal sealed class SpanishTime() : SpokenTime("es")
{
    private const int FirstOfTens = 30;

    public override string Number(int value, bool feminine = false)
    {
        if (value is < 0 or > 999)
            return value.ToString(CultureInfo.InvariantCulture);
        if (value == 100)
            return Word("Hundreds");
        if (value > 100)
        {
            var hundreds = Word("Hundreds", value / 100);
            return (feminine ? hundreds.Replace("tos", "tas", StringComparison.Ordinal) : hundreds) + (value % 100 == 0 ? "" : " " + Number(value % 100, feminine));
        }

        if (value >= FirstOfTens)
            return Word("Tens", value / 10) + (value % 10 == 0 ? "" : " y " + Number(value % 10, feminine));
        var small = Word("Small", value);
        return feminine && value % 10 == 1 && value != 11 ? small[..^1] + "a" : small;
    }

    // "veintiún días", "treinta y un euros"
    public override string Counted(int value) => Number(value) is var said && said.EndsWith("veintiuno", StringComparison.Ordinal) ? said[..^3] + "ún"
        : said.EndsWith("uno", StringComparison.Ordinal) ? said[..^1] : said;

    public override string Time(LocalTime time, bool genitive = false) => (time.Hour, time.Minute) switch
    {
        (0, 0) => Word("Midnight"),
        (12, 0) => Word("Noon"),
        _ => $"{Clock(time)} {Word("Parts", time.Hour switch { 0 => 3, < 6 => 0, < 12 => 1, < 20 => 2, _ => 3 })}",
    };

    public override string Clock(LocalTime time)
    {
        var hour = time.Hour % 12 == 0 ? 12 : time.Hour % 12;
        var said = (hour == 1 ? "la " : "las ") + Number(hour, feminine: true);
        return time.Minute switch { 0 => said, 15 => said + " y cuarto", 30 => said + " y media", var minute => $"{said} y {Number(minute)}" };
    }

    public override string Day(LocalDate date, LocalDate today) => date == today ? Word("Today")
        : date == today.PlusDays(1) ? Fill(Word("TomorrowOn"), Weekday(date.DayOfWeek)) : $"el {Weekday(date.DayOfWeek)} {Date(date)}";

    public override string Date(LocalDate date) => $"{(date.Day == 1 ? "primero" : Number(date.Day))} de {Word("Months", date.Month - 1)}";

    // "y" and "o" before their own sound: "cortes e igualado", "siete u ocho".
    protected override string Conjoin(string word, string next)
    {
        var sound = next.TrimStart('h', 'H');
        return word == "y" && sound.Length > 0 && sound[0] is 'i' or 'I' or 'í' or 'Í' && !sound.StartsWith("ie", StringComparison.OrdinalIgnoreCase) ? $"e {next}"
            : word == "o" && sound.Length > 0 && sound[0] is 'o' or 'O' or 'ó' or 'Ó' ? $"u {next}" : base.Conjoin(word, next);
    }

    // "cerramos los lunes y los sábados"
    protected override string OnEach(IsoDayOfWeek day) => Weekday(day) is var name && name.EndsWith('s') ? "los " + name : $"los {name}s";
}
