using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Parley.Conversation.Rag.Text;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>Something known that has a price.</summary>
/// <param name="Amount">How much.</param>
/// <param name="Currency">Of what, as far as it was told.</param>
/// <param name="Name">The words it is named with.</param>
/// <param name="Detail">What else is told of it: the column's name, the description, the heading.</param>
/// <param name="IsMain">A row's price itself, not one that stands in a description.</param>
/// <param name="Source">Where it is from.</param>
internal sealed partial record PricedItem(decimal Amount, string? Currency, IReadOnlyList<string> Name, IReadOnlyList<string> Detail, bool IsMain, string Source)
{
    // Words that say nothing of what has the price.
    private static readonly FrozenSet<string> Idle = FrozenSet.Create(
        "that", "this", "that's", "it's", "it", "would", "will", "with", "your", "yours", "have", "does", "just", "only", "total", "together", "altogether", "comes", "come", "price", "prices", "cost",
        "costs", "each", "from", "about", "much", "more", "plus", "there", "there's", "they", "them", "what", "which", "please", "thank", "thanks", "sure", "yes", "also", "like", "want", "could", "know",
        "tell", "free", "gratis", "how", "we're", "we", "i'd", "you'd", "after", "before", "until", "every", "per", "person", "people", "night", "hour", "tax", "tip", "bill", "sum", "one", "amount",
        "charge", "rate", "deal", "offer", "special", "runs", "currently", "right", "usually", "normally", "today", "around", "exactly", "pay", "paid", "starts", "start", "starting", "takes", "difference",
        "everything", "anything", "entry", "whole", "both", "the", "get", "getting", "doing", "done", "save", "saves", "run", "cuesta", "cuestan", "precio", "cuánto", "cuanto", "vale", "valen", "total", "стоит", "стоят", "сколько", "цена", "всего", "вместе",
        "כמה", "עולה", "עולים", "עולות", "מחיר", "ביחד");

    // "Later than that ..." goes on with what the sentence before began.
    private const int MostOpening = 4;

    // From one price to the other of "from $20 to $500".
    private const int MostInRange = 4;

    /// <summary>Words for what was spoken of before.</summary>
    public static readonly FrozenSet<string> Pronouns = FrozenSet.Create("it", "it's", "they", "they're", "that", "that's", "this", "оно", "это", "она", "он", "זה");

    /// <summary>The words of the other cells of its row.</summary>
    public IReadOnlyList<string> Row { get; init; } = [];

    /// <summary>Its sentence does not name it: what it is of may stand in a heading that is not known here.</summary>
    public bool IsLoose { get; init; }

    /// <summary>The priced things of a line.</summary>
    public static IReadOnlyList<PricedItem> In(EvidenceLine line)
    {
        if (line.Origin == EvidenceOrigin.Caller)
            return [];
        var language = FactWords.LanguageOf(line.Text);
        return line.Cells is { } cells ? [.. InRow(line, cells, language)] : [.. InSentence(line, language)];
    }

    /// <summary>The words of pieces of a text that may name something: stems, and numbers that are no prices.</summary>
    public static List<string> Names(IEnumerable<SpokenToken> tokens, TextLanguage language)
    {
        List<string> names = [];
        SpokenToken before = default;
        foreach (var token in tokens)
        {
            // "Two nights": how many, and no name.
            if (before.Kind == TokenKind.Number && Grounding.Lexicon.Counted.Contains(token.Text))
                names.Remove(before.Text);
            if (NameOf(token, language) is { } name && !names.Contains(name))
                names.Add(name);
            before = token;
        }

        return names;
    }

    /// <summary>Whether two such words are the same.</summary>
    public static bool IsSame(string one, string other) =>
        one == other || (one.Length >= 5 && other.Length >= 5 && !FactWords.IsGroup(one) && !FactWords.IsGroup(other) && GroundingGate.IsSameWord(one, other));

    /// <summary>How many of some words are among others.</summary>
    public static int Hits(IReadOnlyList<string> words, IReadOnlyList<string> among)
    {
        var hits = 0;
        foreach (var word in words)
        {
            foreach (var known in among)
            {
                if (!IsSame(word, known))
                    continue;
                hits++;
                break;
            }
        }

        return hits;
    }

    /// <summary>Cuts a sentence at its prices: the pieces that speak of each. "A is $8 and B is $21", "$8 for A and $21 for B".</summary>
    /// <param name="reading">The sentence.</param>
    /// <param name="places">Where its prices stand.</param>
    public static List<(List<SpokenToken> Before, List<SpokenToken> Behind)> Segments(TextReading reading, IReadOnlyList<int> places)
    {
        List<(List<SpokenToken>, List<SpokenToken>)> segments = [];
        var start = 0;
        for (var i = 0; i < places.Count; i++)
        {
            var end = i + 1 < places.Count ? places[i + 1] : reading.Tokens.Count;
            var cut = end;
            if (i + 1 < places.Count)
            {
                for (var at = places[i] + 1; at < end; at++)
                {
                    if (reading.Tokens[at].Text is "and" or "," or ";" or "or" or "y" or "o" or "и" or "או" or "but")
                    {
                        cut = at;
                        break;
                    }
                }
            }

            segments.Add(([.. reading.Tokens.Skip(start).Take(places[i] - start)], [.. reading.Tokens.Skip(places[i] + 1).Take(cut - places[i] - 1)]));
            start = cut;
        }

        return segments;
    }

