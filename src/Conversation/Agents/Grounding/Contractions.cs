using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>
/// "The lasagna's twenty one" states what "the lasagna is twenty one" does. Only names are opened: "it's" and "there's" are words of their own to the readers,
/// and "the children's menu" is no statement.
/// </summary>
internal static partial class Contractions
{
    // What stands behind "is", and behind no owner. Numbers do, too.
    private static readonly FrozenSet<string> Predicates = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "a", "an", "the", "not", "no", "free", "complimentary", "included", "allowed", "welcome", "available", "open", "closed", "booked", "taken", "always", "also", "only", "just", "usually",
        "currently", "already", "still", "about", "around", "at", "in", "on", "off", "from", "for", "half", "quarter", "noon", "midnight", "out", "sold", "here", "there", "never");

    /// <summary>The text with its verbs in full.</summary>
    public static string Open(string text) => Name().Replace(text, static match =>
        char.IsAsciiDigit(match.Groups["next"].ValueSpan[0]) || Predicates.Contains(match.Groups["next"].Value) || NumberLexicon.Of(match.Groups["next"].Value.ToLowerInvariant()) >= 0
            ? match.Groups["name"].Value + " is"
            : match.Value);

    [GeneratedRegex(@"\b(?!(?:it|that|there|what|let|he|she|who|where|how|here|when|this)['’])(?<name>\p{L}+)['’]s(?=\s+[$€£]?(?<next>\p{L}+|\d))", RegexOptions.IgnoreCase)]
    private static partial Regex Name();
}
