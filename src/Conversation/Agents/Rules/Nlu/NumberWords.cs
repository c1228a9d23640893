using System.Globalization;

namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>Numbers as words or digits, cardinal and ordinal.</summary>
internal static class NumberWords
{
    private static readonly Dictionary<string, int> Small = new()
    {
        ["zero"] = 0, ["one"] = 1, ["two"] = 2, ["three"] = 3, ["four"] = 4, ["five"] = 5, ["six"] = 6, ["seven"] = 7, ["eight"] = 8,
        ["nine"] = 9, ["ten"] = 10, ["eleven"] = 11, ["twelve"] = 12, ["thirteen"] = 13, ["fourteen"] = 14, ["fifteen"] = 15,
        ["sixteen"] = 16, ["seventeen"] = 17, ["eighteen"] = 18, ["nineteen"] = 19,
    };

    private static readonly Dictionary<string, int> Tens = new()
    {
        ["twenty"] = 20, ["thirty"] = 30, ["forty"] = 40, ["fourty"] = 40, ["fifty"] = 50, ["sixty"] = 60, ["seventy"] = 70,
        ["eighty"] = 80, ["ninety"] = 90,
    };

    private static readonly Dictionary<string, int> Ordinals = new()
    {
        ["first"] = 1, ["second"] = 2, ["third"] = 3, ["fourth"] = 4, ["fifth"] = 5, ["sixth"] = 6, ["seventh"] = 7, ["eighth"] = 8,
        ["ninth"] = 9, ["tenth"] = 10, ["eleventh"] = 11, ["twelfth"] = 12, ["thirteenth"] = 13, ["fourteenth"] = 14, ["fifteenth"] = 15,
        ["sixteenth"] = 16, ["seventeenth"] = 17, ["eighteenth"] = 18, ["nineteenth"] = 19, ["twentieth"] = 20, ["thirtieth"] = 30,
    };

    public static bool IsNumberWord(string word) => Small.ContainsKey(word) || Tens.ContainsKey(word);

    /// <summary>Reads the cardinal number that begins at <paramref name="at"/>: up to 999 in words, up to four digits.</summary>
    public static bool TryRead(IReadOnlyList<Token> tokens, int at, out int value, out int length)
    {
        value = 0;
        length = 0;
        if (at >= tokens.Count)
            return false;
        var word = tokens[at].Word;
        if (word.Length <= 4 && word.All(char.IsAsciiDigit))
        {
            value = int.Parse(word, CultureInfo.InvariantCulture);
            length = 1;
            return true;
        }

        if (!TryReadBelowHundred(tokens, at, out value, out length))
            return false;
        if (value is > 0 and < 10 && Next(tokens, at + length - 1) == "hundred")
        {
            value *= 100;
            length++;
            var rest = Next(tokens, at + length - 1) == "and" ? at + length + 1 : at + length;
            if (!tokens[at + length - 1].Break && TryReadBelowHundred(tokens, rest, out var more, out var moreLength))
            {
                value += more;
                length = rest + moreLength - at;
            }
        }

        return true;
    }

    /// <summary>Reads the ordinal that begins at <paramref name="at"/>: <c>24th</c>, <c>twenty fourth</c>.</summary>
    public static bool TryReadOrdinal(IReadOnlyList<Token> tokens, int at, out int value, out int length)
    {
        value = 0;
        length = 1;
        if (at >= tokens.Count)
            return false;
        var word = tokens[at].Word;
        if (word.Length is 3 or 4 && char.IsAsciiDigit(word[0]) && word[^2..] is "st" or "nd" or "rd" or "th")
            return int.TryParse(word.AsSpan(0, word.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out value);
        if (Ordinals.TryGetValue(word, out value))
            return true;
        if (Tens.TryGetValue(word, out var tens) && Ordinals.TryGetValue(Next(tokens, at) ?? "", out var unit) && unit < 10)
        {
            value = tens + unit;
            length = 2;
            return true;
        }

        return false;
    }

    private static bool TryReadBelowHundred(IReadOnlyList<Token> tokens, int at, out int value, out int length)
    {
        length = 1;
        value = 0;
        if (at >= tokens.Count)
            return false;
        if (Small.TryGetValue(tokens[at].Word, out value))
            return true;
        if (!Tens.TryGetValue(tokens[at].Word, out value))
            return false;
        if (Small.TryGetValue(Next(tokens, at) ?? "", out var unit) && unit is > 0 and < 10)
        {
            value += unit;
            length = 2;
        }

        return true;
    }

    private static string? Next(IReadOnlyList<Token> tokens, int at) =>
        at + 1 < tokens.Count && !tokens[at].Break ? tokens[at + 1].Word : null;
}
