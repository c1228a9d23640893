using System.Text.RegularExpressions;

namespace Parley.Calling;

/// <summary>Looks for what an agent should say or not say.</summary>
internal static class Phrases
{
    /// <summary>Whether <paramref name="pattern"/> (words, or a regular expression between slashes) occurs in a text, case aside.</summary>
    public static bool Occurs(string pattern, string text) => pattern is ['/', .., '/'] && pattern.Length > 2
        ? Regex.IsMatch(text, pattern[1..^1], RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1))
        : text.Contains(pattern, StringComparison.OrdinalIgnoreCase);
}
