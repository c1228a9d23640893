namespace Parley.Conversation.Agents.Grounding;

/// <summary>
/// A sum that a sentence works out before the caller: "fourteen and twenty one, so thirty five dollars together", "two at fourteen dollars are twenty
/// eight", "two nights are four hundred eighteen". It is grounded when it follows exactly from the other prices of the same sentence, which are, or from the
/// price of what is named, and from a number that is said with them or was asked for.
/// </summary>
internal static class PriceSum
{
    private const int MostOfOne = 50;

    private static readonly string[] Totals =
    [
        "together", "total", "in all", "altogether", "comes to", "come to", "makes", "make", "so that's", "so", "sum", "both", "en total", "juntos", "juntas", "suman", "son", "todo", "всего", "вместе",
        "итого", "будет", "выходит", "ביחד", "סך הכל", "בסך הכל", "יחד",
    ];

    /// <summary>Gives the one price that rests on nothing the sum as its source, when it is one.</summary>
    public static void Settle(List<(Claim Claim, string? Source)> results, TextReading reading, Evidence evidence, string about)
    {
        var at = results.FindIndex(static one => one.Claim.Kind == ClaimKind.Price && one.Source is null);
        List<Claim> parts = [.. results.Where(static one => one.Claim.Kind == ClaimKind.Price && one.Source is not null).Select(static one => one.Claim)];
        if (at < 0 || results.FindLastIndex(static one => one.Claim.Kind == ClaimKind.Price && one.Source is null) != at)
            return;
        var sum = results[at].Claim;
        List<decimal> times = [.. reading.AllNumbers.Concat(Asked(about)).Append(reading.HasPhrase("both") ? 2 : 0).Where(n => n is > 1 and <= MostOfOne && n == decimal.Truncate(n) && n != sum.Amount)];
        var follows = parts.Count == 0 ? !sum.IsRate && times.Exists(n => PriceCheck.Source(sum with { Amount = sum.Amount / n, Hundreds = null }, reading, evidence, about) is not null)
            : reading.HasPhrase(Totals) && (parts.Count > 1 ? parts.Sum(static p => p.Amount) == sum.Amount : times.Exists(n => n * parts[0].Amount == sum.Amount));
        if (follows && parts.TrueForAll(p => p.Currency is null || sum.Currency is null || p.Currency == sum.Currency))
            results[at] = (sum, "sum");
    }

    // "For two nights": how many the caller asked for.
    private static IEnumerable<decimal> Asked(string about)
    {
        var tokens = TextReading.Of(about).Tokens;
        return tokens.Where((token, at) => token.Kind == TokenKind.Number && at + 1 < tokens.Count && Lexicon.Counted.Contains(tokens[at + 1].Text)).Select(static token => token.Value);
    }
}
