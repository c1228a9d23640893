using System.Collections.Frozen;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>
/// A sum that a sentence works out before the caller: "fourteen and twenty one, so thirty five dollars together", "two at fourteen dollars are twenty
/// eight", "two nights are four hundred eighteen". It is grounded when it follows exactly from the other prices of the same sentence, which are, or from the
/// price of what is named, and from a number of such things that is said or was asked for: "the margherita for two" is one.
/// </summary>
internal static class PriceSum
{
    private const int MostOfOne = 50;

    private static readonly string[] Totals =
    [
        "together", "total", "in all", "altogether", "comes to", "come to", "makes", "make", "so that's", "so", "sum", "both", "en total", "juntos", "juntas", "suman", "son", "todo", "всего", "вместе",
        "итого", "будет", "выходит", "ביחד", "סך הכל", "בסך הכל", "יחד",
    ];

    private static readonly string[] Each = ["a person", "per person", "each person", "a head", "per head", "por persona", "с человека", "לאדם"];

    private static readonly FrozenSet<string> People = FrozenSet.Create(
        "people", "persons", "guests", "adults", "children", "kids", "personas", "adultos", "человек", "человека", "гостей", "אנשים", "סועדים");

    /// <summary>Gives the one price that rests on nothing the sum as its source, when it is one.</summary>
    public static void Settle(List<(Claim Claim, string? Source)> results, TextReading reading, Evidence evidence, string about)
    {
        var at = results.FindIndex(static one => one.Claim.Kind == ClaimKind.Price && one.Source is null);
        List<Claim> parts = [.. results.Where(static one => one.Claim.Kind == ClaimKind.Price && one.Source is not null).Select(static one => one.Claim)];
        if (at < 0 || results.FindLastIndex(static one => one.Claim.Kind == ClaimKind.Price && one.Source is null) != at)
            return;
        var sum = results[at].Claim;
        var follows = parts.Count == 0 ? !sum.IsRate && IsOfMany(sum, reading, evidence, about) : reading.HasPhrase(Totals) && IsOfParts(sum, parts, reading, about);
        if (follows && parts.TrueForAll(p => p.Currency is null || sum.Currency is null || p.Currency == sum.Currency))
            results[at] = (sum, "sum");
    }

    // "Fourteen each, so twenty eight for two": where the price of one is said, any number is heard as how many.
    private static bool IsOfParts(Claim sum, List<Claim> parts, TextReading reading, string about) => parts.Count > 1
        ? parts.Sum(static p => p.Amount) == sum.Amount
        : reading.AllNumbers.Concat(Numbers(TextReading.Of(about), static (_, _) => true)).Append(reading.HasPhrase("both") ? 2 : 0).Any(n => n != sum.Amount && IsMany(n) && n * parts[0].Amount == sum.Amount);

    private static bool IsOfMany(Claim sum, TextReading reading, Evidence evidence, string about)
    {
        var asked = TextReading.Of(about);
        bool Costs(decimal n) => n != sum.Amount && PriceCheck.Source(sum with { Amount = sum.Amount / n, Hundreds = null }, reading, evidence, about) is not null;
        bool IsTold(decimal amount, params ReadOnlySpan<string> phrases)
        {
            foreach (var line in evidence.Lines)
            {
                if (line.IsBusiness && line.Reading.HasPhrase(phrases) && line.Reading.Prices.Any(price => price.Amount == amount))
                    return true;
            }

            return false;
        }

        return Numbers(reading, IsThing).Concat(Numbers(asked, IsThing)).Append(reading.HasPhrase("both") ? 2 : 0).Where(IsMany).Any(Costs)
            || Numbers(reading, IsPeople).Concat(Numbers(asked, IsPeople)).Where(IsMany).Any(n => IsTold(sum.Amount / n, Each) && Costs(n))
            // "Half price for children, so eleven"
            || (reading.HasPhrase("half") && IsTold(sum.Amount * 2, "half") && Costs(0.5m));
    }

    private static bool IsMany(decimal number) => number is > 1 and <= MostOfOne && number == decimal.Truncate(number);

    // The numbers that stand before such a word.
    private static IEnumerable<decimal> Numbers(TextReading reading, Func<TextReading, SpokenToken, bool> before)
    {
        var tokens = reading.Tokens;
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            if (tokens[i] is { Kind: TokenKind.Number, IsOrdinal: false } && tokens[i + 1].Kind == TokenKind.Word && before(reading, tokens[i + 1]))
                yield return tokens[i].Value;
        }
    }

    // "Two nights", "two margheritas", "two of them"; not "for two is", "for two tonight".
    private static bool IsThing(TextReading reading, SpokenToken next) => !IsPeople(reading, next) && !Days.IsDay(next.Text)
        && (next.Is("of") || Lexicon.Counted.Contains(next.Text) || PricedItem.Names([next], reading.Language).Count > 0);

    private static bool IsPeople(TextReading reading, SpokenToken next) => People.Contains(next.Text);
}
