using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Parley.Conversation.Agents;

/// <summary>
/// Text as it is heard and not as it can be disguised in Unicode: without characters that show nothing (zero width, marks of direction), with letters and
/// digits of other shapes (full width, mathematical, of other scripts) as the plain ones, and without letters of another alphabet in a word that look
/// like its own (UTS #39, confusables). What is plain already is returned as it is.
/// </summary>
internal static partial class Undisguised
{
    // Pairs: a Cyrillic or Greek letter, and the Latin one that it looks like.
    private const string Twins =
        "\u0430a\u0435e\u043Eo\u0440p\u0441c\u0443y\u0445x\u0456i\u0458j\u0455s\u04BBh\u0501d\u051Bq\u051Dw\u0410A\u0412B\u0415E\u041AK\u041CM\u041DH\u041EO\u0420P\u0421C\u0422T\u0423Y\u0425X\u0406I\u0408J\u0405S"
        + "\u03B1a\u03BFo\u03BDv\u03C1p\u03B9i\u03BAk\u03C5u\u0391A\u0392B\u0395E\u0396Z\u0397H\u0399I\u039AK\u039CM\u039DN\u039FO\u03A1P\u03A4T\u03A5Y\u03A7X";

    private static readonly FrozenDictionary<char, char> ToLatin =
        Enumerable.Range(0, Twins.Length / 2).ToFrozenDictionary(static i => Twins[2 * i], static i => Twins[2 * i + 1]);

    private static readonly FrozenDictionary<char, char> ToCyrillic = Enumerable.Range(0, Twins.Length / 2).Where(static i => Twins[2 * i] >= '\u0400')
        .ToFrozenDictionary(static i => Twins[2 * i + 1], static i => Twins[2 * i]);

    /// <summary>The text without disguise.</summary>
    public static string Of(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', '\u024F') < 0 && !text.Contains('\u00AD', StringComparison.Ordinal))
            return text;
        if (Marks().IsMatch(text))
            text = Shown(text);
        return Mixed().Replace(text, static word => Unmixed(word.Value));
    }

    private static string Shown(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var kind = Rune.GetUnicodeCategory(rune);
            if (kind == UnicodeCategory.Format || rune.Value is 0x034F or 0x115F or 0x1160 or 0x3164 or 0xFFA0)
                continue;
            if (kind == UnicodeCategory.DecimalDigitNumber)
                plain.Append((char)('0' + (int)Rune.GetNumericValue(rune)));
            else if (rune.Value is (>= 0xFF01 and <= 0xFFEE) or (>= 0x1D400 and <= 0x1D7FF) or (>= 0x2460 and <= 0x24FF))
                plain.Append(rune.ToString().Normalize(NormalizationForm.FormKC));
            else
                plain.Append(rune);
        }

        return plain.ToString();
    }

    // A word of two alphabets: all of it in the one that all of it can be written in.
    private static string Unmixed(string word)
    {
        var latin = string.Concat(word.Select(static c => ToLatin.GetValueOrDefault(c, c)));
        return latin.All(static c => c <= '\u024F') ? latin : string.Concat(word.Select(static c => ToCyrillic.GetValueOrDefault(c, c)));
    }

    // Of the pairs of a surrogate, those of mathematical letters and digits.
    [GeneratedRegex(@"[\p{Cf}\u034F\u115F\u1160\u3164\uFF01-\uFFEE\u2460-\u24FF\uD835]|(?![0-9])\p{Nd}")]
    private static partial Regex Marks();

    [GeneratedRegex(@"(?=\p{L}*[a-zA-Z])(?=\p{L}*[\p{IsCyrillic}\p{IsGreek}])\p{L}+")]
    private static partial Regex Mixed();
}
