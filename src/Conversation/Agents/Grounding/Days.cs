using System.Globalization;
using NodaTime;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>Days that a sentence names.</summary>
internal static class Days
{
    /// <summary>Today, relative to the day of the call.</summary>
    public const int Today = 8;

    /// <inheritdoc cref="Today"/>
    public const int Tomorrow = 9;

    private static readonly Dictionary<string, int[]> Words = Read(
        """
        1 monday mondays lunes понедельник понедельникам שני
        2 tuesday tuesdays martes вторник вторникам שלישי
        3 wednesday wednesdays miércoles среда среду средам רביעי
        4 thursday thursdays jueves четверг четвергам חמישי
        5 friday fridays viernes пятница пятницу пятницам שישי
        6 saturday saturdays sábado sábados суббота субботу субботам שבת בשבת
        7 sunday sundays domingo domingos воскресенье воскресеньям ראשון
        6,7 weekend weekends выходным סופ"ש
        1,2,3,4,5 weekdays weekday будни будням
        1,2,3,4,5,6,7 everyday daily ежедневно
        8 today tonight hoy сегодня היום
        9 tomorrow завтра מחר
        """);

    /// <summary>The days: 1 (Monday) to 7, <see cref="Today"/>, <see cref="Tomorrow"/>.</summary>
    public static HashSet<int> In(TextReading reading) => In(reading.Tokens);

    /// <inheritdoc cref="In(TextReading)"/>
    public static HashSet<int> In(IReadOnlyList<SpokenToken> tokens)
    {
        var days = new HashSet<int>();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind != TokenKind.Word)
                continue;
            if (!Words.TryGetValue(tokens[i].Text, out var named))
            {
                if (i > 0 && IsEveryDay(tokens, i))
                    days.UnionWith([1, 2, 3, 4, 5, 6, 7]);
                continue;
            }

            // "Monday to Thursday"
            if (i >= 2 && tokens[i - 1].Text is "to" or "through" or "till" or "until" or "a" or "по" or "עד" or "-"
                && Words.TryGetValue(tokens[i - 2].Text, out var from) && from[0] <= 7 && named[0] <= 7)
            {
                for (var day = from[0]; day != named[0]; day = day % 7 + 1)
                    days.Add(day);
            }

            // "Every day except Sundays"
            if (i > 0 && IsExcept(tokens[tokens[i - 1].Is("on") && i > 1 ? i - 2 : i - 1].Text))
                days.ExceptWith(named);
            else
                days.UnionWith(named);
        }

        return days;
    }

    /// <summary>Whether a word takes the day behind it away.</summary>
    public static bool IsExcept(string word) => word is "except" or "but" or "excepto" or "salvo" or "кроме" or "חוץ";

    /// <summary>Whether a word names a day.</summary>
    public static bool IsDay(string word) => Words.ContainsKey(word);

    private static bool IsEveryDay(IReadOnlyList<SpokenToken> tokens, int at) =>
        (tokens[at - 1].Text, tokens[at].Text) is ("every", "day") or ("all", "week") or ("los", "días") or ("каждый", "день") or ("כל", "יום")
        || (at >= 3 && tokens[at].Is("week") && tokens[at - 1].Is("a") && tokens[at - 2].Is("days") && tokens[at - 3].Value == 7);

    /// <summary>Whether it speaks of this moment.</summary>
    public static bool IsNow(TextReading reading) =>
        reading.HasPhrase("right now", "now", "currently", "at the moment", "ahora", "en este momento", "сейчас", "עכשיו", "כרגע");

    /// <summary>The dates that are meant, where a sentence means dates; weekdays are left out.</summary>
    public static LocalDate? Date(int day, LocalDate today) => day switch { Today => today, Tomorrow => today.PlusDays(1), _ => null };

    private static Dictionary<string, int[]> Read(string lines) => lines.Split('\n')
        .Select(static line => line.Trim().Split(' '))
        .SelectMany(static line => line.Skip(1).Select(word => (word, Days: line[0].Split(',').Select(static d => int.Parse(d, CultureInfo.InvariantCulture)).ToArray())))
        .ToDictionary(static pair => pair.word, static pair => pair.Days, StringComparer.Ordinal);
}
