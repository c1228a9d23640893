using System.Collections.Frozen;
using Parley.Conversation.Rag.Text;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>Whether an amount of money is known, and of the thing that is spoken of.</summary>
internal static class PriceCheck
{
    private static readonly FrozenSet<string> Verbs = FrozenSet.Create(
        "is", "are", "costs", "cost", "runs", "was", "would", "will", "es", "son", "cuesta", "cuestan", "vale", "valen", "стоит", "стоят", "עולה", "עולים", "עולות");

    /// <summary>The prices that a sentence states, each with what it is said of.</summary>
    public static IEnumerable<Claim> Claims(TextReading reading)
    {
        // In the order of the sentence; the reading finds amounts with a currency first.
        var order = Enumerable.Range(0, reading.Prices.Count).Where(i => reading.Prices[i].Currency is not null || !IsOfName(reading, reading.PricesAt[i]))
            .OrderBy(i => reading.PricesAt[i]).ToList();
        // Beside an amount that is clearly one, other numbers are sizes, models, pieces: "we have the Jordan 4 in ten and a half, for two hundred ten dollars".
        if (order.Exists(IsClear))
            order.RemoveAll(i => !IsClear(i));
        else
            order.RemoveAll(i => reading.Prices[i].Amount == 1 && reading.Tokens[reading.PricesAt[i]].InWords);   // "if one turns out to be fake"
        bool IsClear(int i) => reading.Prices[i].Currency is not null || IsAskedFor(reading.Tokens, reading.PricesAt[i]);
        var segments = PricedItem.Segments(reading, [.. order.Select(i => reading.PricesAt[i])]);
        // "Three hundred dollars, with a minimum spend of eighteen hundred": what is behind the comma is not what the price is of.
        if (segments is [.., var (_, behind)] && behind.FindIndex(static t => t.Text == ",") is >= 0 and var comma && behind.Skip(comma).Any(static t => t.Kind == TokenKind.Number))
            behind.RemoveRange(comma, behind.Count - comma);
        for (var i = 0; i < order.Count; i++)
        {
            var (amount, currency) = reading.Prices[order[i]];
            var verb = segments[i].Before.FindLastIndex(static token => Verbs.Contains(token.Text));
            var at = reading.PricesAt[order[i]];
            yield return new Claim(ClaimKind.Price, TextReading.Write(amount, currency))
            {
                Amount = amount,
                Currency = currency,
                Hundreds = currency is null && amount != reading.Tokens[at].Value ? reading.Tokens[at].Value * 100 + reading.Tokens[at + 1].Value : null,
                IsRate = segments[i].Behind.Exists(static token => token.Text is "each" or "apiece" or "per" or "a" or "an"),
                IsOfBefore = IsOfBefore(segments[i].Before, reading.Language),
                Of = PricedItem.Names([.. segments[i].Before, .. segments[i].Behind], reading.Language),
                Subject = verb < 0 ? [] : PricedItem.Names(segments[i].Before.Take(verb).TakeWhile(static token => !FactWords.Is(token.Text, "preposition")), reading.Language),
            };
        }
    }

