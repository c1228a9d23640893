namespace Parley.Conversation.Agents.Grounding;

/// <summary>Whether what is said of pieces that are there to be sold is so: of the lines about stock, those that name best what is spoken of tell.</summary>
internal static class StockCheck
{
    private static readonly string[] Gone = ["sold out", "out of stock", "not in stock", "isn't in stock", "aren't in stock", "none left", "stock 0", "agotado", "agotada", "agotados", "распродан", "нет в наличии", "אזל", "לא במלאי"];

    // "Three in stock", "two are left"
    private const int MostBetween = 2;

    /// <summary>Whether a text says that nothing is left.</summary>
    public static bool IsGone(TextReading reading) => reading.HasPhrase(Gone);

    /// <summary>What a claim rests on; null when on nothing.</summary>
    public static string? Source(Claim claim, TextReading reading, Evidence evidence, string about)
    {
        List<EvidenceLine> lines = [.. evidence.Lines.Where(static line => line.IsBusiness && line.Reading.HasStock)];
        if (lines.Count == 0)
            return null;
        var named = PricedItem.Names(reading.Tokens.Concat(TextReading.Of(about).Tokens), reading.Language);
        var scored = lines.ConvertAll(line => (Line: line, Hits: PricedItem.Hits(named, line.Names)));
        var most = scored.Max(static one => one.Hits);
        var isCount = Counts(reading).Contains(claim.Amount);
        // "Put aside for twenty four hours" is said beside a pair, and counts none.
        return scored.Where(one => one.Hits == most || (claim.Amount >= 0 && !isCount)).Select(static one => one.Line)
            .FirstOrDefault(line => claim.Amount < 0 ? IsGone(line.Reading) == IsGone(reading) : (isCount ? Counts(line.Reading) : line.Reading.AllNumbers).Contains(claim.Amount))?.Source;
    }

    // "Ten pairs in a size ten": of two numbers, the one that counts. In a tool's row it stands behind its name.
    private static IEnumerable<decimal> Counts(TextReading reading)
    {
        var tokens = reading.Tokens;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind != TokenKind.Number)
                continue;
            if ((i > 0 && tokens[i - 1].Text is "stock") || tokens.Skip(i + 1).Take(MostBetween).Any(static t => Lexicon.Stock.Contains(t.Text) || t.Text is "left"))
                yield return tokens[i].Value;
        }
    }
}
