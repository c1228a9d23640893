namespace Parley.Conversation.Agents.Grounding;

/// <summary>Finds times of day in a text.</summary>
internal static class TimeReader
{
    /// <summary>A time: where it stands, and what it is.</summary>
    public readonly record struct Found(int At, int Length, ClockReading Clock);

    /// <summary>Reads all times.</summary>
    /// <param name="tokens">The text.</param>
    /// <param name="used">What is something else already; times are marked in it.</param>
    /// <param name="bare">Numbers count that nothing tells to be times: of callers, who answer "seven" when they are asked.</param>
    public static List<Found> Read(IReadOnlyList<SpokenToken> tokens, bool[] used, bool bare)
    {
        var found = new List<Found>();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (used[i] || ReadOne(tokens, used, i, found, bare) is not { } one)
                continue;
            found.Add(one);
            Array.Fill(used, true, one.At, one.Length);
            i += one.Length - 1;
        }

        return found;
    }

    private static Found? ReadOne(IReadOnlyList<SpokenToken> tokens, bool[] used, int at, List<Found> before, bool bare)
    {
        var token = tokens[at];
        if (Named(token) is { } named)
            return new Found(at, 1, named);
        if (token.Kind == TokenKind.Clock)
            return WithHalf(tokens, at, 1, token.Hour, token.Minute);
        if (Fraction(tokens, at) is { } fraction)
            return fraction;
        if (token is { Kind: TokenKind.Number, Value: var value } && value != decimal.Truncate(value))
            return Decimal(tokens, at);
        if (!token.IsWhole(0, 24))
            return null;

        var hour = (int)token.Value;
        var minutes = Minutes(tokens, used, at, out var length);
        var end = at + length;
        var half = Half(tokens, end, hour);
        var next = end < tokens.Count ? tokens[end] : default;
        if (half is not null && hour is >= 1 and <= 12)
            return WithHalf(tokens, at, length, hour, minutes);
        if (next.Text is "o'clock" or "oclock" || (next.Is("en") && end + 1 < tokens.Count && tokens[end + 1].Is("punto")))
            return WithHalf(tokens, at, length + 1, hour, minutes);
        // "seven thirty", alone.
        if (length > 1 && token.InWords && hour is >= 1 and <= 12 && !Lexicon.Counted.Contains(next.Text ?? ""))
            return WithHalf(tokens, at, length, hour, minutes);
        if (IsRangeOfCounts(tokens, end))
            return null;
        if ((IsAfterPreposition(tokens, at) || IsSecondOfRange(tokens, at, before) || IsFirstOfRange(tokens, at, end)) && MayFollow(tokens, end, IsUntil(tokens, at)))
            return WithHalf(tokens, at, length, hour, minutes);
        return bare && !Lexicon.Counted.Contains(next.Text ?? "") ? WithHalf(tokens, at, length, hour, minutes) : null;
    }

    private static ClockReading? Named(SpokenToken token) => token.Kind != TokenKind.Word ? null : token.Text switch
    {
        "noon" or "midday" or "mediodía" or "полдень" or "полудня" => new ClockReading(12, 0, true),
        "midnight" or "medianoche" or "полночь" or "полуночи" or "חצות" or "בחצות" => new ClockReading(0, 0, true),
        _ => null,
    };

    // Minutes behind an hour: "thirty", "oh five", "y media", "וחצי".
    private static int Minutes(IReadOnlyList<SpokenToken> tokens, bool[] used, int at, out int length)
    {
        length = 1;
        if (at + 1 >= tokens.Count || used[at + 1])
            return 0;
        var next = tokens[at + 1];
        if (tokens[at].InWords && next is { InWords: true } && next.IsWhole(10, 59))
            return Take(2, (int)next.Value, out length);
        if (next.IsWhole(0, 0) && at + 2 < tokens.Count && tokens[at + 2].IsWhole(1, 9))
            return Take(3, (int)tokens[at + 2].Value, out length);
        if (next.Is("וחצי"))
            return Take(2, 30, out length);
        if (next.Is("ורבע"))
            return Take(2, 15, out length);
        if (!next.Is("y") || at + 2 >= tokens.Count)
            return 0;
        var last = tokens[at + 2];
        return last.Is("media") ? Take(3, 30, out length) : last.Is("cuarto") ? Take(3, 15, out length)
            : last.IsWhole(1, 59) ? Take(3, (int)last.Value, out length) : 0;
    }

    private static int Take(int used, int minutes, out int length)
    {
        length = used;
        return minutes;
    }

    // "half past seven", "quarter to eight", "las ocho menos cuarto", "половина восьмого".
    private static Found? Fraction(IReadOnlyList<SpokenToken> tokens, int at)
    {
        SpokenToken Get(int index) => index < tokens.Count ? tokens[index] : default;
        var (word, joint, hour) = (tokens[at], Get(at + 1), Get(at + 2));
        if (word.Is("half") && joint.Is("past") && hour.IsWhole(1, 12))
            return WithHalf(tokens, at, 3, (int)hour.Value, 30);
        if (word.Is("quarter") && (joint.Is("past") || joint.Is("after")) && hour.IsWhole(1, 12))
            return WithHalf(tokens, at, 3, (int)hour.Value, 15);
        if (word.Is("quarter") && (joint.Is("to") || joint.Is("of")) && hour.IsWhole(1, 12))
            return WithHalf(tokens, at, 3, Before((int)hour.Value), 45);
        if (word.IsWhole(1, 12) && joint.Is("menos") && (hour.Is("cuarto") || hour.IsWhole(1, 59)))
            return WithHalf(tokens, at, 3, Before((int)word.Value), hour.Is("cuarto") ? 45 : 60 - (int)hour.Value);
        if ((word.Is("половина") || word.Is("половине") || word.Is("половину") || word.Is("пол")) && RussianHour(joint.Text) is { } russian)
            return WithHalf(tokens, at, 2, Before(russian), 30);
        return null;
    }

    private static int? RussianHour(string? word) =>
        Array.IndexOf(["", "первого", "второго", "третьего", "четвёртого", "пятого", "шестого", "седьмого", "восьмого", "девятого", "десятого", "одиннадцатого", "двенадцатого"], word) is > 0 and var hour
            ? hour
            : null;

    // "7.30 pm", "a las 7.30": with a point, and only where a time can be meant.
    private static Found? Decimal(IReadOnlyList<SpokenToken> tokens, int at)
    {
        var parts = tokens[at].Text.Split('.');
        return parts is [{ Length: <= 2 }, { Length: 2 }] && int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture) is <= 24 and var hour
            && int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) is <= 59 and var minute
            && (Half(tokens, at + 1, hour) is not null || (IsAfterPreposition(tokens, at) && MayFollow(tokens, at + 1, IsUntil(tokens, at))))
                ? WithHalf(tokens, at, 1, hour % 24, minute)
                : null;
    }

    private static int Before(int hour) => hour == 1 ? 12 : hour - 1;

    private static bool IsAfterPreposition(IReadOnlyList<SpokenToken> tokens, int at) => tokens[at].Prefix is 'ב' or 'מ' or 'ל'
        || (at > 1 && tokens[at - 1] is { Kind: TokenKind.Mark, Text: "-" } && tokens[at - 2].Text is "ב" or "מ" or "ל")
        // "de 9 a 17"
        || (at > 0 && tokens[at - 1].Text is "de" or "desde" && at + 2 < tokens.Count && Lexicon.Between.Contains(tokens[at + 1].Text) && tokens[at + 2].IsWhole(1, 24))
        || (at > 0 && tokens[at - 1].Kind == TokenKind.Word && (Lexicon.BeforeTime.Contains(tokens[at - 1].Text)
            || (tokens[at - 1].Text is "about" or "past" && at > 1 && Lexicon.BeforeTime.Contains(tokens[at - 2].Text))));

    // "from seven to ten", "9-17".
    private static bool IsSecondOfRange(IReadOnlyList<SpokenToken> tokens, int at, List<Found> before)
    {
        if (at < 2 || !Lexicon.Between.Contains(tokens[at - 1].Text))
            return false;
        return before.Exists(one => one.At + one.Length <= at && one.At + one.Length >= at - 5
            && !tokens.Skip(one.At + one.Length).Take(at - one.At - one.Length).Any(static t => t.Kind == TokenKind.Number));
    }

    // "Seven or a quarter past eight", "Sundays ten to six", "open nine to five"
    private static bool IsFirstOfRange(IReadOnlyList<SpokenToken> tokens, int at, int end)
    {
        if (end + 1 >= tokens.Count)
            return false;
        return tokens[end].Text is "or" or "o" or "или" or "או"
            ? tokens[end + 1].Kind == TokenKind.Clock || Fraction(tokens, tokens[end + 1].Is("a") ? end + 2 : end + 1) is not null
            : at > 0 && tokens[end].Text is "to" or "till" or "until" or "-" && tokens[end + 1].IsWhole(1, 24)
                && (Days.IsDay(tokens[at - 1].Text) || Lexicon.Open.Contains(tokens[at - 1].Text) || tokens[at - 1].Is("it's"));
    }

    // "between two and four people"
    private static bool IsRangeOfCounts(IReadOnlyList<SpokenToken> tokens, int at) => at + 2 < tokens.Count && Lexicon.Between.Contains(tokens[at].Text)
        && tokens[at + 1].Kind == TokenKind.Number && Lexicon.Counted.Contains(tokens[at + 2].Text) && tokens[at + 2].Text is not ("часов" or "часа" or "дня");

    // "Late check-out until two costs forty dollars": until what is counted in nothing is a time, whatever follows.
    private static bool IsUntil(IReadOnlyList<SpokenToken> tokens, int at) => at > 0 && tokens[at - 1].Text is "until" or "till" or "til" or "hasta";

    private static bool MayFollow(IReadOnlyList<SpokenToken> tokens, int at, bool isUntil)
    {
        if (at >= tokens.Count)
            return true;
        var next = tokens[at];
        if (Lexicon.Money.ContainsKey(next.Text))
            return false;
        return next.Kind switch
        {
            TokenKind.Mark or TokenKind.Meridiem => true,
            TokenKind.Word => (isUntil || Lexicon.AfterTime.Contains(next.Text)) && !(Lexicon.Counted.Contains(next.Text) && next.Text is not ("часов" or "часа" or "дня")),
            _ => false,
        };
    }

    private static Found WithHalf(IReadOnlyList<SpokenToken> tokens, int at, int length, int hour, int minute)
    {
        var half = Half(tokens, at + length, hour);
        // "9-5": what follows in the afternoon or evening is told by its own words.
        return new Found(at, length, half is { } certain
            ? new ClockReading(certain, minute, true)
            : new ClockReading(hour % 24, minute, hour is > 12 or 0 || hour == 24));
    }

    /// <summary>The hour when words behind it tell the half of the day: "pm", "in the evening".</summary>
    private static int? Half(IReadOnlyList<SpokenToken> tokens, int at, int hour)
    {
        if (hour is < 1 or > 12)
            return null;
        for (var i = at; i < Math.Min(at + 4, tokens.Count); i++)
        {
            var token = tokens[i];
            if (token.Kind == TokenKind.Meridiem)
                return token.Text == "am" ? hour % 12 : hour % 12 + 12;
            if (token.Kind is TokenKind.Number or TokenKind.Clock or TokenKind.Money)
                return null;
            switch (token.Text)
            {
                case "morning" or "утра" or "утром" or "בבוקר" or "madrugada":
                case "mañana" when i > 0 && tokens[i - 1].Text is "la":
                    return hour % 12;
                case "afternoon" or "evening" or "tonight" or "tarde" or "вечера" or "вечером" or "дня" or "בערב" or "הצהריים" or "אחה\"צ" or "בצהריים":
                    return hour % 12 + 12;
                case "night" or "noche" or "ночи" or "בלילה":
                    return hour is >= 6 and < 12 ? hour + 12 : hour % 12;
            }
        }

        return null;
    }
}
