using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Parley.Conversation.Agents;

namespace Parley.Conversation.Turns;

/// <summary>Whether words have the shape of the answer that was asked for. Looks at form only; what they mean is the agent's business.</summary>
internal static partial class AnswerShape
{
    /// <summary>Digits of a telephone number that nobody asked for: a North American one with its area code.</summary>
    public const int WholeNumberDigits = 10;

    private static readonly FrozenSet<string> YesNo = FrozenSet.ToFrozenSet(
    [
        "yes", "yeah", "yep", "yup", "no", "nope", "nah", "correct", "right", "sure", "okay", "ok", "exactly", "absolutely", "perfect",
        "mhm", "uh-huh", "mm-hmm", "fine", "great", "wrong", "good", "course", "definitely", "certainly", "really", "indeed", "please",
    ]);

    // Judged when it is the end of what was said.
    private static readonly FrozenSet<string> YesNoEndings = FrozenSet.ToFrozenSet(["think so", "guess so", "hope so", "think not", "don't think so"]);

    private static readonly FrozenDictionary<string, int> DigitWords = new Dictionary<string, int>
    {
        ["zero"] = 1, ["oh"] = 1, ["o"] = 1, ["one"] = 1, ["two"] = 1, ["three"] = 1, ["four"] = 1, ["five"] = 1, ["six"] = 1, ["seven"] = 1,
        ["eight"] = 1, ["nine"] = 1, ["ten"] = 2, ["hundred"] = 2,
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> CountWords = FrozenSet.ToFrozenSet(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "just", "couple", "both"]);

    private static readonly FrozenSet<string> Days = FrozenSet.ToFrozenSet(
        ["today", "tomorrow", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]);

    private static readonly FrozenSet<string> Hours = FrozenSet.ToFrozenSet(
    [
        "tonight", "noon", "midday", "midnight", "o'clock", "am", "pm", "a.m", "p.m", "morning", "afternoon", "evening", "lunchtime",
        "thirty", "fifteen", "past", "anytime",
    ]);

    private static readonly FrozenSet<string> Months = FrozenSet.ToFrozenSet(
    [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
    ]);

    private static readonly FrozenSet<string> BeforeHours = FrozenSet.ToFrozenSet(["at", "around", "about", "after", "before", "by", "past", "until"]);

    /// <summary>Whether the answer asked for is there. Numbers and spellings are not looked at.</summary>
    public static bool Answers(List<string> words, ReplyExpectation expected) => expected.Kind switch
    {
        ReplyKind.YesNo => words.Count <= 5 && (YesNo.Contains(words[0]) || YesNo.Contains(words[^1]) || YesNoEndings.Contains(LastTwo(words))),
        ReplyKind.Name => words.Count <= 8,
        ReplyKind.Count => words.Exists(IsCount),
        ReplyKind.DateTime => HasTime(words) && !EndsInMonth(words),
        _ => false,
    };

    /// <summary>
    /// Whether an answer is often followed by its other part: "no" by what is right, a number by a correction or "please", a day by the time.
    /// </summary>
    public static bool IsBare(List<string> words, ReplyKind kind) => kind switch
    {
        ReplyKind.YesNo => words is ["no" or "nope" or "nah"],
        ReplyKind.Count => words.Count == 1,
        ReplyKind.DateTime => words.Exists(Days.Contains) && !words.Exists(Hours.Contains) && !words.Exists(w => IsCount(w) || IsClock(w)),
        _ => false,
    };

    /// <summary>How many digits were spoken: "four one five" and "415" are both three.</summary>
    public static int Digits(List<string> words)
    {
        var digits = 0;
        var factor = 1;
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (word is "double" or "triple")
            {
                factor = word == "double" ? 2 : 3;
                continue;
            }

            // Between digits, "or" is an "oh".
            var here = word == "or" && i > 0 && i + 1 < words.Count && IsDigits(words[i - 1]) && IsDigits(words[i + 1])
                ? 1 : DigitWords.GetValueOrDefault(word);
            if (here == 0)
                here = word.Count(char.IsAsciiDigit);
            digits += here * factor;
            factor = 1;
        }

