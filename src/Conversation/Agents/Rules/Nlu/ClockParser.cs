using System.Globalization;

namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>Times of day: <c>seven thirty</c>, <c>half past seven</c>, <c>730</c>, <c>19:30</c>, <c>8 pm</c>, <c>noon</c>.</summary>
internal static class ClockParser
{
    public static bool TryRead(
        IReadOnlyList<Token> tokens, int at, bool[] used, bool bareNumberIsTime, out ClockTime time, out int length)
    {
        time = default!;
        length = 1;
        switch (tokens[at].Word)
        {
            case "noon" or "midday":
                time = new ClockTime(12, 0, true);
                return true;
            case "midnight":
                time = new ClockTime(0, 0, true);
                return true;
        }

        if (TryReadPastOrTo(tokens, at, ref time, ref length))
            return true;
        var introduced = IsIntroduced(tokens, at);
        var i = at;
        var minute = 0;
        var sure = bareNumberIsTime || introduced;
        if (tokens[i].Word.Split(':') is [var h, var m] && int.TryParse(h, NumberStyles.None, CultureInfo.InvariantCulture, out var hour)
            && int.TryParse(m, NumberStyles.None, CultureInfo.InvariantCulture, out minute))
        {
            sure = true;
            i++;
        }
        else if (NumberWords.TryRead(tokens, i, out var number, out var used1))
        {
            var digits = tokens[i].Word;
            i += used1;
            hour = number;
            if (digits.Length is 3 or 4 && char.IsAsciiDigit(digits[0]))
            {
                (hour, minute) = (number / 100, number % 100);
                sure |= Next(tokens, i) is "am" or "pm" || tokens.Count <= 2;
            }
            else if (i < tokens.Count && !used[i] && TryReadMinutes(tokens, i, out var minutes, out var minuteLength)
                && (!tokens[i - 1].Break || IsOneTime(tokens, i, minuteLength, minutes, introduced)))
            {
                sure = true;
                minute = minutes;
                i += minuteLength;
            }
        }
        else
            return false;

        if (hour > 23 || minute > 59)
            return false;
        if (Next(tokens, i) == "oclock")
        {
            sure = true;
            i++;
        }

        var certain = hour is 0 or > 12;
        if (Next(tokens, i) is "am" or "pm" && hour is > 0 and <= 12)
        {
            sure = certain = true;
            hour = hour % 12 + (tokens[i].Word == "pm" ? 12 : 0);
            i++;
        }
        else if (IsPartNext(tokens, i) && !IsParty(tokens, at, i))
            sure = true;
        // "at four people" is no time, nor is "at eight Main Street".
        if (!sure || (!certain && Next(tokens, i) is "people" or "persons" or "guests" or "adults" or "of" or "person"))
            return false;
        time = new ClockTime(hour, minute, certain);
        length = i - at;
        return true;
    }

    // "half past seven", "quarter to eight", "ten past nine", British "half seven"
    private static bool TryReadPastOrTo(IReadOnlyList<Token> tokens, int at, ref ClockTime time, ref int length)
    {
        var i = at;
        if (tokens[i].Word == "a" && Next(tokens, i + 1) == "quarter")
            i++;
        int minutes;
        if (tokens[i].Word is "half" or "quarter")
            (minutes, i) = (tokens[i].Word == "half" ? 30 : 15, i + 1);
        else if (NumberWords.TryRead(tokens, i, out minutes, out var used) && minutes is 5 or 10 or 20 or 25)
            i += used;
        else
            return false;
        if (Next(tokens, i) == "minutes")
            i++;
        var direction = Next(tokens, i);
        if (direction is "past" or "to" or "till" or "of" or "after" or "before")
            i++;
        else if (tokens[at].Word != "half")
            return false;
        else
            direction = "past";
        int hour;
        if (Next(tokens, i) is "noon" or "midnight")
        {
            hour = tokens[i].Word == "noon" ? 12 : 24;
            i++;
        }
        else if (i < tokens.Count && NumberWords.TryRead(tokens, i, out hour, out var hourLength) && hour is >= 1 and <= 12)
            i += hourLength;
        else
            return false;
        // "a table for ten of us" is a party, "ten to twelve people" too.
        if (direction == "of" && tokens[at].Word != "quarter" || Next(tokens, i) is "people" or "persons" or "guests")
            return false;
        var certain = tokens[i - 1].Word is "noon" or "midnight";
        var total = direction is "past" or "after" ? hour * 60 + minutes : hour * 60 - minutes;
        (hour, minutes) = (total / 60 % 24, total % 60);
        if (!certain && hour == 0)
            hour = 12;
        if (Next(tokens, i) == "oclock")
            i++;
        if (!certain && Next(tokens, i) is "am" or "pm")
        {
            certain = true;
            hour = hour % 12 + (tokens[i].Word == "pm" ? 12 : 0);
            i++;
        }

        time = new ClockTime(hour, minutes, certain);
        length = i - at;
        return true;
    }

    private static bool TryReadMinutes(IReadOnlyList<Token> tokens, int at, out int minute, out int length)
    {
        minute = 0;
        length = 1;
        if (tokens[at].Word is "oh" or "o" && at + 1 < tokens.Count && NumberWords.TryRead(tokens, at + 1, out minute, out _) && minute is > 0 and < 10)
        {
            length = 2;
            return true;
        }

        // Minutes between the fives are hardly ever said; a number like that is something else.
        return NumberWords.TryRead(tokens, at, out minute, out length) && minute is >= 10 and < 60 && minute % 5 == 0
            && Next(tokens, at + length) is not ("people" or "persons" or "guests" or "of" or "minutes");
    }

    // Recognisers put a comma where the voice pauses: "at seven, thirty in the evening". A small number after it is rather a party's.
    private static bool IsOneTime(IReadOnlyList<Token> tokens, int at, int length, int minutes, bool introduced) =>
        !tokens[at - 1].SentenceEnd
        && ((introduced && minutes >= 15) || Next(tokens, at + length) is "am" or "pm" || IsPartNext(tokens, at + length));

    private static bool IsIntroduced(IReadOnlyList<Token> tokens, int at)
    {
        if (at == 0)
            return false;
        if (tokens[at - 1].Word is "at" or "around" or "about" or "by" or "after" or "before" or "from" or "till" or "until" or "between" or "say")
            return tokens[at - 1].Word != "about" || at < 2 || tokens[at - 2].Word is not ("for" or "be");
        // "the time should be eight"
        if (tokens[at - 1].Word is "be" or "is" && tokens.Take(at).Any(t => t.Word == "time"))
            return true;
        // "move it to eight"
        return tokens[at - 1].Word == "to"
            && tokens.Any(t => t.Word is "move" or "change" or "switch" or "push" or "shift") && tokens.Any(t => t.Word is "it" or "that" or "time" or "from");
    }

    private static bool IsPartNext(IReadOnlyList<Token> tokens, int at) => (Next(tokens, at), Next(tokens, at + 1), Next(tokens, at + 2)) switch
    {
        ("in", "the", "morning" or "afternoon" or "evening") => true,
        ("at", "night", _) => true,
        ("tonight", _, _) or ("this", "evening" or "morning" or "afternoon", _) => true,
        _ => false,
    };

    // "A table for two tonight at eight": two is no time where another one follows.
    private static bool IsParty(IReadOnlyList<Token> tokens, int at, int next) =>
        at > 0 && tokens[at - 1].Word == "for" && tokens.Skip(next).Any(static t => t.Word is "at" or "around");

    private static string? Next(IReadOnlyList<Token> tokens, int at) => at < tokens.Count ? tokens[at].Word : null;
}