    /// <summary>
    /// What a price rests on; null when on nothing. Of all that has a price, what is named best by the sentence must have this one; where the sentence
    /// names nothing, what was asked for.
    /// </summary>
    public static string? Source(Claim claim, TextReading reading, Evidence evidence, string about)
    {
        List<PricedItem> items = [.. evidence.Profile.Items, .. evidence.Lines.SelectMany(static line => line.Items)];
        List<PricedItem> telling = [.. items.Where(item => IsSame(item.Amount, item.Currency ?? evidence.Profile.Currency, claim))];
        if (telling.Count == 0)
            return null;
        var language = reading.Language;
        bool IsKnown(string word) => evidence.Lines.Any(line => line.Origin != EvidenceOrigin.Caller && line.Names.Any(known => PricedItem.IsSame(known, word)));
        List<string> of = [.. claim.Of.Where(IsKnown)];
        List<string> subject = [.. claim.Subject.Where(IsKnown)];
        // "They run from twenty dollars", "it's fourteen at the bar"
        if (subject.Count == 0 && claim.IsOfBefore)
        {
            subject = [.. PricedItem.Names(TextReading.Of(about).Tokens, FactWords.LanguageOf(about)).Where(IsKnown)];
            of = of.Count == 0 ? subject : of;
        }

        var isGuess = false;
        if (of.Count == 0)
        {
            // "The calamari is fourteen dollars", where nobody ever spoke of calamari.
            if (claim.Subject.Any(static word => !char.IsAsciiDigit(word[0])) && evidence.Lines.Any(line => line.IsBusiness && line.Facts.Language == language))
                return telling.Find(static item => item.IsLoose)?.Source;
            of = [.. PricedItem.Names(reading.Tokens.Where(static t => t.Kind == TokenKind.Word), language).Where(IsKnown)];
            if (of.Count == 0)
                of = [.. PricedItem.Names(TextReading.Of(about).Tokens, FactWords.LanguageOf(about)).Where(IsKnown)];
            if (of.Count == 0)
                return telling[0].Source;
            isGuess = true;
        }

        if (subject.Count == 0)
            subject = of;
        var scored = items.ConvertAll(item => (Item: item, Score: Score(item, subject, of)));
        var most = scored.Max(static one => one.Score);
        if (most.Subject + most.Of + most.Detail + most.Row == 0)
            return null;
        List<PricedItem> best = [.. scored.Where(one => one.Score == most).Select(static one => one.Item)];
        if (best.Exists(item => IsNamedIn(item, of)))
            best.RemoveAll(item => !IsNamedIn(item, of));
        return telling.Find(item => best.Contains(item) || (isGuess && IsNamedIn(item, of)) || IsPartOf(item, subject, reading, about))?.Source;
    }

    /// <summary>
    /// Where a sentence tells prices without their money: "valet parking is thirty eight". What it is of is known to have one, and the number stands right
    /// behind the verb; "so fifty together" is a price when another one is.
    /// </summary>
    public static IReadOnlySet<int> Plain(TextReading reading, Evidence evidence)
    {
        var tokens = reading.Tokens;
        HashSet<int> plain = [];
        for (var at = 1; at < tokens.Count; at++)
        {
            if (!tokens[at].IsWhole(2, int.MaxValue) || (at + 1 < tokens.Count && Grounding.Lexicon.Counted.Contains(tokens[at + 1].Text)))
                continue;
            var verb = Before(tokens, at);
            if (verb >= 0 && Verbs.Contains(tokens[verb].Text) && HasPrice(Subject(tokens, verb, reading.Language), evidence))
                plain.Add(at);
            else if ((plain.Count > 0 || reading.Prices.Count > 0) && IsTotal(tokens, at))
                plain.Add(at);
        }

        return plain;
    }

    private static List<string> Subject(IReadOnlyList<SpokenToken> tokens, int verb, TextLanguage language)
    {
        var start = verb;
        while (start > 0 && tokens[start - 1] is { Kind: TokenKind.Word, Text: not ("and" or "so" or "but" or "y" or "и") })
            start--;
        return PricedItem.Names(tokens.Skip(start).Take(verb - start), language);
    }

    private static bool HasPrice(List<string> subject, Evidence evidence) => subject.Count > 0 && evidence.Lines.Any(
        line => line.Items.Any(item => item.Currency is not null && PricedItem.Hits(subject, item.Name) + PricedItem.Hits(subject, item.Detail) >= subject.Count));

    private static bool IsTotal(IReadOnlyList<SpokenToken> tokens, int at) => tokens[at - 1].Text is "so" or "that's" or "makes"
        || (at + 1 < tokens.Count && (tokens[at + 1].Text is "together" or "altogether" or "total" || (at + 2 < tokens.Count && (tokens[at + 1].Text, tokens[at + 2].Text) is ("all", "together") or ("in", "total") or ("in", "all"))));

    // "is about a hundred twenty": what stands before the number, without the smallest words.
    private static int Before(IReadOnlyList<SpokenToken> tokens, int at)
    {
        at--;
        while (at >= 0 && tokens[at].Text is "a" or "about" or "around" or "only" or "just" or "roughly")
            at--;
        return at;
    }

