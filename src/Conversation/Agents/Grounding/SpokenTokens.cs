using System.Globalization;
using System.Text.RegularExpressions;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>
/// Cuts a text into pieces that are the same for "fourteen dollars", "$14" and "14.00", for "seven thirty" and "7:30", and for a telephone number in
/// any grouping.
/// </summary>
internal static partial class SpokenTokens
{
    /// <summary>Fewest digits of a telephone number.</summary>
    public const int PhoneDigits = 7;

    /// <summary>The pieces of a text.</summary>
    public static IReadOnlyList<SpokenToken> Of(string text)
    {
        var raw = new List<SpokenToken>();
        foreach (Match match in Piece().Matches(text))
            Add(raw, match);
        return Phones(Numbers(raw));
    }

    private static void Add(List<SpokenToken> tokens, Match match)
    {
        var text = match.Value;
        if (match.Groups["iso"].Success)
        {
            tokens.Add(new SpokenToken(TokenKind.Mark, text));
            if (match.Groups["ih"].Success)
                tokens.Add(Clock(match.Groups["ih"].ValueSpan, match.Groups["im"].ValueSpan));
        }
        else if (match.Groups["phone"].Success && Digits(text) is { Length: >= PhoneDigits } digits)
            tokens.Add(new SpokenToken(TokenKind.Phone, digits));
        else if (match.Groups["clock"].Success)
            tokens.Add(Clock(match.Groups["ch"].ValueSpan, match.Groups["cm"].ValueSpan));
        else if (match.Groups["number"].Success)
            tokens.Add(Number(text, match.Groups["ordinal"].Success));
        else if (match.Groups["meridiem"].Success)
            tokens.Add(new SpokenToken(TokenKind.Meridiem, text[0] is 'a' or 'A' ? "am" : "pm"));
        else if (match.Groups["word"].Success)
            tokens.Add(new SpokenToken(TokenKind.Word, text.ToLowerInvariant().Replace('’', '\'').TrimEnd('\'', '"', '״')) { IsCapital = char.IsUpper(text[0]) });
        else if (match.Groups["money"].Success)
            tokens.Add(new SpokenToken(TokenKind.Money, text));
        else if (text == "%")
            tokens.Add(new SpokenToken(TokenKind.Percent, text));
        else
            tokens.Add(new SpokenToken(TokenKind.Mark, text is "–" or "—" or "−" ? "-" : text));
    }

    private static SpokenToken Clock(ReadOnlySpan<char> hour, ReadOnlySpan<char> minute) => new(TokenKind.Clock, $"{hour}:{minute}")
    {
        Hour = int.Parse(hour, CultureInfo.InvariantCulture) % 24,
        Minute = int.Parse(minute, CultureInfo.InvariantCulture),
    };

    // "1,200" and "1.200" are thousands; "14,50" and "14.50" are not.
    private static SpokenToken Number(string text, bool isOrdinal)
    {
        var bare = string.Concat(text.TakeWhile(static c => char.IsAsciiDigit(c) || c is '.' or ','));
        var mark = bare.LastIndexOfAny(['.', ',']);
        if (mark >= 0 && bare.Length - mark - 1 == 3)
            bare = bare.Replace(".", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal);
        else if (mark >= 0)
            bare = bare[..mark].Replace(".", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal) + "." + bare[(mark + 1)..];
        var value = decimal.TryParse(bare, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var read) ? read : 0;
        return new SpokenToken(TokenKind.Number, bare) { Value = value, IsOrdinal = isOrdinal };
    }

    /// <summary>Puts the words of a number together.</summary>
    private static List<SpokenToken> Numbers(List<SpokenToken> raw)
    {
        var tokens = new List<SpokenToken>(raw.Count);
        for (var i = 0; i < raw.Count; i++)
        {
            if (raw[i].Kind == TokenKind.Word && NumberLexicon.Read(raw, i, out var value) is > 0 and var length)
            {
                tokens.Add(InWords(value) with { Prefix = NumberLexicon.PrefixOf(raw[i].Text) });
                i += length - 1;
                // "ten and a half"
                if (i + 3 < raw.Count && raw[i + 1].Is("and") && raw[i + 2].Is("a") && raw[i + 3].Is("half"))
                {
                    tokens[^1] = InWords(value + 0.5m);
                    i += 3;
                }
            }
            else if (raw[i].Text is "oh" or "o" && IsAfterNumber(tokens) && i + 1 < raw.Count && IsNumber(raw[i + 1]))
                tokens.Add(InWords(0));
            else
                tokens.Add(raw[i]);
        }

        return tokens;
    }

