namespace Parley.Conversation.Agents.Grounding;

/// <summary>Which end of the hours a time is said of.</summary>
internal enum HoursEnd
{
    /// <summary>Not told: "nine to seven".</summary>
    Either,

    /// <summary>"We open at nine", "from nine".</summary>
    Open,

    /// <summary>"Until seven", "we close at seven".</summary>
    Close,
}

/// <summary>Which days a time of a sentence is said of: "Monday to Thursday ten to eight, Fridays and Saturdays ten to nine".</summary>
internal static class DayGroups
{
    // "Open at nine": from a word of opening to its time there are no more than a few others ("we open again on Monday at nine").
    private const int MostBetween = 6;

    /// <summary>The days that the time at a place is said of; none when it is said of no day by itself.</summary>
    public static HashSet<int> DaysOf(TextReading reading, int at)
    {
        var tokens = reading.Tokens;
        var (group, hasTimes, isTimeFirst, isClosed) = (new HashSet<int>(), false, false, false);
        for (var start = 0; start < tokens.Count;)
        {
            var end = start + 1;
            while (end < tokens.Count && !IsCut(tokens, end))
                end++;
            var days = Days.In([.. tokens.Skip(start).Take(end - start)]);
            var times = reading.TimesAt.Any(time => time >= start && time < end);
            // "..., except Wednesdays, when it's until seven"
            var isApart = !times && end + 1 < tokens.Count && tokens[end + 1].Is("when") && Enumerable.Range(start, end - start).Any(i => Days.IsDay(tokens[i].Text));
            if (isApart)
                days = Days.In([.. tokens.Skip(start).Take(end - start).Where(static t => !Days.IsExcept(t.Text))]);
            // Days begin a new group behind one that is whole; "..., at ten on Fridays and Saturdays" goes on.
            if (days.Count > 0 && (isApart && hasTimes || (group.Count == 0 ? hasTimes && times : (hasTimes && !(isTimeFirst && !times)) || isClosed)))
            {
                if (at < start)
                    return group;
                (group, hasTimes, isTimeFirst, isClosed) = ([], false, false, false);
            }

            if (!hasTimes && times)
                isTimeFirst = group.Count == 0 && (days.Count == 0 || reading.TimesAt.First(time => time >= start) < FirstDay(tokens, start));
            isClosed |= !times && days.Count > 0 && Enumerable.Range(start, end - start).Any(i => Lexicon.Closed.Contains(tokens[i].Text));
            hasTimes |= times;
            group.UnionWith(days);
            start = end;
        }

        return group;
    }

    /// <summary>Which end of the hours the time at a place is.</summary>
    public static HoursEnd EndOf(TextReading reading, int at)
    {
        var tokens = reading.Tokens;
        var status = -1;
        for (var i = at - 1; i >= 0 && i >= at - MostBetween && status < 0; i--)
            status = Lexicon.Open.Contains(tokens[i].Text) || Lexicon.Closed.Contains(tokens[i].Text) ? i : -1;
        var isClosed = status >= 0 && Lexicon.Closed.Contains(tokens[status].Text);
        return at == 0 ? HoursEnd.Either : tokens[at - 1].Text switch
        {
            // "Closed until nine", "closed from seven on"
            "until" or "till" or "til" or "hasta" or "до" or "עד" => isClosed ? HoursEnd.Either : HoursEnd.Close,
            "from" or "desde" or "с" => isClosed ? HoursEnd.Either : HoursEnd.Open,
            "at" or "las" or "в" or "בשעה" when status >= 0 && IsDeed(tokens, status) => isClosed ? HoursEnd.Close : HoursEnd.Open,
            _ => HoursEnd.Either,
        };
    }

    // "We're open at seven" names no end; "we open at seven" does.
    private static bool IsDeed(IReadOnlyList<SpokenToken> tokens, int at) => (tokens[at].Is("open") && at > 0 && tokens[at - 1].Text is "we" or "they")
        || tokens[at].Text is "opens" or "close" or "closes" or "abrimos" or "abre" or "abren" or "cerramos" or "cierra" or "cierran" or "открываемся" or "открывается" or "закрываемся"
            or "закрывается" or "נפתח" or "נפתחים" or "נסגר" or "נסגרים";

    // "Every day but Sunday" is one.
    private static bool IsCut(IReadOnlyList<SpokenToken> tokens, int at) => tokens[at].Text is "," or ";" or "and" or "but" or "y" or "pero" or "и" or "а" or "но" or "אבל"
        && !(Days.IsExcept(tokens[at].Text) && at + 1 < tokens.Count && Days.IsDay(tokens[at + 1].Text));

    private static int FirstDay(IReadOnlyList<SpokenToken> tokens, int from)
    {
        for (var i = from; i < tokens.Count; i++)
        {
            if (Days.IsDay(tokens[i].Text))
                return i;
        }

        return tokens.Count;
    }
}
