using System.Globalization;
using Parley.Conversation.Rag.Text;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>The facts in a text, for both sides of the check: what is about to be said, and what is known.</summary>
internal sealed class TextReading
{
    private readonly bool[] used;
    private TextLanguage? language;

    private TextReading(string text, bool bareTimes, bool priced, IReadOnlySet<int>? pricesAt)
    {
        Tokens = SpokenTokens.Of(text);
        used = new bool[Tokens.Count];
        Canonical = " " + string.Join(' ', Tokens.Where(static t => t.Kind is not TokenKind.Mark).Select(static t => t.Text)) + " ";
        HasOpen = Has(Lexicon.Open);
        HasClosed = Has(Lexicon.Closed);
        HasStock = Has(Lexicon.Stock) || HasNumberLeft() || HasPhrase("sold out", "agotado", "agotada", "agotados", "распродан", "אזל") || Tokens.Any(static t => t.Text is "low_stock");
        HasPriceContext = priced || Has(Lexicon.PriceContext);
        ReadPhones();
        ReadPrices(pricesAt);
        foreach (var time in TimeReader.Read(Tokens, used, bareTimes))
        {
            Times.Add(time.Clock);
            TimesAt.Add(time.At);
        }

        ReadRest();
        IsFree = HasPhrase("free of charge", "no charge", "without a charge", "without charge", "without any charge", "for free", "at no cost", "costs nothing", "is free", "are free", "free parking") || Has(Lexicon.Free);
    }

    /// <summary>The text in pieces.</summary>
    public IReadOnlyList<SpokenToken> Tokens { get; }

    /// <summary>The language it is in.</summary>
    public TextLanguage Language => language ??= FactWords.LanguageOf(string.Join(' ', Tokens.Select(static t => t.Text)));

    /// <summary>The words and numbers with single spaces, also at both ends.</summary>
    public string Canonical { get; }

    /// <summary>Amounts of money, with their currency as far as it was said.</summary>
    public List<(decimal Amount, string? Currency)> Prices { get; } = [];

    /// <summary>Where the amounts stand among the pieces.</summary>
    public List<int> PricesAt { get; } = [];

    /// <summary>Hundredths.</summary>
    public List<decimal> Percents { get; } = [];

    /// <summary>Times of day.</summary>
    public List<ClockReading> Times { get; } = [];

    /// <summary>Where they stand among the pieces.</summary>
    public List<int> TimesAt { get; } = [];

    /// <summary>Telephone numbers, digits only.</summary>
    public List<string> Phones { get; } = [];

    /// <summary>Numbers that are none of these, and that count nothing named.</summary>
    public List<decimal> Numbers { get; } = [];

    /// <summary>Where they stand among the pieces.</summary>
    public List<int> NumbersAt { get; } = [];

    /// <summary>All numbers, whatever they count.</summary>
    public IEnumerable<decimal> AllNumbers => Tokens.Where(static t => t.Kind == TokenKind.Number).Select(static t => t.Value);

    /// <summary>Numbers that may tell how many there are; "that one" does not.</summary>
    public IEnumerable<decimal> Counts => Tokens.Where(static t => t is { Kind: TokenKind.Number, IsOrdinal: false } && !(t.InWords && t.Value == 1)).Select(static t => t.Value);

    /// <summary>Whether it speaks of opening.</summary>
    public bool HasOpen { get; }

    /// <summary>Whether it speaks of closing.</summary>
    public bool HasClosed { get; }

    /// <summary>Whether it speaks of what is in stock.</summary>
    public bool HasStock { get; }

    /// <summary>Whether it speaks of prices.</summary>
    public bool HasPriceContext { get; }

    /// <summary>Whether it says that something costs nothing.</summary>
    public bool IsFree { get; }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="bareTimes">Numbers may be times that nothing tells to be: of callers.</param>
    /// <param name="priced">Bare numbers are prices: something that has one is named in the text.</param>
    /// <param name="pricesAt">Where bare numbers stand that are prices.</param>
    public static TextReading Of(string text, bool bareTimes = false, bool priced = false, IReadOnlySet<int>? pricesAt = null) => new(text, bareTimes, priced, pricesAt);

    /// <summary>Whether whole words occur in this order.</summary>
    public bool HasPhrase(params ReadOnlySpan<string> phrases)
    {
        foreach (var phrase in phrases)
        {
            for (var at = 0; (at = Canonical.IndexOf(phrase, at, StringComparison.Ordinal)) >= 0; at++)
            {
                // There is a space at both ends of the text.
                if (Canonical[at - 1] == ' ' && Canonical[at + phrase.Length] == ' ')
                    return true;
            }
        }

        return false;
    }

    /// <summary>Whether any of these words occurs.</summary>
    public bool Has(IReadOnlySet<string> words)
    {
        foreach (var token in Tokens)
        {
            if (token.Kind == TokenKind.Word && words.Contains(token.Text))
                return true;
        }

        return false;
    }

    // "three left", "two of them left"; not "on the left".
    private bool HasNumberLeft()
    {
        for (var i = 1; i < Tokens.Count; i++)
        {
            if (Tokens[i].Is("left") && Enumerable.Range(Math.Max(0, i - 5), Math.Min(5, i)).Any(k => Tokens[k].Kind == TokenKind.Number))
                return true;
        }

        return false;
    }

