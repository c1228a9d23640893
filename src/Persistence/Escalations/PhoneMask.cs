using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Parley.Persistence.Escalations;

/// <summary>Hides telephone numbers in texts for staff, also where people or recognisers put spaces and dashes into them.</summary>
internal static partial class PhoneMask
{
    /// <summary>Leaves of each run of seven or more digits the last two, and a country code's plus.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? In(string? text) => text is null ? null : Number().Replace(text, found =>
    {
        var digits = found.Value.Where(char.IsAsciiDigit).ToArray();
        if (digits.Length < 7)
            return found.Value;
        var plus = found.Value.StartsWith('+');
        var head = !plus ? 0 : digits[0] is '1' or '7' ? 1 : 2;
        return $"{(plus ? "+" : "")}{new string(digits, 0, head)}***{new string(digits, digits.Length - 2, 2)}";
    });

    // Not inside a word: ids have long runs of digits too. Nor a date.
    [GeneratedRegex(@"(?<![A-Za-z0-9-])(?!\d{4}-\d\d-\d\d)\+?\d(?:[ ().\-/]{0,2}\d){6,14}(?![A-Za-z0-9])")]
    private static partial Regex Number();
}
