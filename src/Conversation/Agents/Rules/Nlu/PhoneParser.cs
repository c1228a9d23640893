using System.Text;

namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>Telephone numbers, spoken or pressed, to E.164.</summary>
internal static class PhoneParser
{
    /// <summary>Least digits that are taken for a telephone number when none was asked for.</summary>
    private const int UnaskedDigits = 7;

    /// <summary>Reads the first telephone number in <paramref name="tokens"/>.</summary>
    /// <param name="tokens">What was said.</param>
    /// <param name="homeNumber">A number (E.164) of the country that a national number is in.</param>
    /// <param name="from">Index of the first token that belongs to it.</param>
    /// <param name="to">Index after the last.</param>
    /// <param name="digits">What was heard, valid or not; empty when there is no run of digits.</param>
    public static string? Read(IReadOnlyList<Token> tokens, string homeNumber, out int from, out int to, out string digits)
    {
        (from, to, digits) = (0, 0, "");
        for (var i = 0; i < tokens.Count; i++)
        {
            var end = ReadRun(tokens, i, out var run);
            if (run.Count(char.IsAsciiDigit) > digits.Count(char.IsAsciiDigit))
                (from, to, digits) = (i, end, run);
            if (end > i)
                i = end - 1;
        }

        return digits.Count(char.IsAsciiDigit) >= UnaskedDigits ? ToE164(digits, homeNumber) : null;
    }

    /// <summary>Digits, with <c>+</c> in front when given, to E.164; null when they cannot be a number that is dialled from there.</summary>
    public static string? ToE164(string digits, string homeNumber)
    {
        var bare = string.Concat(digits.Where(char.IsAsciiDigit));
        var code = CountryCode(homeNumber);
        if (digits.StartsWith('+'))
            return Checked(bare);
        if (code == "1")
        {
            if (bare.StartsWith("011", StringComparison.Ordinal))
                return Checked(bare[3..]);
            if (bare.Length == 11 && bare[0] == '1')
                bare = bare[1..];
            return bare.Length == 10 && bare[0] is not ('0' or '1') ? "+1" + bare : null;
        }

        if (bare.StartsWith("00", StringComparison.Ordinal))
            return Checked(bare[2..]);
        // Russia and Kazakhstan dial 8 before a national number of ten digits, which begins with 7 in Kazakhstan.
        if (code == "7" && bare.Length == 11 && bare[0] == '8')
            return Checked(code + bare[1..]);
        if (code == "7" && bare.Length == 10)
            return Checked(code + bare);
        if (bare.StartsWith(code, StringComparison.Ordinal) && bare.Length > 9)
            return Checked(bare);
        return Checked(code + (bare.StartsWith('0') ? bare[1..] : bare));
    }

    /// <summary>Country calling code of an E.164 number (ITU-T E.164 Annex: codes of one to three digits, none a prefix of another).</summary>
    public static string CountryCode(string number)
    {
        var digits = number.TrimStart('+');
        if (digits.Length < 4 || digits[0] is '1' or '7')
            return digits.Length < 4 ? "1" : digits[..1];
        return digits[..2] is "20" or "27" or "30" or "31" or "32" or "33" or "34" or "36" or "39" or "40" or "41" or "43" or "44" or "45" or "46"
            or "47" or "48" or "49" or "51" or "52" or "53" or "54" or "55" or "56" or "57" or "58" or "60" or "61" or "62" or "63" or "64" or "65"
            or "66" or "81" or "82" or "84" or "86" or "90" or "91" or "92" or "93" or "94" or "95" or "98" ? digits[..2] : digits[..3];
    }

    /// <summary>All digits that were spoken or written; what is none ends a number, with a blank.</summary>
    public static string Digits(IReadOnlyList<Token> tokens)
    {
        var digits = new StringBuilder();
        for (var at = 0; at < tokens.Count; at++)
        {
            if (tokens[at].Word is "oh")
                digits.Append('0');
            else if (NumberWords.TryRead(tokens, at, out var number, out var length) && !char.IsAsciiDigit(tokens[at].Word[0]))
            {
                digits.Append(number);
                at += length - 1;
            }
            else
                digits.Append(tokens[at].Word.Any(char.IsLetter) ? " " : string.Concat(tokens[at].Word.Where(char.IsAsciiDigit)));
        }

        return digits.ToString();
    }

    private static string? Checked(string digits)
    {
        if (digits.Length is < 8 or > 15 || digits[0] == '0')
            return null;
        // Numbering plans with numbers of one length: North America and Russia eleven digits with the code, Spain as well.
        return (digits[0] is '1' or '7' || digits.StartsWith("34", StringComparison.Ordinal)) && digits.Length != 11 ? null : "+" + digits;
    }

    private static int ReadRun(IReadOnlyList<Token> tokens, int start, out string digits)
    {
        var run = new StringBuilder();
        var end = start;
        var times = 1;
        for (var i = start; i < tokens.Count;)
        {
            var word = tokens[i].Word;
            if (run.Length == 0 && word == "plus")
            {
                run.Append('+');
                i++;
                continue;
            }

            if (word is "double" or "triple")
            {
                times = word == "double" ? 2 : 3;
                i++;
                continue;
            }

            if (run.Length > 0 && word is "and" or "then" or "dash" or "area" or "code")
            {
                i++;
                continue;
            }

            var piece = Piece(tokens, i, out var length);
            if (piece is null)
                break;
            for (var n = 0; n < times; n++)
                run.Append(piece);
            times = 1;
            i += length;
            end = i;
        }

        digits = end > start ? run.ToString() : "";
        return end;
    }

    private static string? Piece(IReadOnlyList<Token> tokens, int at, out int length)
    {
        length = 1;
        var word = tokens[at].Word;
        if (word.All(char.IsAsciiDigit))
            return word;
        if (word is "oh" or "o" or "zero" or "nought")
            return "0";
        // Recognisers write digits inside a number as their homophones.
        if (at > 0 && word is "to" or "too" or "for")
            return IsDigitWord(tokens, at - 1) && IsDigitWord(tokens, at + 1) ? (word == "for" ? "4" : "2") : null;
        return NumberWords.TryRead(tokens, at, out var value, out length) ? value.ToString(System.Globalization.CultureInfo.InvariantCulture) : null;
    }

    private static bool IsDigitWord(IReadOnlyList<Token> tokens, int at) => at >= 0 && at < tokens.Count
        && (char.IsAsciiDigit(tokens[at].Word[0]) || NumberWords.IsNumberWord(tokens[at].Word) || tokens[at].Word is "oh" or "zero");
}
