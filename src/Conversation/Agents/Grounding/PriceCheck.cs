using System.Collections.Frozen;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>Whether an amount of money is known, and of the thing that is spoken of.</summary>
internal static class PriceCheck
{
    // Words that say nothing of what a sentence is about.
    private static readonly FrozenSet<string> Idle = FrozenSet.Create(
        "that", "this", "would", "will", "with", "your", "yours", "have", "have", "does", "just", "only", "total", "comes", "come", "price", "prices", "cost", "costs", "each", "from",
        "about", "much", "more", "plus", "there", "they", "them", "their", "what", "which", "please", "thank", "thanks", "sure", "yes", "also", "like", "want", "could", "know", "tell",
        "free", "charge", "gratis", "how", "it's", "that's", "we're", "i'd", "you'd", "after", "before", "until", "every", "cuesta", "cuestan", "precio", "cuánto", "cuanto", "стоит", "стоят", "сколько", "כמה", "עולה");

    /// <summary>What a price rests on; null when on nothing.</summary>
    public static string? Source(Claim claim, TextReading reading, Evidence evidence, string about)
    {
        var lines = evidence.Lines.Where(line => line.Origin != EvidenceOrigin.Caller && Tells(line, claim, evidence.Profile.Currency)).ToList();
        if (lines.Count == 0)
            return null;
        var topic = TextReading.Of(about);
        var named = evidence.Profile.Services.Where(s => s.IsNamedIn(reading.Canonical)).ToList();
        if (named.Count == 0 && !Content(reading, FrozenSet<string>.Empty).Any(word => IsKnown(word, evidence)))
            named = [.. evidence.Profile.Services.Where(s => s.IsNamedIn(topic.Canonical))];
        if (named.Exists(service => service.Prices.Any(p => IsSame(p.Amount, p.Currency, claim))))
            return "profile";

        // Another thing than the service may be spoken of: "gluten free is three dollars more".
        HashSet<string> ofNames = [.. named.SelectMany(static s => s.Names).SelectMany(static n => n.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        if (named.Count > 0)
        {
            return lines.Find(line => line.Origin != EvidenceOrigin.Profile && named.Exists(s => s.IsNamedIn(line.Reading.Canonical)))?.Source
                ?? lines.Find(line => SharesTopic(line.Reading, reading, ofNames))?.Source;
        }

        var words = Content(reading, FrozenSet<string>.Empty).Where(word => IsKnown(word, evidence)).ToList();
        if (words.Count == 0)
            words = [.. Content(topic, FrozenSet<string>.Empty).Where(word => IsKnown(word, evidence))];
        return words.Count == 0 ? lines[0].Source : lines.Find(line => words.Exists(word => Mentions(line.Reading, word)))?.Source;
    }

    /// <summary>Whether two texts have a word in common that says what they are about.</summary>
    public static bool SharesTopic(TextReading one, TextReading other, IReadOnlySet<string> without) => Content(other, without).Any(word => Mentions(one, word));

    // A number in a document may be a price, in the money that the business takes.
    private static bool Tells(EvidenceLine line, Claim claim, string? usual) =>
        line.Reading.Prices.Exists(p => IsSame(p.Amount, p.Currency ?? usual, claim))
        || (line.Origin == EvidenceOrigin.Passage && line.Reading.Numbers.Exists(number => IsSame(number, usual, claim)));

    private static bool IsSame(decimal amount, string? currency, Claim claim) =>
        amount == claim.Amount && (currency is null || claim.Currency is null || currency == claim.Currency);

    private static bool IsKnown(string word, Evidence evidence) => evidence.Lines.Any(line => line.Origin != EvidenceOrigin.Caller && Mentions(line.Reading, word));

    private static bool Mentions(TextReading reading, string word)
    {
        foreach (var token in reading.Tokens)
        {
            if (token.Kind == TokenKind.Word && GroundingGate.IsSameWord(token.Text, word))
                return true;
        }

        return false;
    }

    private static IEnumerable<string> Content(TextReading reading, IReadOnlySet<string> without) => reading.Tokens
        .Where(token => token.Kind == TokenKind.Word && token.Text.Length >= 4 && !Idle.Contains(token.Text) && !Lexicon.Money.ContainsKey(token.Text)
            && !Lexicon.Cents.Contains(token.Text) && !Lexicon.Counted.Contains(token.Text) && !without.Contains(token.Text))
        .Select(static token => token.Text);
}