    private static IEnumerable<PricedItem> InRow(EvidenceLine line, IReadOnlyList<string> cells, TextLanguage language)
    {
        var name = Names(TextReading.Of(cells[0]).Tokens, language);
        var context = Names(TextReading.Of(line.Context).Tokens, language);
        var row = Names(TextReading.Of(string.Join(' ', cells.Skip(1))).Tokens.Where(static t => t.Kind == TokenKind.Word), language);
        for (var i = 0; i < cells.Count; i++)
        {
            var label = EvidenceLine.Label().Match(cells[i]);
            var column = label.Success ? Names(TextReading.Of(label.Value).Tokens, language) : [];
            var isPriced = !label.Success || TextReading.Of(label.Value).HasPriceContext;
            foreach (var part in Parts().Split(cells[i][label.Length..]))
            {
                var reading = TextReading.Of(part);
                // "Guests: 2" is no price; "Price: 14" is one.
                var prices = isPriced ? reading.Prices.Concat(reading.Numbers.Select(static n => (n, (string?)null))) : reading.Prices;
                List<string> detail = i == 0 ? context : [.. context, .. column, .. Names(reading.Tokens.Where(static t => t.Kind == TokenKind.Word), language)];
                foreach (var (amount, currency) in prices)
                    yield return new PricedItem(amount, currency, name, detail, label.Success && column.Count == 0, line.Source) { Row = row };
            }
        }
    }

    private static IEnumerable<PricedItem> InSentence(EvidenceLine line, TextLanguage language)
    {
        var reading = TextReading.Of(line.Text, priced: line.Reading.HasPriceContext);
        var context = Names(TextReading.Of(line.Context).Tokens, language);
        var places = reading.PricesAt.ToList();
        List<(decimal Amount, string? Currency)> prices = [.. reading.Prices];
        // A number in a document may be a price.
        for (var i = 0; line.Origin == EvidenceOrigin.Passage && i < reading.NumbersAt.Count; i++)
        {
            if (places.Contains(reading.NumbersAt[i]))
                continue;
            places.Add(reading.NumbersAt[i]);
            prices.Add((reading.Numbers[i], null));
        }

        // Beside "$40" and "price 40" a bare number is hardly a price; in a tool's row it is none.
        bool IsCertain(int i) => prices[i].Currency is not null || (places[i] > 0 && Grounding.Lexicon.PriceContext.Contains(reading.Tokens[places[i] - 1].Text));
        var all = Enumerable.Range(0, places.Count).OrderBy(i => places[i]).ToList();
        List<int> order = all.Exists(IsCertain) ? all.FindAll(IsCertain) : all;
        var everything = Names(reading.Tokens, language);
        foreach (var i in line.Origin == EvidenceOrigin.Tool ? [] : all.Except(order))
            yield return new PricedItem(prices[i].Amount, null, everything, context, false, line.Source);

        var segments = Segments(reading, [.. order.Select(i => places[i])]);
        List<string> before = [];
        for (var i = 0; i < order.Count; i++)
        {
            var (amount, currency) = prices[order[i]];
            List<string> own = [];
            var name = Names([.. segments[i].Before, .. segments[i].Behind], language);
            // "It costs ...": what the sentence before spoke of.
            var isLoose = segments[i].Before.Exists(static t => Pronouns.Contains(t.Text)) && Names(segments[i].Before, language).Count == 0;
            // "Otherwise there is a fee of $50", "later than that we charge $15"
            if (isLoose || segments[i].Before.Take(MostOpening).Any(static t => t.Text is "otherwise" || Pronouns.Contains(t.Text)))
                name = [.. name.Union(Names(TextReading.Of(line.Before).Tokens, language))];
            // "Gift cards from $20 to $500"
            if (i > 0 && places[order[i]] - places[order[i - 1]] <= MostInRange && reading.Tokens.Skip(places[order[i - 1]]).Take(places[order[i]] - places[order[i - 1]]).Any(static t => t.Text is "to" or "-" or "a" or "до" or "עד"))
                (name, own) = (before, name);
            before = name;
            // A price that is said after a break goes on with what was spoken of: "a shirt is $6, or $5 each for three".
            yield return new PricedItem(amount, currency, name.Count == 0 ? everything : name, [.. context, .. own], true, line.Source) { IsLoose = isLoose };
        }
    }

    [GeneratedRegex(@"[;,]\s")]
    private static partial Regex Parts();

    private static string? NameOf(SpokenToken token, TextLanguage language) => token.Kind switch
    {
        TokenKind.Number => token.Text,
        TokenKind.Word when token.Text.Length > 1 && !Idle.Contains(token.Text) && !Grounding.Lexicon.Money.ContainsKey(token.Text) && !Grounding.Lexicon.Cents.Contains(token.Text)
            && !Grounding.Lexicon.Counted.Contains(token.Text) && !Grounding.Lexicon.PriceContext.Contains(token.Text) => FactWords.Name(token.Text, language),
        _ => null,
    };
}