    private static bool IsAfterNumber(List<SpokenToken> tokens) => tokens.Count > 0
        && (tokens[^1].Kind == TokenKind.Number || (tokens.Count > 1 && tokens[^1] is { Kind: TokenKind.Mark, Text: "," or "-" } && tokens[^2].Kind == TokenKind.Number));

    private static SpokenToken InWords(decimal value) =>
        new(TokenKind.Number, value.ToString(CultureInfo.InvariantCulture)) { Value = value, InWords = true };

    private static bool IsNumber(SpokenToken token) => token.Kind == TokenKind.Number || NumberLexicon.Of(token.Text) >= 0;

    /// <summary>Puts digits that are said one by one, or in groups, together to a telephone number.</summary>
    private static List<SpokenToken> Phones(List<SpokenToken> tokens)
    {
        var joined = new List<SpokenToken>(tokens.Count);
        for (var i = 0; i < tokens.Count; i++)
        {
            var end = Run(tokens, i, out var digits);
            if (end > i)
            {
                joined.Add(new SpokenToken(TokenKind.Phone, digits));
                i = end - 1;
            }
            else
                joined.Add(tokens[i]);
        }

        return joined;
    }

    private static int Run(List<SpokenToken> tokens, int start, out string digits)
    {
        digits = "";
        var (end, times, longest, groups) = (start, 1, 0, 0);
        for (var i = start; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (token.Is("double") || token.Is("triple"))
                times = token.Text == "double" ? 2 : 3;
            else if (token is { Kind: TokenKind.Number, IsOrdinal: false } && token.Text.All(char.IsAsciiDigit) && token.Text.Length <= 5)
            {
                digits += string.Concat(Enumerable.Repeat(token.Text, times));
                (longest, times, end, groups) = (Math.Max(longest, token.Text.Length), 1, i + 1, groups + 1);
            }
            else if (digits.Length == 0 || token is not { Kind: TokenKind.Mark, Text: "," or "-" or "." })
                break;
        }

        // A list of small numbers is none: its parts are single digits, or one has the length of an area code.
        return digits.Length >= PhoneDigits && groups > 1 && (longest >= 3 || longest == 1) ? end : start;
    }

    private static string Digits(string text) => string.Concat(text.Where(char.IsAsciiDigit));

    [GeneratedRegex(
        """
        (?<iso>\b\d{4}-\d\d-\d\d\b|\b\d{4}-\d\d-\d\d(?=T))(?:T(?<ih>\d\d):(?<im>\d\d)(?::\d\d)?)?
        |(?<phone>\+\d[\d\s().-]{5,}\d|\(\d{2,4}\)\s?\d[\d\s.-]{4,}\d|\b\d{7,15}\b|\b\d{3}[\s.-]\d{3}[\s.-]\d{4}\b|\b\d{3}[\s-]\d{4}\b
            |\b(?=[\d\s-]*\d{3})\d{2,4}(?:[\s-]\d{2,4}){2,5}\b)
        |(?<clock>(?<![\d:])(?<ch>[01]?\d|2[0-4])[:h](?<cm>[0-5]\d)(?![\d:]))
        |(?<number>\d+(?:[.,]\d{3})*(?:[.,]\d{1,2})?(?<ordinal>(?:st|nd|rd|th|º|ª)\b)?)
        |(?<meridiem>(?<!\p{L})[apAP]\.?\s?[mM]\b\.?(?!['’\p{L}]))
        |(?<word>\p{L}[\p{L}\p{M}'’"״]*)
        |(?<money>[$€£₪₽¥])
        |%
        |[^\s\p{L}\d]
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Piece();
}
