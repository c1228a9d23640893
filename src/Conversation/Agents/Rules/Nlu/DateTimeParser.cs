using NodaTime;

namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>
/// Days and times in natural English, relative to the caller's now. Finds all that are named and settles on one: the first, or the last
/// when the caller corrects himself, never one that is negated.
/// </summary>
internal static class DateTimeParser
{
    private static readonly string[] Corrections = ["no", "sorry", "actually", "mean", "rather", "wait", "make", "instead", "to"];

    /// <summary>Reads the day and time in <paramref name="tokens"/>.</summary>
    /// <param name="tokens">What was said.</param>
    /// <param name="now">The time now in the tenant's zone.</param>
    /// <param name="bareNumberIsTime">A number alone is an hour: a time was asked for.</param>
    /// <param name="used">Set for each token that belongs to a day or a time.</param>
    public static SpokenWhen Parse(IReadOnlyList<Token> tokens, LocalDateTime now, bool bareNumberIsTime, bool[] used)
    {
        SkipGreetings(tokens, used);
        if (TryReadDelay(tokens, now, used) is { } delay)
            return new SpokenWhen { Day = delay.Date, Time = new ClockTime(delay.Hour, delay.Minute, true) };

        var vague = ReadVague(tokens, used);
        var days = new List<(int At, NamedDay Value)>();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (!used[i] && DayParser.TryRead(tokens, i, now.Date, out var day, out var length))
            {
                days.Add((i, day));
                Array.Fill(used, true, i, length);
                i += length - 1;
            }
        }

        var part = ReadPart(tokens, used, out var partDay);
        var times = new List<(int At, ClockTime Value)>();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (!used[i] && ClockParser.TryRead(tokens, i, used, bareNumberIsTime, out var time, out var length))
            {
                times.Add((i, time));
                Array.Fill(used, true, i, length);
                i += length - 1;
            }
        }

        var date = Choose(tokens, days);
        var clock = Choose(tokens, times);
        if (vague == VagueWhen.Lunch && clock is not null)
            vague = VagueWhen.None;
        if (vague is VagueWhen.Weekend or VagueWhen.NextWeek && date is not null)
            vague = VagueWhen.None;
        return new SpokenWhen
        {
            Day = date?.Date ?? (partDay ? now.Date : null),
            WrongWeekday = date?.WrongWeekday ?? IsoDayOfWeek.None,
            Time = clock?.In(part),
            Part = part,
            Vague = vague,
        };
    }

    private static T? Choose<T>(IReadOnlyList<Token> tokens, List<(int At, T Value)> found)
        where T : class
    {
        (int At, T Value)? chosen = null;
        foreach (var item in found)
        {
            if (IsNegated(tokens, item.At))
                continue;
            if (chosen is null || Enumerable.Range(chosen.Value.At, item.At - chosen.Value.At).Any(i => Corrections.Contains(tokens[i].Word)))
                chosen = item;
        }

        return chosen?.Value;
    }

    // "not (at/on) seven", "instead of seven"
    private static bool IsNegated(IReadOnlyList<Token> tokens, int at)
    {
        var before = at - 1;
        while (before >= 0 && tokens[before].Word is "at" or "on" or "the" or "for")
            before--;
        return before >= 0 && !tokens[before].Break
            && (tokens[before].Word == "not" || (tokens[before].Word == "of" && before > 0 && tokens[before - 1].Word == "instead"));
    }

    // "Good evening" says nothing about the wished time.
    private static void SkipGreetings(IReadOnlyList<Token> tokens, bool[] used)
    {
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            if (tokens[i].Word == "good" && tokens[i + 1].Word is "morning" or "afternoon" or "evening" or "night" or "day")
                used[i] = used[i + 1] = true;
        }
    }

    // "in an hour", "in half an hour", "in twenty minutes": rounded up to the next five minutes.
    private static LocalDateTime? TryReadDelay(IReadOnlyList<Token> tokens, LocalDateTime now, bool[] used)
    {
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            if (tokens[i].Word == "right" && tokens[i + 1].Word == "now")
            {
                used[i] = used[i + 1] = true;
                return now.With(TimeAdjusters.TruncateToMinute);
            }

            if (tokens[i].Word != "in" || i + 2 >= tokens.Count)
                continue;
            var at = i + 1;
            int amount;
            if (tokens[at].Word == "half" && at + 2 < tokens.Count && tokens[at + 2].Word == "hour")
                (amount, at) = (30, at + 2);
            else if (tokens[at].Word is "a" or "an" && tokens[at + 1].Word == "hour")
                (amount, at) = (60, at + 1);
            else if (NumberWords.TryRead(tokens, at, out amount, out var length) && at + length < tokens.Count
                && tokens[at + length].Word is "hour" or "hours" or "minutes")
            {
                at += length;
                amount *= tokens[at].Word == "minutes" ? 1 : 60;
            }
            else
                continue;
            if (amount is <= 0 or > 24 * 60)
                continue;
            Array.Fill(used, true, i, at - i + 1);
            var then = now.PlusMinutes(amount);
            return then.With(TimeAdjusters.TruncateToMinute).PlusMinutes((5 - then.Minute % 5) % 5);
        }

        return null;
    }

    private static VagueWhen ReadVague(IReadOnlyList<Token> tokens, bool[] used)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            var word = tokens[i].Word;
            if (word is "weekend")
                return VagueWhen.Weekend;
            if (word is "lunch" or "lunchtime")
                return VagueWhen.Lunch;
            if (word is "dinner" or "dinnertime" or "supper")
                return VagueWhen.Dinner;
            if (word == "next" && i + 1 < tokens.Count && tokens[i + 1].Word == "week" && !used[i])
                return VagueWhen.NextWeek;
        }

        return VagueWhen.None;
    }

    private static DayPart ReadPart(IReadOnlyList<Token> tokens, bool[] used, out bool today)
    {
        today = false;
        var part = DayPart.None;
        for (var i = 0; i < tokens.Count; i++)
        {
            var here = tokens[i].Word switch
            {
                "morning" or "mornings" => DayPart.Morning,
                "afternoon" or "afternoons" => DayPart.Afternoon,
                "evening" or "evenings" => DayPart.Evening,
                "night" => DayPart.Night,
                "tonight" => DayPart.Evening,
                _ => DayPart.None,
            };
            // Day names such as "tonight" are used already, but tell the half of the day too.
            if (here == DayPart.None || (used[i] && tokens[i].Word != "tonight") || (i > 0 && tokens[i - 1].Word == "not"))
                continue;
            part = here;
            used[i] = true;
            today |= i > 0 && tokens[i - 1].Word == "this";
        }

        return part;
    }
}
