namespace Parley.Conversation.Agents.Grounding;

/// <summary>Finds amounts of money in a text.</summary>
/// <param name="tokens">The text.</param>
/// <param name="used">What is something else already; amounts are marked in it.</param>
internal sealed class PriceReader(IReadOnlyList<SpokenToken> tokens, bool[] used)
{
    /// <summary>The amounts, with their currency as far as it was said; those with one first.</summary>
    public List<(decimal Amount, string? Currency)> Prices { get; } = [];

    /// <summary>Where they stand among the pieces.</summary>
    public List<int> PricesAt { get; } = [];

    /// <summary>Adds the amounts that are said with their money, that are rates, or that stand at known places.</summary>
    /// <param name="bare">Where bare numbers stand that are prices.</param>
    public void ReadAmounts(IReadOnlySet<int>? bare)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i] is not { Kind: TokenKind.Number, IsOrdinal: false } || used[i])
                continue;
            if (Currency(i - 1, signOnly: true) is { } sign)
            {
                var end = Take(i, sign, i + 1);
                // "$14 to 20"
                if (IsJoint(end) && IsNumber(end + 1) && !IsCounted(end + 2))
                    Take(end + 1, sign, end + 2);
            }
            else if (IsPair(i) && Currency(i + 2) is { } big)
            {
                // "one fifty nine dollars"
                Add(i, tokens[i].Value * 100 + tokens[i + 1].Value, big, 3);
            }
            else if (Currency(i + 1) is { } currency)
            {
                // "fourteen to twenty dollars"
                if (i >= 2 && IsJoint(i - 1) && IsNumber(i - 2) && !used[i - 2])
                    Take(i - 2, currency, i - 1);
                Take(i, currency, i + 2);
            }
            else if (i + 1 < tokens.Count && Lexicon.Cents.Contains(tokens[i + 1].Text))
                Add(i, tokens[i].Value / 100, null, 2);
            else if (bare?.Contains(i) == true || IsRate(i + (IsPair(i) ? 2 : 1)))
                AddBare(i);
        }
    }

    /// <summary>Adds the number at a place as an amount without its money; "fourteen fifty" is one.</summary>
    /// <returns>The amount.</returns>
    public decimal AddBare(int at)
    {
        var isPair = IsPair(at);
        return Add(at, isPair ? tokens[at].Value + tokens[at + 1].Value / 100 : tokens[at].Value, null, isPair ? 2 : 1);
    }

    // The amount at a place, with the cents behind it.
    private int Take(int at, string currency, int end)
    {
        var amount = tokens[at].Value;
        Array.Fill(used, true, at, Math.Min(end, tokens.Count) - at);
        var cents = end < tokens.Count && tokens[end].Text is "and" or "y" or "con" or "и" ? end + 1 : end;
        if (cents < tokens.Count && tokens[cents].IsWhole(1, 99) && (IsCents(cents + 1) || (cents == end && tokens[cents].Value >= 10 && !IsCounted(cents + 1))))
        {
            amount += tokens[cents].Value / 100;
            used[cents] = true;
            end = cents + (IsCents(cents + 1) ? 2 : 1);
        }

        Prices.Add((amount, currency));
        PricesAt.Add(at);
        return end;
    }

    private decimal Add(int at, decimal amount, string? currency, int length)
    {
        Prices.Add((amount, currency));
        PricesAt.Add(at);
        Array.Fill(used, true, at, length);
        return amount;
    }

    // "one fifty nine", "fourteen fifty": two numbers, both in words.
    private bool IsPair(int at) => at + 1 < tokens.Count && !used[at] && !used[at + 1] && tokens[at] is { InWords: true } && tokens[at].IsWhole(1, 99)
        && tokens[at + 1] is { InWords: true } && tokens[at + 1].IsWhole(10, 99) && !IsCounted(at + 2);

    // "thirty eight a night", "twenty two each"
    private bool IsRate(int at) => at < tokens.Count && (tokens[at].Text is "each" or "apiece"
        || (tokens[at].Text is "a" or "an" or "per" && at + 1 < tokens.Count && Lexicon.RateUnits.Contains(tokens[at + 1].Text)));

    private bool IsCents(int at) => at < tokens.Count && Lexicon.Cents.Contains(tokens[at].Text);

    private bool IsCounted(int at) => at < tokens.Count && Lexicon.Counted.Contains(tokens[at].Text);

    private bool IsJoint(int at) => at < tokens.Count && Lexicon.Between.Contains(tokens[at].Text);

    private bool IsNumber(int at) => at < tokens.Count && tokens[at] is { Kind: TokenKind.Number, IsOrdinal: false };

    private string? Currency(int at, bool signOnly = false) => at >= 0 && at < tokens.Count && (tokens[at].Kind == TokenKind.Money || !signOnly)
        && Lexicon.Money.TryGetValue(tokens[at].Text, out var currency) && !IsWeight(at) ? currency : null;

    // "Dogs up to forty pounds": no money.
    private bool IsWeight(int at) => tokens[at].Text is "pound" or "pounds" && at >= 2 && tokens[at - 2].Text is "to" or "under" or "over" or "than" or "below" or "weigh" or "weighs" or "weighing";
}