    private void ReadPhones()
    {
        for (var i = 0; i < Tokens.Count; i++)
        {
            if (Tokens[i].Kind != TokenKind.Phone)
                continue;
            Phones.Add(Tokens[i].Text);
            used[i] = true;
        }
    }

    private void ReadPrices(IReadOnlySet<int>? bare)
    {
        for (var i = 0; i < Tokens.Count; i++)
        {
            if (Tokens[i] is not { Kind: TokenKind.Number, IsOrdinal: false } || used[i])
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
                Prices.Add((Tokens[i].Value * 100 + Tokens[i + 1].Value, big));
                PricesAt.Add(i);
                Array.Fill(used, true, i, 3);
            }
            else if (Currency(i + 1) is { } currency)
            {
                // "fourteen to twenty dollars"
                if (i >= 2 && IsJoint(i - 1) && IsNumber(i - 2) && !used[i - 2])
                    Take(i - 2, currency, i - 1);
                Take(i, currency, i + 2);
            }
            else if (i + 1 < Tokens.Count && Lexicon.Cents.Contains(Tokens[i + 1].Text))
            {
                Prices.Add((Tokens[i].Value / 100, null));
                PricesAt.Add(i);
                used[i] = used[i + 1] = true;
            }
            else if (bare?.Contains(i) == true || IsRate(i + (IsPair(i) ? 2 : 1)))
                AddBare(i);
        }
    }

    // "Fourteen fifty" is one amount.
    private void AddBare(int at)
    {
        var isPair = IsPair(at);
        Prices.Add((isPair ? Tokens[at].Value + Tokens[at + 1].Value / 100 : Tokens[at].Value, null));
        PricesAt.Add(at);
        Array.Fill(used, true, at, isPair ? 2 : 1);
    }

    // The amount at a place, with the cents behind it.
    private int Take(int at, string currency, int end)
    {
        var amount = Tokens[at].Value;
        Array.Fill(used, true, at, Math.Min(end, Tokens.Count) - at);
        var cents = end < Tokens.Count && Tokens[end].Text is "and" or "y" or "con" or "и" ? end + 1 : end;
        if (cents < Tokens.Count && Tokens[cents].IsWhole(1, 99) && (IsCents(cents + 1) || (cents == end && Tokens[cents].Value >= 10 && !IsCounted(cents + 1))))
        {
            amount += Tokens[cents].Value / 100;
            used[cents] = true;
            end = cents + (IsCents(cents + 1) ? 2 : 1);
        }

        Prices.Add((amount, currency));
        PricesAt.Add(at);
        return end;
    }

    private void ReadRest()
    {
        for (var i = 0; i < Tokens.Count; i++)
        {
            if (Tokens[i] is not { Kind: TokenKind.Number, IsOrdinal: false } || used[i])
                continue;
            var next = i + 1 < Tokens.Count ? Tokens[i + 1] : default;
            if (next.Kind == TokenKind.Percent || Lexicon.Percent.Contains(next.Text ?? "") || (next.Is("per") || next.Is("por")) && IsHundred(i + 2))
                Percents.Add(Tokens[i].Value);
            else if (!IsCounted(i + 1))
            {
                if (HasPriceContext)
                    AddBare(i);
                Numbers.Add(HasPriceContext ? Prices[^1].Amount : Tokens[i].Value);
                NumbersAt.Add(i);
            }
        }
    }

    // "one fifty nine", "fourteen fifty": two numbers, both in words.
    private bool IsPair(int at) => at + 1 < Tokens.Count && !used[at] && !used[at + 1] && Tokens[at] is { InWords: true } && Tokens[at].IsWhole(1, 99)
        && Tokens[at + 1] is { InWords: true } && Tokens[at + 1].IsWhole(10, 99) && !IsCounted(at + 2);

    // "thirty eight a night", "twenty two each"
    private bool IsRate(int at) => at < Tokens.Count && (Tokens[at].Text is "each" or "apiece"
        || (Tokens[at].Text is "a" or "an" or "per" && at + 1 < Tokens.Count && Lexicon.RateUnits.Contains(Tokens[at + 1].Text)));

    private bool IsHundred(int at) => at < Tokens.Count && Tokens[at].Text is "cent" or "ciento" or "100";

    private bool IsCents(int at) => at < Tokens.Count && Lexicon.Cents.Contains(Tokens[at].Text);

    private bool IsCounted(int at) => at < Tokens.Count && Lexicon.Counted.Contains(Tokens[at].Text);

    private bool IsJoint(int at) => at < Tokens.Count && Lexicon.Between.Contains(Tokens[at].Text);

    private bool IsNumber(int at) => at < Tokens.Count && Tokens[at] is { Kind: TokenKind.Number, IsOrdinal: false };

    private string? Currency(int at, bool signOnly = false) => at >= 0 && at < Tokens.Count && (Tokens[at].Kind == TokenKind.Money || !signOnly)
        && Lexicon.Money.TryGetValue(Tokens[at].Text, out var currency) && !IsWeight(at) ? currency : null;

    // "Dogs up to forty pounds": no money.
    private bool IsWeight(int at) => Tokens[at].Text is "pound" or "pounds" && at >= 2 && Tokens[at - 2].Text is "to" or "under" or "over" or "than" or "below" or "weigh" or "weighs" or "weighing";

    /// <summary>An amount as it is written down.</summary>
    public static string Write(decimal amount, string? currency) =>
        string.Create(CultureInfo.InvariantCulture, $"{amount:0.##}{(currency is null ? "" : " " + currency)}");
}
