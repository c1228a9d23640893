using System.Globalization;
using System.Text;

namespace Parley.Conversation.Rag.Text;

/// <summary>A word of a text, or a number.</summary>
/// <param name="Text">Lower case, without accents, points and apostrophes.</param>
/// <param name="IsMoney">Whether a currency's sign stands beside it.</param>
/// <param name="Hyphened">Whether a hyphen joins it to the word before.</param>
internal readonly record struct Word(string Text, bool IsMoney = false, bool Hyphened = false)
{
    private const int LongestWord = 40;

    public bool IsNumber => char.IsAsciiDigit(Text[0]);

    /// <summary>The words of a text, in order, at most <paramref name="most"/>.</summary>
    public static List<Word> Split(string text, int most = int.MaxValue)
    {
        var words = new List<Word>();
        var plain = Fold(text);
        var at = 0;
        while (at < plain.Length && words.Count < most)
        {
            if (!char.IsLetterOrDigit(plain[at]))
            {
                at++;
                continue;
            }

            var start = at;
            var end = plain[at] is >= '0' and <= '9' ? EndOfNumber(plain, at) : EndOfWord(plain, at);
            // The genitive is another form of the word, not a part of it.
            at = plain.AsSpan(end).StartsWith("'s") ? end + 2 : end;
            var word = plain[start] is >= '0' and <= '9'
                ? plain[start..end].Replace(",", "", StringComparison.Ordinal)
                : plain[start..end].Replace("'", "", StringComparison.Ordinal);
            if (word.Length > LongestWord)
                continue;
            var money = (start > 0 && IsCurrency(plain[start - 1])) || (end < plain.Length && IsCurrency(plain[end]))
                || (end + 1 < plain.Length && plain[end] == ' ' && IsCurrency(plain[end + 1]));
            var hyphened = start > 1 && plain[start - 1] is '-' or '\u2011' && char.IsLetter(plain[start - 2]);
            words.Add(new Word(word, money && char.IsAsciiDigit(word[0]), hyphened));
        }

        return words;
    }

    private static int EndOfWord(string text, int at)
    {
        while (at < text.Length
            && ((char.IsLetter(text[at])) || (text[at] == '\'' && at + 1 < text.Length && char.IsLetter(text[at + 1]))))
        {
            if (text[at] == '\'' && text[at + 1] == 's' && (at + 2 >= text.Length || !char.IsLetter(text[at + 2])))
                return at;
            at++;
        }

        return at;
    }

    // 1,150 and 10.5 are one number, 990v6 is two words.
    private static int EndOfNumber(string text, int at)
    {
        while (at < text.Length && (char.IsAsciiDigit(text[at])
            || (text[at] is '.' or ',' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]) && at > 0 && char.IsAsciiDigit(text[at - 1]))))
        {
            at++;
        }

        return at;
    }

    private static bool IsCurrency(char c) => c is '$' or '\u20ac' or '\u00a3' or '\u20aa' or '\u20bd';

    /// <summary>Lower case; Latin letters without accents, Cyrillic yo as ye, Hebrew without points; one kind of apostrophe.</summary>
    private static string Fold(string text)
    {
        var lower = text.ToLowerInvariant();
        if (System.Text.Ascii.IsValid(lower))
            return lower;
        var result = new StringBuilder(lower.Length);
        foreach (var c in lower)
        {
            switch (c)
            {
                case 'ё':
                    result.Append('е');
                    break;
                case '\u2019' or '\u2018' or '\u05f3':
                    result.Append('\'');
                    break;
                // Hebrew points and marks.
                case >= '\u0591' and <= '\u05c7' and not '\u05be':
                    break;
                case '\u05be':
                    result.Append('-');
                    break;
                case >= '\u00c0' and <= '\u024f':
                    result.Append(Unaccented(c));
                    break;
                default:
                    result.Append(c);
                    break;
            }
        }

        return result.ToString();
    }

    private static string Unaccented(char c)
    {
        if (c == 'ß')
            return "ss";
        foreach (var part in c.ToString().Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(part) != UnicodeCategory.NonSpacingMark)
                return part.ToString();
        }

        return c.ToString();
    }
}
