using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Parley.Tests.Common.Speech;

/// <summary>
/// Word error rate: substitutions, insertions and deletions over the words of the reference, after both sides were written the same
/// way (lower case, no punctuation, contractions spelled out, numbers as digits one by one).
/// </summary>
public static partial class WordErrorRate
{
    private static readonly Dictionary<string, string> Contractions = new(StringComparer.Ordinal)
    {
        ["won't"] = "will not", ["can't"] = "can not", ["cannot"] = "can not", ["let's"] = "let us", ["gonna"] = "going to",
        ["wanna"] = "want to", ["ok"] = "okay", ["goodbye"] = "good bye", ["mr"] = "mister", ["mrs"] = "missus", ["dr"] = "doctor",
        ["it's"] = "it is", ["that's"] = "that is", ["what's"] = "what is", ["where's"] = "where is", ["there's"] = "there is",
        ["who's"] = "who is", ["he's"] = "he is", ["she's"] = "she is", ["here's"] = "here is", ["how's"] = "how is",
    };

    private static readonly (string Ending, string Words)[] Endings =
    [
        ("n't", " not"), ("'re", " are"), ("'ve", " have"), ("'ll", " will"), ("'d", " would"), ("'m", " am"),
    ];

    private static readonly Dictionary<string, int> Units = new(StringComparer.Ordinal)
    {
        ["zero"] = 0, ["oh"] = 0, ["one"] = 1, ["two"] = 2, ["three"] = 3, ["four"] = 4, ["five"] = 5, ["six"] = 6, ["seven"] = 7,
        ["eight"] = 8, ["nine"] = 9, ["ten"] = 10, ["eleven"] = 11, ["twelve"] = 12, ["thirteen"] = 13, ["fourteen"] = 14,
        ["fifteen"] = 15, ["sixteen"] = 16, ["seventeen"] = 17, ["eighteen"] = 18, ["nineteen"] = 19,
    };

    private static readonly Dictionary<string, int> Tens = new(StringComparer.Ordinal)
    {
        ["twenty"] = 20, ["thirty"] = 30, ["forty"] = 40, ["fifty"] = 50, ["sixty"] = 60, ["seventy"] = 70, ["eighty"] = 80, ["ninety"] = 90,
    };

    /// <summary>
    /// Errors over reference words; above 1 when much was invented. An empty reference scores 0 against an empty hypothesis, and
    /// otherwise one for each invented word.
    /// </summary>
    public static double Compute(string reference, string hypothesis)
    {
        var (errors, words) = Count(reference, hypothesis);
        return (double)errors / Math.Max(1, words);
    }

    /// <summary>Errors and reference words, to be summed over a corpus.</summary>
    public static (int Errors, int Words) Count(string reference, string hypothesis)
    {
        var expected = Normalize(reference);
        var heard = Normalize(hypothesis);
        var row = Enumerable.Range(0, heard.Count + 1).ToArray();
        for (var i = 1; i <= expected.Count; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= heard.Count; j++)
            {
                var substituted = diagonal + (expected[i - 1] == heard[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return (row[^1], expected.Count);
    }

    /// <summary>The words as they are compared.</summary>
    public static IReadOnlyList<string> Normalize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var plain = text.ToLowerInvariant().Replace('\u2019', '\'').Normalize(NormalizationForm.FormD);
        plain = string.Concat(plain.Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark));
        plain = AmPm().Replace(plain, "$1m");
        plain = FullHour().Replace(plain, "$1");
        plain = Dollars().Replace(plain, "$1 dollars").Replace("%", " percent", StringComparison.Ordinal).Replace("&", " and ", StringComparison.Ordinal);
        plain = LettersBesideDigits().Replace(ThousandsComma().Replace(plain, ""), " ");
        plain = NotAWord().Replace(plain, " ");

        var words = new List<string>();
        foreach (var word in plain.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            words.AddRange(SpellOut(word).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return Digits(words);
    }

    private static string SpellOut(string word)
    {
        if (Contractions.TryGetValue(word, out var spelled))
            return spelled;

        foreach (var (ending, words) in Endings)
        {
            if (word.EndsWith(ending, StringComparison.Ordinal))
                return word[..^ending.Length] + words;
        }

        return word.Replace("'", "", StringComparison.Ordinal);
    }

    // Numbers are compared digit by digit: "seven thirty", "7:30" and "7 3 0" are the same, and so are all ways to group a telephone number.
    private static List<string> Digits(List<string> words)
    {
        var digits = new List<string>();
        for (var i = 0; i < words.Count; i++)
        {
            if (Tens.TryGetValue(words[i], out var tens))
            {
                var unit = i + 1 < words.Count && Units.TryGetValue(words[i + 1], out var next) && next is > 0 and < 10 ? next : 0;
                i += unit > 0 ? 1 : 0;
                Spread(tens + unit);
            }
            else if (Units.TryGetValue(words[i], out var value) && words[i] != "oh")
            {
                // "two hundred" is 200, "two hundred and five" 205.
                if (i + 1 < words.Count && words[i + 1] == "hundred")
                {
                    i++;
                    var rest = 0;
                    if (i + 2 < words.Count && words[i + 1] == "and" && Units.TryGetValue(words[i + 2], out rest))
                        i += 2;
                    value = (value * 100) + rest;
                }

                Spread(value);
            }
            else if (words[i].All(char.IsAsciiDigit))
            {
                digits.AddRange(words[i].Select(digit => digit.ToString()));
            }
            else
            {
                digits.Add(words[i]);
            }
        }

        return digits;

        void Spread(int number) =>
            digits.AddRange(number.ToString(CultureInfo.InvariantCulture).Select(digit => digit.ToString()));
    }

    [GeneratedRegex(@"\b([ap])(?:\.\s?|\s)m\b\.?")]
    private static partial Regex AmPm();

    [GeneratedRegex(@"\b(\d{1,2}):00\b")]
    private static partial Regex FullHour();

    [GeneratedRegex(@"\$(\d[\d,.]*\d|\d)")]
    private static partial Regex Dollars();

    [GeneratedRegex(@"(?<=\d),(?=\d{3}\b)")]
    private static partial Regex ThousandsComma();

    [GeneratedRegex(@"(?<=\d)(?=[ap]m\b)")]
    private static partial Regex LettersBesideDigits();

    [GeneratedRegex(@"[^a-z0-9']+")]
    private static partial Regex NotAWord();
}
