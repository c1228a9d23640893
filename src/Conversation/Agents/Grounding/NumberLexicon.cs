using System.Collections.Frozen;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>Words that are numbers in English, Spanish, Russian and Hebrew, in the forms that prices and times of day are said in.</summary>
internal static class NumberLexicon
{
    // A line for each value: its words. 100 and 1000 multiply what stands before them.
    private const string Words =
        """
        0 zero nought cero ноль нуля אפס
        1 one un uno una один одна одно одну одного одной אחת אחד
        2 two dos два две двух שתיים שניים שתי שני
        3 three tres три трёх трех שלוש שלושה
        4 four cuatro четыре четырёх четырех ארבע ארבעה
        5 five cinco пять пяти חמש חמישה
        6 six seis шесть шести שש שישה
        7 seven siete семь семи שבע שבעה
        8 eight ocho восемь восьми שמונה
        9 nine nueve девять девяти תשע תשעה
        10 ten diez десять десяти עשר עשרה
        11 eleven once одиннадцать одиннадцати
        12 twelve doce двенадцать двенадцати שתים
        13 thirteen trece тринадцать тринадцати
        14 fourteen catorce четырнадцать четырнадцати
        15 fifteen quince пятнадцать пятнадцати
        16 sixteen dieciséis dieciseis шестнадцать шестнадцати
        17 seventeen diecisiete семнадцать семнадцати
        18 eighteen dieciocho восемнадцать восемнадцати
        19 nineteen diecinueve девятнадцать девятнадцати
        20 twenty veinte двадцать двадцати עשרים
        21 veintiuno veintiún veintiuna
        22 veintidós veintidos
        23 veintitrés veintitres
        24 veinticuatro
        25 veinticinco
        26 veintiséis veintiseis
        27 veintisiete
        28 veintiocho
        29 veintinueve
        30 thirty treinta тридцать тридцати שלושים
        40 forty fourty cuarenta сорок сорока ארבעים
        50 fifty cincuenta пятьдесят пятидесяти חמישים
        60 sixty sesenta шестьдесят шестидесяти שישים
        70 seventy setenta семьдесят семидесяти שבעים
        80 eighty ochenta восемьдесят восьмидесяти שמונים
        90 ninety noventa девяносто תשעים
        100 hundred cien ciento сто ста מאה
        200 doscientos doscientas двести מאתיים
        300 trescientos trescientas триста
        400 cuatrocientos cuatrocientas четыреста
        500 quinientos quinientas пятьсот
        600 seiscientos seiscientas шестьсот
        700 setecientos setecientas семьсот
        800 ochocientos ochocientas восемьсот
        900 novecientos novecientas девятьсот
        1000 thousand mil тысяча тысячи тысяч אלף
        """;

    private static readonly FrozenDictionary<string, int> Values = Words.Split('\n')
        .Select(static line => line.Trim().Split(' '))
        .SelectMany(static line => line.Skip(1).Select(word => (word, Value: int.Parse(line[0], System.Globalization.CultureInfo.InvariantCulture))))
        .ToFrozenDictionary(static pair => pair.word, static pair => pair.Value, StringComparer.Ordinal);

    // What "once" stands between when it is eleven.
    private static readonly FrozenSet<string> AroundEleven = FrozenSet.Create("las", "de", "hasta", "son", "y", "euros", "dólares", "pesos", "personas");

    /// <summary>The letter that a Hebrew number is preceded by; 0 when there is none.</summary>
    public static char PrefixOf(string word) => word[0] is >= 'א' and <= 'ת' && !Values.ContainsKey(word) ? word[0] : '\0';

    /// <summary>The number that a word is; -1 when it is none.</summary>
    public static int Of(string word)
    {
        if (Values.TryGetValue(word, out var value))
            return value;
        if (word[0] is not (>= 'א' and <= 'ת'))
            return -1;
        foreach (var bare in Bare(word))
        {
            if (Values.TryGetValue(bare, out value))
                return value;
        }

        return -1;
    }

    /// <summary>A Hebrew word without the letters that stand for "in", "to", "from", "the", "and".</summary>
    public static IEnumerable<string> Bare(string word)
    {
        for (var cut = 1; cut <= 2 && cut < word.Length - 1 && "בלמהשוכ".Contains(word[cut - 1], StringComparison.Ordinal); cut++)
            yield return word[cut..];
    }

    /// <summary>
    /// Reads the number that begins with word <paramref name="at"/> of a text; returns how many words it has, 0 when there is none. Composes as all
    /// four languages do: the greater part first.
    /// </summary>
    public static int Read(IReadOnlyList<SpokenToken> tokens, int at, out decimal value)
    {
        value = 0;
        decimal whole = 0, part = 0;
        var magnitude = int.MaxValue;   // of the last word: 1, 10, 100
        var (i, end) = (at, at);
        while (i < tokens.Count)
        {
            var token = tokens[i];
            if (end > at && IsJoint(tokens, i, magnitude))
            {
                i++;
                continue;
            }

            if (token.Kind != TokenKind.Word || Of(token.Text) is not (>= 0 and var next) || (token.Text == "once" && !IsEleven(tokens, i)))
                break;
            if (next == 1000 && magnitude != 1000)
                (whole, part, magnitude) = (Math.Max(part + whole, 1) * 1000, 0, 1000);
            else if (next == 100 && (magnitude == int.MaxValue || magnitude == 1000 || (magnitude == 1 && part < 100)))
                (part, magnitude) = (Math.Max(part, 1) * 100, 100);
            else if (next is > 100 and < 1000 && magnitude >= 1000)
                (part, magnitude) = (next, 100);
            else if (next is >= 20 and < 100 && magnitude >= 100)
                (part, magnitude) = (part + next, next % 10 == 0 ? 10 : 1);
            else if (next < 20 && (magnitude >= 100 || (magnitude == 10 && next is > 0 and < 10)))
                (part, magnitude) = (part + next, 1);
            else if (next == 10 && magnitude == 1 && part % 100 is > 0 and < 10 && token.Text[0] is >= 'א' and <= 'ת')
                part += 10;     // Hebrew: "four ten" is fourteen
            else
                break;
            end = ++i;
        }

        value = whole + part;
        return end - at;
    }

    private static bool IsEleven(IReadOnlyList<SpokenToken> tokens, int at) =>
        (at > 0 && AroundEleven.Contains(tokens[at - 1].Text)) || (at + 1 < tokens.Count && AroundEleven.Contains(tokens[at + 1].Text));

    // "and" after hundreds, "y" and a hyphen after tens; only before another number.
    private static bool IsJoint(IReadOnlyList<SpokenToken> tokens, int at, int magnitude) => at + 1 < tokens.Count
        && tokens[at + 1].Kind == TokenKind.Word && Of(tokens[at + 1].Text) is > 0 and < 100
        && ((magnitude >= 100 && tokens[at].Is("and"))
            || (magnitude == 10 && Of(tokens[at + 1].Text) < 10 && (tokens[at].Is("y") || tokens[at] is { Kind: TokenKind.Mark, Text: "-" })));
}
