using System.Globalization;
using Parley.Conversation.Rag.Text;

namespace Parley.Conversation.Rag.Catalogue;

/// <summary>A word of a look-up, numbers as digits.</summary>
/// <param name="Text">The word: <c>jordan</c>, <c>10.5</c>.</param>
/// <param name="IsHalved">Whether it is a number with a half, which only sizes have.</param>
internal readonly record struct SpokenWord(string Text, bool IsHalved = false)
{
    public bool IsNumber => char.IsAsciiDigit(Text[0]);
}

/// <summary>Reads numbers in words and their halves: "ten and a half", "diez y medio", "десять с половиной", "nine ninety".</summary>
internal static class SpokenNumbers
{
    private static readonly Dictionary<string, int> Numbers = Make(
        (0, "zero cero ноль אפס"), (1, "one uno una один одна אחד אחת"), (2, "two dos два две שתיים שניים"), (3, "three tres три שלוש"), (4, "four cuatro четыре ארבע"),
        (5, "five cinco пять חמש"), (6, "six seis шесть שש"), (7, "seven siete семь שבע"), (8, "eight ocho восемь שמונה"), (9, "nine nueve девять תשע"),
        (10, "ten diez десять עשר"), (11, "eleven once одиннадцать"), (12, "twelve doce двенадцать"), (13, "thirteen trece тринадцать"),
        (14, "fourteen catorce четырнадцать"), (15, "fifteen quince пятнадцать"), (16, "sixteen dieciseis шестнадцать"), (17, "seventeen diecisiete семнадцать"),
        (18, "eighteen dieciocho восемнадцать"), (19, "nineteen diecinueve девятнадцать"), (20, "twenty veinte двадцать עשרים"), (30, "thirty treinta тридцать שלושים"),
        (40, "forty cuarenta сорок ארבעים"), (50, "fifty cincuenta пятьдесят חמישים"), (60, "sixty sesenta шестьдесят שישים"),
        (70, "seventy setenta семьдесят שבעים"), (80, "eighty ochenta восемьдесят שמונים"), (90, "ninety noventa девяносто תשעים"));

    private static readonly string[][] Halves =
    [
        ["and", "a", "half"], ["y", "medio"], ["y", "media"], ["с", "половиной"], ["וחצי"], ["point", "five"], ["punto", "cinco"], ["1", "2"], ["half"],
    ];

    /// <summary>The words of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isName">Whether a number is a name in the catalogue, so that "nine ninety" is 990 and not two numbers.</param>
    public static List<SpokenWord> Read(string text, Func<string, bool> isName) => Read(Words(text), isName);

    /// <summary>The same of words that were heard.</summary>
    public static List<SpokenWord> Read(List<string> words, Func<string, bool> isName)
    {
        var result = new List<SpokenWord>();
        for (var i = 0; i < words.Count;)
        {
            if (!TryNumber(words, i, out var value, out var length))
            {
                result.Add(new SpokenWord(words[i++]));
                continue;
            }

            i += length;
            if (value is > 0 and < 10 && TryNumber(words, i, out var rest, out var more) && rest is >= 10 and < 100
                && isName(Digits(value * 100 + rest)) && Half(words, i + more) == 0)
            {
                (value, i) = (value * 100 + rest, i + more);
            }

            if (value is > 0 and < 100 && value == Math.Floor(value) && Half(words, i) is > 0 and var half)
            {
                i += half;
                result.Add(new SpokenWord(Digits(value + 0.5m), IsHalved: true));
            }
            else
                result.Add(new SpokenWord(Digits(value), value != Math.Floor(value)));
        }

        return result;
    }

    /// <summary>The words of a text, as they were written, at most 60.</summary>
    public static List<string> Words(string text) => Word.Split(text, 60).ConvertAll(static w => w.Text);

    /// <summary>Whether a word is a number, in digits or as a word.</summary>
    public static bool IsNumber(string word) => char.IsAsciiDigit(word[0]) || Numbers.ContainsKey(Singular(word));

    /// <summary>One spelling for a size: <c>10.50</c> and "ten and a half" are <c>10.5</c>, "extra large" is <c>xl</c>.</summary>
    public static string Size(string text)
    {
        var words = Read(text, static _ => false).Select(w => w.Text).Where(w => w is not ("size" or "us" or "eu" or "uk" or "talla" or "a")).ToList();
        return Letters(words, 0, out var length) is { } letters && length == words.Count ? letters : string.Join(' ', words);
    }

    /// <summary>The letters of a size in words that begin there; null when none do.</summary>
    public static string? Letters(IReadOnlyList<string> words, int at, out int length)
    {
        var word = at < words.Count ? words[at] : "";
        var next = at + 1 < words.Count ? words[at + 1] : "";
        var after = at + 2 < words.Count ? words[at + 2] : "";
        (var size, length) = (word, next, after) switch
        {
            ("extra" or "double", "extra", "large") => ("xxl", 3),
            ("double", "xl", _) => ("xxl", 2),
            ("extra" or "x", "large", _) => ("xl", 2),
            ("extra" or "x", "small", _) => ("xs", 2),
            ("small" or "s" or "pequeno" or "pequena" or "маленький", _, _) => ("s", 1),
            ("medium" or "m" or "mediano" or "mediana" or "средний", _, _) => ("m", 1),
            ("large" or "l" or "grande" or "большой", _, _) => ("l", 1),
            ("xl" or "xs" or "xxl", _, _) => (word, 1),
            _ => (null, 0),
        };
        return size;
    }

    private static bool TryNumber(List<string> words, int at, out decimal value, out int length)
    {
        (value, length) = (0, 1);
        if (at >= words.Count)
            return false;
        if (char.IsAsciiDigit(words[at][0]))
            return decimal.TryParse(words[at], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
        if (!Numbers.TryGetValue(Singular(words[at]), out var number))
            return false;
        value = number;
        // "Ninety seven", "noventa y siete".
        var unit = at + 1 < words.Count && words[at + 1] == "y" ? at + 2 : at + 1;
        if (number >= 20 && unit < words.Count && Numbers.TryGetValue(words[unit], out var one) && one is > 0 and < 10)
        {
            value += one;
            length = unit - at + 1;
        }

        return true;
    }

    // "Jordan fours", "the nineties".
    private static string Singular(string word) => word.Length < 4 || word[^1] != 's' || Numbers.ContainsKey(word) ? word
        : word.EndsWith("ties", StringComparison.Ordinal) ? word[..^3] + "y" : word[..^1];

    private static int Half(List<string> words, int at)
    {
        foreach (var half in Halves)
        {
            if (at + half.Length <= words.Count && words.GetRange(at, half.Length).SequenceEqual(half))
                return half.Length;
        }

        return 0;
    }

    private static string Digits(decimal value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static Dictionary<string, int> Make(params ReadOnlySpan<(int Value, string Words)> numbers)
    {
        var result = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (value, words) in numbers)
        {
            foreach (var word in words.Split(' '))
                result[word] = value;
        }

        return result;
    }
}
