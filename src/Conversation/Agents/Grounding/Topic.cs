using System.Collections.Frozen;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>
/// What a time or a share is said of: the words of the sentence that what is known has as well, or, where it has none, of what was asked. "It's served until
/// eleven" is nothing of the pool's.
/// </summary>
internal static class Topic
{
    // Words of time say when, not of what.
    private static readonly FrozenSet<string> When = FrozenSet.Create(
        "morning", "afternoon", "evening", "night", "noon", "midnight", "half", "quarter", "past", "pm", "am", "o'clock", "early", "late", "later", "long", "time", "times", "last", "next", "first");

    /// <summary>Its words; none when nothing known has any of them.</summary>
    public static IReadOnlyList<string> Of(TextReading reading, Evidence evidence, string about)
    {
        var own = Known(reading, evidence);
        // "It goes until one", "until one": what was asked for is meant.
        var isOfBefore = reading.Tokens.Any(static t => PricedItem.Pronouns.Contains(t.Text)) || (reading.Tokens is [{ Kind: TokenKind.Word } first, ..] && FactWords.Is(first.Text, "preposition"));
        return (own.Count > 0 && !isOfBefore) || about.Length == 0 ? own : [.. own, .. Known(TextReading.Of(about), evidence)];
    }

    /// <summary>Whether a line is about one of them.</summary>
    public static bool IsIn(EvidenceLine line, IReadOnlyList<string> topic) => PricedItem.Hits(topic, line.Names) > 0;

    private static List<string> Known(TextReading reading, Evidence evidence) =>
    [
        .. PricedItem.Names(reading.Tokens.Where(static t => t.Kind == TokenKind.Word && !When.Contains(t.Text) && !Days.IsDay(t.Text) && !Lexicon.Open.Contains(t.Text) && !Lexicon.Closed.Contains(t.Text)), reading.Language)
            .Where(word => evidence.Lines.Any(line => line.IsBusiness && line.Names.Any(known => PricedItem.IsSame(known, word)))),
    ];
}