        return digits;
    }

    /// <summary>
    /// Whether the number ends in six equal digits or more ("555-5555"): how a recogniser goes on by itself with a number that stopped.
    /// </summary>
    public static bool RepeatsLastDigit(List<string> words)
    {
        var digits = string.Concat(words.Where(IsDigits).SelectMany(word => word.Where(char.IsAsciiDigit)));
        return digits.Length >= 6 && digits.AsSpan()[^6..].IndexOfAnyExcept(digits[^1]) < 0;
    }

    /// <summary>How many words hold no digits.</summary>
    public static int WordsBesideDigits(List<string> words) => words.Count(word => !IsDigits(word));

    /// <summary>Whether the last word is digits.</summary>
    public static bool EndsInDigits(List<string> words) => IsDigits(words[^1]);

    /// <summary>Whether the digits are a time of day or a count: they come with a word that says so.</summary>
    public static bool LooksLikeTime(List<string> words) => words.Exists(w =>
        Days.Contains(w) || Hours.Contains(w) || w is "people" or "persons" or "guests" || w.Contains(':', StringComparison.Ordinal))
        || (words.Count >= 2 && words[^2] is "at" or "around" && words[^1].Length <= 2);

    /// <summary>Whether the words spell something: two single letters or more in a row at the end.</summary>
    public static bool IsSpelling(List<string> words) =>
        (words.Count >= 2 && IsLetter(words[^1]) && IsLetter(words[^2]) && !(words[^1] is "a" or "i" && words[^2] is "a" or "i"))
        || words[^1] is "spelled" or "spelt" or "spell";

    /// <summary>Whether an e-mail address is about to be told: "my email is", "write to".</summary>
    public static bool AnnouncesEmail(List<string> words)
    {
        var at = words.FindIndex(word => word is "email" or "e-mail" or "mail");
        return at >= 0 && words.FindIndex(at, word => word is "is" or "address") > at;
    }

    /// <summary>
    /// Whether an e-mail address is complete: an at sign or "at" (not needed where an address was asked for: recognisers lose it), and at its
    /// end a dot and a top-level domain. ".co" is none: it goes on with a country.
    /// </summary>
    public static bool IsWholeEmail(string text, bool addressExpected)
    {
        var lower = text.ToLowerInvariant();
        return (addressExpected || lower.Contains('@', StringComparison.Ordinal) || lower.Contains(" at ", StringComparison.Ordinal))
            && TopLevelDomain().IsMatch(lower);
    }

    [GeneratedRegex(@"(\.|\bdot )\s?(com|org|net|edu|gov|info|io|biz|uk|ca|de|us|fr|au)[.,!?\s]*$")]
    private static partial Regex TopLevelDomain();

    private static bool HasTime(List<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (Days.Contains(word) || Hours.Contains(word) || Months.Contains(word) || IsClock(word))
                return true;
            if (i > 0 && BeforeHours.Contains(words[i - 1]) && IsCount(word))
                return true;
        }

        return words.Count <= 2 && words.Exists(IsCount);
    }

    private static string LastTwo(List<string> words) => words.Count >= 2 ? $"{words[^2]} {words[^1]}" : "";

    private static bool IsClock(string word) => word.Contains(':', StringComparison.Ordinal) || (word.Length <= 6 && char.IsAsciiDigit(word[0]));

    private static bool EndsInMonth(List<string> words) => Months.Contains(words[^1]) && words.Count < 3;

    private static bool IsCount(string word) => CountWords.Contains(word) || (word.Length <= 2 && word.All(char.IsAsciiDigit));

    private static bool IsDigits(string word) =>
        DigitWords.ContainsKey(word) || (word.Any(char.IsAsciiDigit) && word.All(c => char.IsAsciiDigit(c) || c is '-' or '.' or '(' or ')'));

    private static bool IsLetter(string word) => word.Length == 1 && char.IsAsciiLetter(word[0]);
}
