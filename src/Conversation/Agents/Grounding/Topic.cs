using System.Collections.Frozen;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>
/// What a time or a share is said of: the words of the sentence that what is known has as well, or, where it has none, of what was asked. "It's served until
/// eleven" is nothing of the pool's.
/// </summary>
internal static class Topic
{
    private const double Beside = 0.5;
    private const double NearlyBest = 0.5;

    // Words of time say when, not of what.
    private static readonly FrozenSet<string> When = FrozenSet.Create(
        "morning", "afternoon", "evening", "night", "noon", "midnight", "half", "quarter", "past", "pm", "am", "o'clock", "early", "late", "later", "long", "time", "times", "last", "next", "first");

    // Words that say nothing of what a sentence is about.
    private static readonly FrozenSet<string> Small = FrozenSet.Create(
        "that", "this", "would", "will", "with", "your", "yours", "have", "does", "just", "only", "total", "comes", "come", "price", "prices", "cost", "costs", "each", "from",
        "about", "much", "more", "plus", "there", "they", "them", "their", "what", "which", "please", "thank", "thanks", "sure", "yes", "also", "like", "want", "could", "know", "tell",
        "free", "charge", "gratis", "how", "it's", "that's", "we're", "i'd", "you'd", "after", "before", "until", "every", "cuesta", "cuestan", "precio", "cuánto", "cuanto", "стоит", "стоят", "сколько", "כמה", "עולה");

    /// <summary>Its words; none when nothing known has any of them.</summary>
    /// <param name="reading">The sentence.</param>
    /// <param name="evidence">What is known.</param>
    /// <param name="about">What was asked, and said before.</param>
    /// <param name="isOfBefore">What was asked is meant too.</param>
    public static IReadOnlyList<string> Of(TextReading reading, Evidence evidence, string about, bool isOfBefore = false)
    {
        var own = Known(reading, evidence);
        // "It goes until one", "until one": what was asked for is meant.
        isOfBefore |= reading.Tokens.Any(static t => PricedItem.Pronouns.Contains(t.Text)) || (reading.Tokens is [{ Kind: TokenKind.Word } first, ..] && FactWords.Is(first.Text, "preposition"));
        return (own.Count > 0 && !isOfBefore) || about.Length == 0 ? own : [.. own, .. Known(TextReading.Of(about), evidence)];
    }

    /// <summary>Whether a line is about one of them.</summary>
    public static bool IsIn(EvidenceLine line, IReadOnlyList<string> topic) => PricedItem.Hits(topic, line.Names) > 0;

    /// <summary>
    /// Of some lines those that name a subject best; none when none names it. A word that few of them have tells more than one that stands in all: of dentists'
    /// days the name, not "dentist". What stands beside a sentence in its text counts half; the
    /// other rows of a table are of other things.
    /// </summary>
    public static List<EvidenceLine> Best(IReadOnlyList<EvidenceLine> lines, IReadOnlyList<string> topic)
    {
        var scores = new double[lines.Count];
        foreach (var word in topic)
        {
            double[] has = [.. lines.Select(line => PricedItem.Hits([word], line.Names) > 0 ? 1 : line.Cells is null && line.Block.Contains(word) ? Beside : 0)];
            var all = has.Sum();
            for (var i = 0; i < has.Length; i++)
                scores[i] += has[i] == 0 ? 0 : has[i] / all;
        }

        var most = scores.DefaultIfEmpty().Max();
        return most == 0 ? [] : [.. lines.Where((_, i) => scores[i] >= most * NearlyBest)];
    }

    /// <summary>Whether two texts have a word in common that says what they are about.</summary>
    public static bool SharesTopic(TextReading one, TextReading other) => Content(other).Any(word => Mentions(one, word));

    private static List<string> Known(TextReading reading, Evidence evidence) =>
    [
        .. PricedItem.Names(reading.Tokens.Where(static t => t.Kind == TokenKind.Word && !When.Contains(t.Text) && !Days.IsDay(t.Text) && !Lexicon.Open.Contains(t.Text) && !Lexicon.Closed.Contains(t.Text)), reading.Language)
            .Where(word => evidence.Lines.Any(line => line.IsBusiness && line.Names.Any(known => PricedItem.IsSame(known, word)))),
    ];

    private static bool Mentions(TextReading reading, string word)
    {
        foreach (var token in reading.Tokens)
        {
            if (token.Kind == TokenKind.Word && GroundingGate.IsSameWord(token.Text, word))
                return true;
        }

        return false;
    }

    private static IEnumerable<string> Content(TextReading reading) => reading.Tokens
        .Where(token => token.Kind == TokenKind.Word && token.Text.Length >= 4 && !Small.Contains(token.Text) && !Lexicon.Money.ContainsKey(token.Text)
            && !Lexicon.Cents.Contains(token.Text) && !Lexicon.Counted.Contains(token.Text))
        .Select(static token => token.Text);
}
