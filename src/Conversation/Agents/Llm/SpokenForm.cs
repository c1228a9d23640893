using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Agents.Rules.Nlu;

namespace Parley.Conversation.Agents.Llm;

/// <summary>Makes what a model wrote speakable: signs of money, clocks, telephone numbers and hundredths in words; no marks of layout, pictures or links.</summary>
internal static partial class SpokenForm
{
    /// <summary>The text as it is spoken. English is put into words; other languages keep their digits, which their voices read, and lose the signs.</summary>
    /// <param name="text">A sentence.</param>
    /// <param name="language">BCP 47 tag.</param>
    /// <param name="homeNumber">A number of the country that the business is in, E.164.</param>
    public static string Of(string text, string language, string homeNumber)
    {
        if (Plain().IsMatch(text))
            return text;
        text = Link().Replace(text, "");
        text = Layout().Replace(text, "");
        text = Picture().Replace(text, "");
        var english = language.StartsWith("en", StringComparison.OrdinalIgnoreCase);
        text = Phone().Replace(text, match => match.Value.Count(char.IsAsciiDigit) < 7 ? match.Value : Digits(match.Value, english, homeNumber));
        if (english)
        {
            text = Money().Replace(text, English);
            text = Clock().Replace(text, Time);
            text = Percent().Replace(text, static m => $"{Number(m.Groups[1].Value)} percent");
        }
        else
            text = Percent().Replace(Sign().Replace(text, m => Sign(m, language)), m => $"{m.Groups[1].Value} {Noun("Percent", m.Groups[1].Value, language) ?? "percent"}");
        text = text.Replace("&", english ? "and" : " ", StringComparison.Ordinal);
        return Blanks().Replace(text, " ").Trim();
    }

    private static string English(Match match)
    {
        var (sign, amount) = (match.Groups["sign"].Value, match.Groups["amount"].Value.Replace(",", "", StringComparison.Ordinal));
        var parts = amount.Split('.');
        var whole = int.Parse(parts[0], CultureInfo.InvariantCulture);
        var cents = parts.Length > 1 ? int.Parse(parts[1].PadRight(2, '0')[..2], CultureInfo.InvariantCulture) : 0;
        var (one, many, small) = sign switch
        {
            "€" => ("euro", "euros", "cents"),
            "£" => ("pound", "pounds", "pence"),
            "₪" => ("shekel", "shekels", "agorot"),
            "₽" => ("ruble", "rubles", "kopecks"),
            _ => ("dollar", "dollars", "cents"),
        };
        var minor = small == "cents" && cents == 1 ? "cent" : small;
        var major = $"{SpokenTime.English.Number(whole)} {(whole == 1 ? one : many)}";
        return cents == 0 ? major : whole == 0 ? $"{SpokenTime.English.Number(cents)} {minor}" : $"{major} and {SpokenTime.English.Number(cents)} {minor}";
    }

    private static string Time(Match match)
    {
        var hour = int.Parse(match.Groups["h"].Value, CultureInfo.InvariantCulture);
        var minute = match.Groups["m"].Success ? int.Parse(match.Groups["m"].Value, CultureInfo.InvariantCulture) : 0;
        var half = match.Groups["half"].Value.ToLowerInvariant();
        if (hour > 24 || minute > 59 || (half.Length == 0 && !match.Groups["m"].Success))
            return match.Value;
        if (half.Length > 0 && hour is >= 1 and <= 12)
            hour = half[0] == 'p' ? hour % 12 + 12 : hour % 12;
        var time = new LocalTime(hour % 24, minute);
        return half.Length > 0 || hour is > 12 or 0 ? SpokenTime.English.Time(time) : SpokenTime.English.Clock(time);
    }

    private static string Number(string digits) => digits.Contains('.', StringComparison.Ordinal) ? digits : SpokenTime.English.Number(int.Parse(digits, CultureInfo.InvariantCulture));

    private static string Digits(string number, bool english, string homeNumber)
    {
        var bare = string.Concat(number.Where(char.IsAsciiDigit));
        if (english)
            return SpokenTime.English.Phone(bare, number.StartsWith('+') ? PhoneParser.CountryCode(homeNumber) : "-");
        return string.Join(", ", bare.Chunk(3).Select(static group => string.Join(' ', group)));
    }

    private static string Sign(Match match, string language)
    {
        var sign = match.Groups["before"].Success ? match.Groups["before"].Value : match.Groups["after"].Value;
        var amount = match.Groups["amount"].Value;
        var noun = sign switch { "$" => "Dollar", "€" => "Euro", "£" => "Pound", "₽" => "Ruble", _ => "Shekel" };
        return $"{amount} {Noun(noun, amount, language) ?? sign}";
    }

    // The form that goes with the number: "1 euro", "21 рубль", "5 рублей"; null where the language has no word for it.
    private static string? Noun(string key, string amount, string language)
    {
        if (LanguageFile.Of(language)?.Said.GetValueOrDefault(key) is not { } forms)
            return null;
        var isWhole = int.TryParse(amount, NumberStyles.None, CultureInfo.InvariantCulture, out var count);
        return forms[Math.Min(isWhole ? SpokenTime.Of(language).Plural(count) : 1, forms.Length - 1)];
    }

    // Words and the usual punctuation only.
    [GeneratedRegex(@"^(?!\s*-\s)[\p{L}\p{M}\s.,!?;:'’…–—-]*\z")]
    private static partial Regex Plain();

    [GeneratedRegex(@"https?://\S+|\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[*`_#]+|^\s*(?:[-•]|\d+[.)])\s+(?=\p{L})", RegexOptions.Multiline)]
    private static partial Regex Layout();

    [GeneratedRegex(@"[\p{So}\p{Cs}️‍]")]
    private static partial Regex Picture();

    [GeneratedRegex(@"\+\d[\d\s().-]{6,}\d|\(\d{3}\)\s?\d{3}[\s.-]?\d{4}|\b\d{3}[\s.-]\d{3}[\s.-]\d{4}\b|\b\d{3}-\d{4}\b|\b\d{9,15}\b")]
    private static partial Regex Phone();

    [GeneratedRegex(@"(?<sign>[$€£₪₽])\s?(?<amount>\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,6}(?:\.\d{1,2})?)(?!\d)|(?<amount>\d{1,6}(?:\.\d{1,2})?)\s?(?<sign>[$€£₪₽])")]
    private static partial Regex Money();

    [GeneratedRegex(@"(?<before>[$€£₪₽])\s?(?<amount>\d[\d.,]*\d|\d)|(?<amount>\d[\d.,]*\d|\d)\s?(?<after>[$€£₪₽])")]
    private static partial Regex Sign();

    [GeneratedRegex(@"(?<![\d:])(?<h>\d{1,2})(?::(?<m>\d{2}))?(?:\s?(?<half>[ap])\.?\s?m\b(?:\.(?=\s+\p{Ll}))?)?(?![\d:%])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Clock();

    [GeneratedRegex(@"(\d{1,3}(?:\.\d+)?)\s?%")]
    private static partial Regex Percent();

    [GeneratedRegex(@"\s{2,}")]
    private static partial Regex Blanks();
}
