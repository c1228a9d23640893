using System.Globalization;
using Parley.Conversation.Rag.Text;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>The facts in a text, for both sides of the check: what is about to be said, and what is known.</summary>
internal sealed class TextReading
{
    private readonly bool[] used;
    private TextLanguage? language;
    private IReadOnlyList<SpokenLength>? lengths;

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
        var money = new PriceReader(Tokens, used);
        money.ReadAmounts(pricesAt);
        (Prices, PricesAt) = (money.Prices, money.PricesAt);
        foreach (var time in TimeReader.Read(Tokens, used, bareTimes))
        {
            Times.Add(time.Clock);
            TimesAt.Add(time.At);
        }

        ReadRest(money);
        IsFree = HasPhrase("free of charge", "no charge", "without a charge", "without charge", "without any charge", "for free", "at no cost", "costs nothing", "is free", "are free", "free parking") || Has(Lexicon.Free);
    }

    /// <summary>The text in pieces.</summary>
    public IReadOnlyList<SpokenToken> Tokens { get; }

    /// <summary>The language it is in.</summary>
    public TextLanguage Language => language ??= FactWords.LanguageOf(string.Join(' ', Tokens.Select(static t => t.Text)));

    /// <summary>The words and numbers with single spaces, also at both ends.</summary>
    public string Canonical { get; }

    /// <summary>Amounts of money, with their currency as far as it was said.</summary>
    public IReadOnlyList<(decimal Amount, string? Currency)> Prices { get; }

    /// <summary>Where the amounts stand among the pieces.</summary>
    public IReadOnlyList<int> PricesAt { get; }

    /// <summary>Hundredths.</summary>
    public List<decimal> Percents { get; } = [];

    /// <summary>Times of day.</summary>
    public List<ClockReading> Times { get; } = [];

    /// <summary>Where they stand among the pieces.</summary>
    public List<int> TimesAt { get; } = [];

    /// <summary>Lengths of time.</summary>
    public IReadOnlyList<SpokenLength> Lengths => lengths ??= LengthReader.Read(Tokens);

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

    private void ReadRest(PriceReader money)
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
                Numbers.Add(HasPriceContext ? money.AddBare(i) : Tokens[i].Value);
                NumbersAt.Add(i);
            }
        }
    }

    private bool IsHundred(int at) => at < Tokens.Count && Tokens[at].Text is "cent" or "ciento" or "100";

    private bool IsCounted(int at) => at < Tokens.Count && Lexicon.Counted.Contains(Tokens[at].Text);

    /// <summary>An amount as it is written down.</summary>
    public static string Write(decimal amount, string? currency) =>
        string.Create(CultureInfo.InvariantCulture, $"{amount:0.##}{(currency is null ? "" : " " + currency)}");
}
