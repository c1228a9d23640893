using System.Collections.Frozen;
using Parley.Conversation.Agents;

namespace Parley.Conversation.Turns;

/// <summary>Whether words have the shape of the answer that was asked for. Looks at form only; what they mean is the agent's business.</summary>
internal static class AnswerShape
{
    private static readonly FrozenSet<string> YesNo = FrozenSet.ToFrozenSet(
    [
        "yes", "yeah", "yep", "yup", "no", "nope", "nah", "correct", "right", "sure", "okay", "ok", "exactly", "absolutely", "perfect",
        "mhm", "uh-huh", "mm-hmm", "fine", "great", "wrong",
    ]);

    private static readonly FrozenDictionary<string, int> DigitWords = new Dictionary<string, int>
    {
        ["zero"] = 1, ["oh"] = 1, ["o"] = 1, ["one"] = 1, ["two"] = 1, ["three"] = 1, ["four"] = 1, ["five"] = 1, ["six"] = 1, ["seven"] = 1,
        ["eight"] = 1, ["nine"] = 1, ["ten"] = 2, ["hundred"] = 2,
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> CountWords = FrozenSet.ToFrozenSet(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "just", "couple", "both"]);

    private static readonly FrozenSet<string> TimeWords = FrozenSet.ToFrozenSet(
    [
        "today", "tonight", "tomorrow", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "noon", "midday",
        "midnight", "o'clock", "am", "pm", "a.m", "p.m", "morning", "afternoon", "evening", "lunchtime", "week", "thirty", "fifteen", "past",
    ]);

    private static readonly FrozenSet<string> Months = FrozenSet.ToFrozenSet(
    [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
    ]);

    /// <summary>Whether the answer asked for is there.</summary>
    public static bool Answers(List<string> words, string text, ReplyExpectation expected) => expected.Kind switch
    {
        ReplyKind.YesNo => words.Count <= 5 && (YesNo.Contains(words[0]) || YesNo.Contains(words[^1])),
        ReplyKind.Name => words.Count is >= 2 and <= 6 && !Utterance.WantsMore(words[^1]),
        ReplyKind.Count => words.Exists(IsCount),
        ReplyKind.DateTime => HasTime(words) && !EndsInMonth(words),
        ReplyKind.Spelling => IsWholeEmail(text),
        _ => false,
    };

    /// <summary>How many digits were spoken: "four one five" and "415" are both three.</summary>
    public static int Digits(List<string> words)
    {
        var digits = 0;
        var factor = 1;
        foreach (var word in words)
        {
            if (word is "double" or "triple")
            {
                factor = word == "double" ? 2 : 3;
                continue;
            }

            var here = DigitWords.GetValueOrDefault(word);
            if (here == 0)
                here = word.Count(char.IsAsciiDigit);
            digits += here * factor;
            factor = 1;
        }

        return digits;
    }

    /// <summary>Whether the last word is digits.</summary>
    public static bool EndsInDigits(List<string> words) =>
        DigitWords.ContainsKey(words[^1]) || (words[^1].Length > 0 && words[^1].All(c => char.IsAsciiDigit(c) || c == '-'));

    /// <summary>Whether the digits are a time of day or a count: they come with a word that says so.</summary>
    public static bool LooksLikeTime(List<string> words) =>
        words.Exists(w => TimeWords.Contains(w) || w is "at" or "around" or "people" || w.Contains(':', StringComparison.Ordinal));

    /// <summary>Whether the words spell something: two single letters or more in a row at the end.</summary>
    public static bool IsSpelling(List<string> words) =>
        words.Count >= 2 && IsLetter(words[^1]) && IsLetter(words[^2]) && !(words[^1] is "a" or "i" && words[^2] is "a" or "i");

    /// <summary>Whether an e-mail address is complete: an at sign or "at", and a dot with something behind it.</summary>
    public static bool IsWholeEmail(string text)
    {
        var lower = text.ToLowerInvariant();
        var at = Math.Max(lower.IndexOf('@', StringComparison.Ordinal), lower.IndexOf(" at ", StringComparison.Ordinal));
        if (at < 0)
            return false;

        var tail = lower[at..].TrimEnd('.', ' ');
        return tail.EndsWith("com", StringComparison.Ordinal) || tail.EndsWith("org", StringComparison.Ordinal)
            || tail.EndsWith("net", StringComparison.Ordinal) || tail.EndsWith("dot edu", StringComparison.Ordinal)
            || tail.EndsWith("dot co", StringComparison.Ordinal) || tail.EndsWith("dot uk", StringComparison.Ordinal);
    }

    private static bool HasTime(List<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (TimeWords.Contains(word) || word.Contains(':', StringComparison.Ordinal) || Months.Contains(word))
                return true;
            if (i > 0 && words[i - 1] is "at" or "around" or "about" && IsCount(word))
                return true;
            if (word.Length <= 6 && char.IsAsciiDigit(word[0]))
                return true;
        }

        return words.Count <= 2 && words.Exists(IsCount);
    }

    private static bool EndsInMonth(List<string> words) => Months.Contains(words[^1]) && words.Count < 3;

    private static bool IsCount(string word) => CountWords.Contains(word) || (word.Length <= 2 && word.All(char.IsAsciiDigit));

    private static bool IsLetter(string word) => word.Length == 1 && char.IsAsciiLetter(word[0]);
}