    // Between "it" and the price nothing is named.
    private static bool IsOfBefore(List<SpokenToken> before, TextLanguage language)
    {
        var it = before.FindLastIndex(static token => PricedItem.Pronouns.Contains(token.Text));
        return it >= 0 && PricedItem.Names(before.Skip(it + 1), language).Count == 0;
    }

    /// <summary>What "at one fifty nine" rests on where it is no time but a price.</summary>
    public static string? SourceOfPair(Claim time, TextReading reading, Evidence evidence, string about)
    {
        if (time.Clock.Minute == 0 || !reading.Tokens[time.At].InWords)
            return null;
        var amount = time.Clock.Hour % 12 * 100 + time.Clock.Minute;
        var named = PricedItem.Names(reading.Tokens.Concat(TextReading.Of(about).Tokens), reading.Language);
        return evidence.Profile.Items.Concat(evidence.Lines.SelectMany(static line => line.Items)).FirstOrDefault(item => item.Amount == amount && IsNamedIn(item, named))?.Source;
    }

    // "is fourteen", "for fourteen", "fourteen each": said as a price is.
    private static bool IsAskedFor(IReadOnlyList<SpokenToken> tokens, int at) =>
        (Before(tokens, at) is >= 0 and var before && (Verbs.Contains(tokens[before].Text) || tokens[before].Text is "so" or "it's" or "that's" or "they're" or "for" or "at" or "to" or "por" or "за" or "ב"))
        || (at + 1 < tokens.Count && tokens[at + 1].Text is "for" or "each" or "apiece" or "per" or "por" or "cada" or "за"
            // "a nine for two hundred ten dollars" is a size.
            && !(at + 2 < tokens.Count && tokens[at + 2].Kind is TokenKind.Number or TokenKind.Money));

    // "The Jordan 4 is two hundred ten dollars", "the size 10 Jordan is ...": what stands before the verb is no amount.
    private static bool IsOfName(TextReading reading, int at)
    {
        var tokens = reading.Tokens;
        bool IsVerb(SpokenToken token) => Verbs.Contains(token.Text) || Grounding.Lexicon.PriceContext.Contains(token.Text);
        return at + 1 < tokens.Count && (Verbs.Contains(tokens[at + 1].Text)
            || (tokens.Skip(at + 1).Any(static token => Verbs.Contains(token.Text)) && !tokens.Take(at).Any(token => IsVerb(token) || token.Text is "for" or "at" or "por")));
    }

    private static (int Subject, int Name, int Of, int Detail, int Main, int Row) Score(PricedItem item, List<string> subject, List<string> of)
    {
        var (name, detail) = (PricedItem.Hits(subject, item.Name), PricedItem.Hits(subject, item.Detail));
        return (Math.Min(subject.Count, name + detail), name, PricedItem.Hits(of, item.Name), PricedItem.Hits(of, item.Detail), item.IsMain ? 1 : 0, PricedItem.Hits(of, item.Row));
    }

    // "The house red is nine dollars, and the bottle is thirty four": what a row's description has a price for, where the row itself was named.
    private static bool IsPartOf(PricedItem item, List<string> subject, TextReading reading, string about) =>
        subject.Count > 0 && subject.TrueForAll(word => PricedItem.Hits([word], item.Detail) + PricedItem.Hits([word], item.Row) > 0)
        && PricedItem.Hits(item.Name, PricedItem.Names(reading.Tokens.Concat(TextReading.Of(about).Tokens), reading.Language)) * 2 > item.Name.Count;

    // All of its name was said.
    private static bool IsNamedIn(PricedItem item, List<string> words) => item.Name.Count > 0 && PricedItem.Hits(item.Name, words) == item.Name.Count;

    private static bool IsSame(decimal amount, string? currency, Claim claim) =>
        (amount == claim.Amount || amount == claim.Hundreds) && (currency is null || claim.Currency is null || currency == claim.Currency);
}
