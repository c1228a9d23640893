using Parley.Conversation.Rag.Text;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>What kind of statement about the business it is.</summary>
internal enum FactKind
{
    /// <summary>"We have a pool", "there is a garage", "we deliver".</summary>
    Offer,

    /// <summary>"You can leave your luggage".</summary>
    Can,

    /// <summary>"Dogs are welcome".</summary>
    Allowed,

    /// <summary>"Parking is free".</summary>
    Free,

    /// <summary>"Breakfast is included".</summary>
    Included,

    /// <summary>"Yes, we do": of what was asked.</summary>
    Answer,
}

/// <summary>A statement about the business.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Things">What it is of, as terms: each by itself when there are several ("Visa and Mastercard"). Empty: of what was asked.</param>
/// <param name="Rest">What else is said of it: where, for whom.</param>
/// <param name="Counts">Numbers of the things.</param>
/// <param name="IsDenied">It says that it is not so.</param>
/// <param name="Language">What it is said in.</param>
internal sealed record FactClaim(
    FactKind Kind, IReadOnlyList<IReadOnlyList<string>> Things, IReadOnlyList<string> Rest, IReadOnlyList<decimal> Counts, bool IsDenied, TextLanguage Language);

/// <summary>A line of something known, as statements are compared with it.</summary>
internal sealed class FactLine
{
    private static readonly char[] Ends = [',', ';', ':', '.', '!', '?'];
    private static readonly string[] Turns = ["but", "except", "pero", "excepto", "но", "кроме", "אבל", "חוץ"];

    /// <summary>Reads a line.</summary>
    /// <param name="text">The line.</param>
    /// <param name="context">Its heading.</param>
    /// <param name="question">The question that it answers; a bare "yes" or "no" is of it.</param>
    /// <param name="before">The sentence before it, which "they" is of.</param>
    public FactLine(string text, string context, string question, string before)
    {
        Language = FactWords.LanguageOf(text);
        HashSet<string> heading = FactWords.Terms(FactWords.Split(context), Language);
        var first = FactWords.Split(text).FirstOrDefault() ?? "";
        if (FactWords.Is(first, "answer"))
            heading.UnionWith(FactWords.Terms(FactWords.Split(question), Language));
        else if (PricedItem.Pronouns.Contains(first))
            heading.UnionWith(FactWords.Terms(FactWords.Split(before), Language));
        var clauses = new List<(HashSet<string> Terms, bool IsDenied)>();
        var cards = false;
        foreach (var part in text.Split(Ends, StringSplitOptions.RemoveEmptyEntries))
        {
            List<string> words = FactWords.Split(part);
            cards |= words.Contains("all") && words.Contains("cards");
            IsIncluding |= words.Exists(static w => FactWords.Is(w, "included") || w.StartsWith("includ", StringComparison.Ordinal) || w.StartsWith("incluy", StringComparison.Ordinal));
            for (var start = 0; start < words.Count;)
            {
                var end = words.FindIndex(start + 1, static w => Turns.Contains(w));
                end = end < 0 ? words.Count : end;
                var clause = words.GetRange(start, end - start);
                HashSet<string> terms = FactWords.Terms(clause, Language);
                clauses.Add((terms, clause.Exists(static w => FactWords.Is(w, "deny"))));
                IsFreeFrom |= terms.Contains(FactWords.Free) && part.AsSpan().ContainsAny("$€£₪₽");
                start = end;
            }
        }

        Clauses = clauses;
        OwnTerms = [.. clauses.SelectMany(static c => c.Terms)];
        Terms = [.. OwnTerms, .. heading];
        TakesAllCards = cards;
    }

    /// <summary>What it is written in.</summary>
    public TextLanguage Language { get; }

    /// <summary>Its parts, and which of them deny something.</summary>
    public IReadOnlyList<(HashSet<string> Terms, bool IsDenied)> Clauses { get; }

    /// <summary>What its own words are about, without its heading and the question that it answers.</summary>
    public HashSet<string> OwnTerms { get; }

    /// <summary>Everything that it is about.</summary>
    public HashSet<string> Terms { get; }

    /// <summary>It speaks of all cards: of those with a name too.</summary>
    public bool TakesAllCards { get; }

    /// <summary>It says that something is free from an amount on: "orders above $120 ship free".</summary>
    public bool IsFreeFrom { get; }

    /// <summary>It says that something is included.</summary>
    public bool IsIncluding { get; }
}
