using System.Text.RegularExpressions;

namespace Parley.MediaGateway.Twilio;

/// <summary>Telephone numbers as the carrier sends them.</summary>
internal static partial class PhoneNumbers
{
    /// <summary>The number when it is E.164, else null. Withheld callers come as words, as an empty string, or as +266696687 (ANONYMOUS).</summary>
    public static string? OrNull(string? number) =>
        number is not null && number != "+266696687" && E164().IsMatch(number) ? number : null;

    /// <summary>For logs: country code (as far as two digits) and the last two digits.</summary>
    public static string Mask(string? number)
    {
        if (string.IsNullOrEmpty(number))
            return "(none)";
        return E164().IsMatch(number) ? string.Concat(number.AsSpan(0, 3), "***", number.AsSpan(number.Length - 2)) : "(not a number)";
    }

    /// <summary>Masks every run of seven or more digits in free text, such as the carrier's error messages.</summary>
    public static string MaskIn(string text) => LongDigits().Replace(text, found => "***" + found.Value[^2..]);

    [GeneratedRegex(@"^\+[1-9][0-9]{6,14}\z")]
    private static partial Regex E164();

    [GeneratedRegex(@"[0-9]{7,}")]
    private static partial Regex LongDigits();
}
