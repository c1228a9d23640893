namespace Parley.Conversation.Agents.Grounding;

/// <summary>
/// Whether a statement about the business is known: a line has the words of what it is of, and says neither the opposite nor something else of it. What
/// is said in a language that nothing is written in is compared only by the words that all languages share.
/// </summary>
internal static class FactCheck
{
    // "A rooftop bar", "free Wi-Fi": of so few words each one counts.
    private const int MostShortTerms = 2;

    /// <summary>What a statement rests on; null when on nothing.</summary>
    public static string? Source(FactClaim claim, Evidence evidence, string about)
    {
        List<EvidenceLine> lines = [.. evidence.Lines.Where(static line => line.Origin != EvidenceOrigin.Caller && !line.Text.TrimEnd().EndsWith('?'))];
        var foreign = !lines.Exists(line => line.IsBusiness && line.Facts.Language == claim.Language);
        IReadOnlyList<string> rest = foreign ? [.. claim.Rest.Where(FactWords.IsGroup)] : claim.Rest;
        if (claim.Things.Count == 0)
            return OfWhatWasAsked(claim, lines, about);
        string? source = null;
        foreach (var thing in claim.Things)
        {
            IReadOnlyList<string> terms = foreign ? [.. thing.Where(FactWords.IsGroup)] : thing;
            if (terms.Count == 0)
            {
                source ??= "other language";
                continue;
            }

            var found = Best(lines, claim, terms, rest) ?? Partly(lines, claim, terms, rest);
            if (found is null)
                return null;
            source = found.Source;
        }

        return source;
    }

    // Of the lines that are about it, those that have most of its words tell: "sale items are not refunded" more than "refunds take five days"; and those that
    // name it themselves more than those that only stand below a heading with its name.
    private static EvidenceLine? Best(List<EvidenceLine> lines, FactClaim claim, IReadOnlyList<string> terms, IReadOnlyList<string> rest)
    {
        var (most, best) = ((Words: 0, Own: 0), (EvidenceLine?)null);
        foreach (var line in lines)
        {
            if (!IsAbout(line, claim, terms, rest))
                continue;
            var words = (terms.Concat(rest).Count(term => Has(line.Facts, term)), terms.Count(line.Facts.OwnTerms.Contains));
            var order = words.CompareTo(most);
            if (order < 0 || (order == 0 && best is not null))
                continue;
            (most, best) = (words, Says(line, claim, terms) ? line : order > 0 ? null : best);
        }

        return best;
    }

    // A long statement in other words than the documents': no line is about all of it, none says the opposite, and one has half of what it says. What costs
    // nothing is told as it is written, or not at all.
    private static EvidenceLine? Partly(List<EvidenceLine> lines, FactClaim claim, IReadOnlyList<string> terms, IReadOnlyList<string> rest)
    {
        List<string> all = [.. terms, .. rest];
        if (claim.Kind is FactKind.Free or FactKind.Included || all.Count < MostShortTerms + 1 || lines.Exists(line => IsAbout(line, claim, terms, rest)))
            return null;
        return lines.Find(line => terms.Any(term => Has(line.Facts, term)) && IsInOnePlace(line, claim, terms) && all.Count(term => Has(line.Facts, term)) * 2 >= all.Count && Says(line, claim, terms));
    }

    private static bool Has(FactLine facts, string term) => facts.Terms.Contains(term) || (facts.TakesAllCards && FactWords.Is(term, "cards"));

    private static bool IsAbout(EvidenceLine line, FactClaim claim, IReadOnlyList<string> terms, IReadOnlyList<string> rest)
    {
        var missing = terms.Count(term => !Has(line.Facts, term));
        return missing < terms.Count && (claim.Kind == FactKind.Can ? missing * 2 <= terms.Count : missing <= (terms.Count >= 3 ? 1 : 0))
            && rest.Count(term => !Has(line.Facts, term) && !line.Block.Contains(term)) * 2 <= rest.Count && IsInOnePlace(line, claim, terms);
    }

    // What is offered is known with all its words in one text: "valet parking" is not what stands of a garage. What costs nothing is told by the line itself.
    private static bool IsInOnePlace(EvidenceLine line, FactClaim claim, IReadOnlyList<string> terms) => claim.Kind != FactKind.Offer || claim.IsDenied
        || terms.All(term => Has(line.Facts, term) || (term != FactWords.Free && line.Block.Contains(term)));

    private static bool Says(EvidenceLine line, FactClaim claim, IReadOnlyList<string> terms)
    {
        var facts = line.Facts;
        if (claim.Counts.Any(count => !line.Reading.AllNumbers.Contains(count)))
            return false;
        // What is sold out is not there.
        var denied = IsDenied(facts, terms, claim.Kind) || StockCheck.IsGone(line.Reading);
        return claim.Kind switch
        {
            // "Not free" is also what costs something.
            FactKind.Free => claim.IsDenied ? line.Reading.Prices.Count > 0 || denied : facts.Terms.Contains(FactWords.Free) && !denied && !facts.IsFreeFrom,
            FactKind.Included => facts.IsIncluding && denied == claim.IsDenied,
            _ => denied == claim.IsDenied,
        };
    }

    // By the parts that have most of the words; by the first one when only a heading or a question has them.
    private static bool IsDenied(FactLine facts, IReadOnlyList<string> terms, FactKind kind)
    {
        var most = facts.Clauses.Max(clause => terms.Count(clause.Terms.Contains));
        if (most == 0)
            return facts.Clauses[0].IsDenied;
        var of = facts.Clauses.Where(clause => terms.Count(clause.Terms.Contains) == most).ToList();
        // What is free stands in a part of its own at times: "Indoor pool; Price: free".
        return of.Exists(static clause => clause.IsDenied) || (kind is FactKind.Included && facts.Clauses.Count == 1 && facts.Clauses[0].IsDenied);
    }

    // "Yes, we do": most of what was asked for is there, and is said in the same sense.
    private static string? OfWhatWasAsked(FactClaim claim, List<EvidenceLine> lines, string about)
    {
        var language = FactWords.LanguageOf(about);
        List<string> words = FactWords.Split(about);
        if (words.Exists(static w => FactWords.Is(w, "talk", "booking") && w is not ("come" or "see" or "room" or "rooms" or "place" or "places" or "space" or "leave")))
            return "caller";
        List<string> asked = [.. FactWords.Terms([.. words.Where(static w => !FactWords.Is(w, "call", "booking", "talk", "offer-en", "allowed"))], language).Union(FactWords.Compounds(words))];
        if (asked.Count == 0 || !lines.Exists(line => line.IsBusiness && line.Facts.Language == language))
            return "caller";
        return lines.Find(line =>
        {
            var known = asked.Where(line.Facts.Terms.Contains).ToList();
            return known.Count * 2 >= asked.Count && (claim.Kind switch
            {
                FactKind.Free => line.Facts.Terms.Contains(FactWords.Free) != claim.IsDenied,
                FactKind.Included => line.Facts.IsIncluding && IsDenied(line.Facts, known, claim.Kind) == claim.IsDenied,
                _ => IsDenied(line.Facts, known, claim.Kind) == claim.IsDenied,
            });
        })?.Source;
    }
}
