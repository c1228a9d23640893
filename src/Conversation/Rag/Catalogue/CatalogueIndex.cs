using System.Collections.Frozen;
using System.Globalization;
using Parley.Conversation.Rag.Index;
using Parley.Conversation.Rag.Text;

namespace Parley.Conversation.Rag.Catalogue;

/// <summary>One tenant's catalogue by the words of its products. It does not change.</summary>
internal sealed class CatalogueIndex
{
    private const float LeastQuality = 0.5f;
    // The least part of what was said that a product must have, and how far behind the best others may be.
    private const double LeastFit = 0.5;
    private const double NearBest = 0.9;
    private const double KindWeight = 2;

    // Said in shops of anything.
    private static readonly FrozenSet<string> Talk = FrozenSet.Create(
        "sale", "pair", "pairs", "shoe", "shoes", "sneaker", "sneakers", "trainers", "son", "daughter", "wife", "husband", "kid", "kids", "inside", "size", "sized", "sizes");

    private readonly Shelf[] shelves;
    private readonly Vocabulary names = new();
    private readonly Vocabulary variants = new();
    private readonly Dictionary<string, int> terms = new(StringComparer.Ordinal);
    private readonly int[][] shelvesOf;     // by term: where it is part of the name
    private readonly HashSet<string> sizes;
    private readonly HeardNames heard;
    private readonly HeardNumbers numbers;

    public CatalogueIndex(IReadOnlyList<CatalogueItem> items)
    {
        shelves = [.. items.Select((item, order) => new Ware(item, order, item.Size is null ? null : SpokenNumbers.Size(item.Size), TermsOf(item.Variant, variants)))
            .GroupBy(ware => ware.Item.Product, StringComparer.OrdinalIgnoreCase)
            .Select(group => new Shelf([.. TermsOf(group.Key, names)], [.. group], [.. group.SelectMany(static ware => ware.Variant)]))];
        heard = new HeardNames(names, variants, shelves.Select(static shelf => shelf.Wares[0].Item.Product));
        numbers = new HeardNumbers(heard.Follows, word => Colours.IsOne(word) || NearVariants(word, TextLanguage.English).Count > 0);
        sizes = [.. shelves.SelectMany(s => s.Wares).Select(w => w.Size).OfType<string>()];
        var places = shelves.SelectMany(static (shelf, at) => shelf.Terms.Select(term => (term, at))).ToLookup(static p => p.term, static p => p.at);
        shelvesOf = [.. Enumerable.Range(0, terms.Count).Select(term => places[term].ToArray())];
        Bytes = names.Bytes + variants.Bytes + items.Sum(i => 200L + 2 * (i.Product.Length + (i.Variant?.Length ?? 0)));
    }

    /// <summary>About what it takes in memory, in bytes.</summary>
    public long Bytes { get; }

    public IReadOnlyList<CatalogueItem> Find(CatalogueQuery query)
    {
        if (shelves.Length == 0)
            return [];
        var most = Math.Clamp(query.Most, 1, 50);
        var language = TextLanguages.Of(query.Language) == TextLanguage.Spanish ? TextLanguage.Spanish : TextLanguage.English;
        var said = SpokenNumbers.Words(query.Text);
        heard.Respell(said, language);
        if (language == TextLanguage.English)
            numbers.Mend(said);
        var words = SpokenNumbers.Read(said, number => names.TryFind(number, out _));
        var size = query.Size is { Length: > 0 } given ? language == TextLanguage.English ? numbers.Size(given) : SpokenNumbers.Size(given) : TakeSize(words);
        var asked = query.Variant is { Length: > 0 } variant ? VariantOf(SpokenNumbers.Read(variant, static _ => false), language, all: true) : null;
        var meant = words.ConvertAll(word => MeaningOf(word, language));
        var isGiven = asked is not null;
        asked ??= VariantOf(words.Where((_, i) => meant[i].Count == 0), language, all: false);
        // What sounds like a variant is one only of the products that have it: "bread" of those in Bred.
        var near = words.Select((word, i) => isGiven || meant[i].Count > 0 || word.IsNumber ? [] : NearVariants(word.Text, language)).ToList();
        var kinds = new Alternative[words.Count];

        var best = new List<(Shelf Shelf, double Fit, string? Size, HashSet<int>? Asked)>();
        // Only what shares a word with what was said can be meant.
        foreach (var at in meant.SelectMany(static word => word).SelectMany(one => shelvesOf[one.Term]).Distinct())
        {
            var shelf = shelves[at];
            for (var i = 0; i < kinds.Length; i++)
                kinds[i] = BestOf(near[i], shelf);
            var (fit, leftOver) = Fit(shelf, words, meant, kinds, asked, size is null);
            if (fit < LeastFit)
                continue;
            var wanted = asked;
            foreach (var kind in kinds)
            {
                if (kind.Quality > 0)
                    wanted = [.. wanted ?? [], kind.Term];
            }

            best.Add((shelf, fit, size ?? leftOver, wanted));
        }

        if (best.Count == 0)
            return [];
        var top = best.Max(b => b.Fit);
        var found = best.Where(b => b.Fit >= top * NearBest).OrderByDescending(b => b.Fit)
            .SelectMany(b => b.Shelf.Wares.Select(ware => Judge(ware, b.Size, b.Asked, b.Fit))).ToList();
        var ordered = found.Exists(static f => f.IsExact)
            ? found.Where(static f => f.IsExact).OrderByDescending(static f => f.Fit)
            : found.OrderByDescending(static f => f.Fit).ThenBy(static f => f.Distance);
        return [.. ordered.ThenBy(static f => f.Ware.Item.Stock is 0).ThenBy(static f => f.Ware.Order).Take(most).Select(static f => f.Ware.Item with { Exact = f.IsExact })];
    }

    private static Alternative BestOf(List<Alternative> near, Shelf shelf)
    {
        Alternative best = default;
        foreach (var one in near)
        {
            if (one.Quality > best.Quality && shelf.Variants.Contains(one.Term))
                best = one;
        }

        return best;
    }

    private static (Ware Ware, bool IsExact, double Fit, double Distance) Judge(Ware ware, string? size, HashSet<int>? asked, double fit)
    {
        var rightVariant = asked is null || asked.IsSubsetOf(ware.Variant);
        var rightSize = size is null || ware.Size == size;
        var distance = (rightVariant ? 0 : 1)
            + (rightSize || size is null ? 0
                : Number(size) is { } wanted && Number(ware.Size) is { } has ? Math.Min(0.9, Math.Abs(wanted - has) / 10) : 0.9);
        return (ware, rightVariant && rightSize, fit, distance);

        static double? Number(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>How much of what was said is this product, and the number that is left over, which is a size.</summary>
    private (double Fit, string? LeftOver) Fit(
        Shelf shelf, List<SpokenWord> words, List<List<Alternative>> meant, Alternative[] kinds, HashSet<int>? asked, bool wantsSize)
    {
        var (has, all, named) = (0.0, 0.0, false);
        string? leftOver = null;
        var pending = 0.0;
        for (var i = 0; i < words.Count; i++)
        {
            var (quality, weight) = (0f, 0.0);
            foreach (var one in meant[i])
            {
                weight = Math.Max(weight, WeightOf(one.Term));
                if (shelf.Terms.Contains(one.Term))
                    quality = Math.Max(quality, one.Quality);
            }

            if (quality == 0 && words[i].IsNumber)
            {
                // The last number that is no part of the name; an earlier one belonged to another name.
                all += pending;
                (leftOver, pending) = wantsSize ? (words[i].Text, weight) : (null, 0);
                all += wantsSize ? 0 : weight;
                continue;
            }

            // Its variant speaks for a product as its name does.
            if (weight == 0 && kinds[i].Quality > 0)
                (quality, weight) = (kinds[i].Quality, KindWeight);
            else if (weight == 0)
                weight = IsTelling(words[i].Text, asked) ? WeightOf(-1) : 0;
            else
                named |= quality >= LeastQuality && IsName(words[i]);
            all += weight;
            has += weight * quality;
        }

        return named && all > 0 ? (has / all, leftOver) : (0, null);
    }

    // "One" and "ten" are said of anything; a "ninety seven" that is no size is a name.
    private bool IsName(SpokenWord word) => !word.IsNumber || (word.Text.Length > 1 && !sizes.Contains(word.Text));

    private double WeightOf(int term) => Math.Log(1 + (shelves.Length + 0.5) / ((term < 0 ? 0 : shelvesOf[term].Length) + 0.5));

    // A word that is in no name speaks against every product, unless it is everyday talk or the variant.
    private bool IsTelling(string word, HashSet<int>? asked)
    {
        var language = TextLanguages.Of(word, TextLanguage.English);
        var stem = Stemmer.Stem(word, language);
        return !char.IsAsciiDigit(word[0]) && !Talk.Contains(word) && !TextLanguages.All.Any(l => Lexicon.Of(l).IsStop(word)) && !Lexicon.Of(language).IsCommon(stem)
            && Lexicon.Of(language).ConceptsOf(stem).IsEmpty && !(asked is not null && (Colours.IsOne(word) || variants.TryFind(Colours.Plain(word), out _))) && word.Length > 1;
    }

    private List<Alternative> MeaningOf(SpokenWord word, TextLanguage latin)
    {
        var meant = new List<Alternative>();
        var language = TextLanguages.Of(word.Text, latin);
        if (names.TryFind(word.Text, out var term))
            meant.Add(new Alternative(term, 1));
        else if (names.TryFind(Stemmer.Stem(word.Text, language), out term))
            meant.Add(new Alternative(term, 0.95f));
        else if (!word.IsNumber && !Lexicon.Of(language).IsStop(word.Text) && !variants.TryFind(word.Text, out _))
        {
            names.AddSameSound(word.Text, language, leastSounds: 2, meant);
            if (!Lexicon.Of(language).IsCommon(Stemmer.Stem(word.Text, language)))
                names.AddAlike(word.Text, language, 0, meant);
        }

        return meant;
    }

    /// <summary>The terms of the variant that was named; null when none was. A colour that is nowhere in the catalogue is a term nothing has.</summary>
    private HashSet<int>? VariantOf(IEnumerable<SpokenWord> words, TextLanguage latin, bool all)
    {
        var found = new HashSet<int>();
        foreach (var word in words)
        {
            var plain = Colours.Plain(word.Text);
            if (variants.TryFind(plain, out var term))
                found.Add(term);
            else if (Colours.IsOne(plain))
                found.Add(-1);
            else if (all && !Lexicon.Of(latin).IsStop(word.Text))
            {
                var near = new List<Alternative>();
                variants.AddSameSound(plain, latin, leastSounds: 2, near);
                variants.AddAlike(plain, latin, 0, near);
                found.Add(near.Count == 0 ? -1 : near.MaxBy(a => a.Quality).Term);
            }
        }

        return found.Count == 0 ? null : found;
    }

    /// <summary>The variants that a word sounds like; a variant as it is written is one too.</summary>
    private List<Alternative> NearVariants(string word, TextLanguage latin)
    {
        var found = new List<Alternative>();
        var language = TextLanguages.Of(word, latin);
        if (variants.TryFind(Colours.Plain(word), out var term))
        {
            found.Add(new Alternative(term, 1));
            return found;
        }

        if (Colours.IsOne(word) || SpokenNumbers.IsNumber(word) || Lexicon.Of(language).IsStop(word) || Lexicon.Of(language).IsCommon(Stemmer.Stem(word, language)))
            return found;
        variants.AddSameSound(word, language, leastSounds: 2, found);
        variants.AddAlike(word, language, 0, found);
        found.RemoveAll(static one => one.Quality < LeastQuality);
        return found;
    }

    /// <summary>Takes a size that is said as one out of the words: "size ten", "in a medium", "10.5".</summary>
    private string? TakeSize(List<SpokenWord> words)
    {
        var texts = words.ConvertAll(w => w.Text);
        for (var i = 0; i < words.Count; i++)
        {
            if (texts[i] is "size" or "sized" or "sizes" or "talla" or "numero" or "размер" or "размера" or "מידה")
            {
                var at = i + 1;
                while (at < words.Count && texts[at] is "a" or "an" or "the" or "us" or "is")
                    at++;
                if (at < words.Count && SpokenNumbers.Letters(texts, at, out var length) is { } letters)
                    return Take(words, i, at + length - i, letters);
                if (at < words.Count && words[at].IsNumber)
                    return Take(words, i, at + 1 - i, texts[at]);
                return Take(words, i, 1, null);
            }

            if (words[i].IsHalved)
                return Take(words, i, 1, texts[i]);
            if (SpokenNumbers.Letters(texts, i, out var count) is { } size && (sizes.Contains(size) && texts[i].Length > 1 || sizes.Contains(size) && i == words.Count - 1))
                return Take(words, i, count, size);
        }

        return null;

        static string? Take(List<SpokenWord> words, int at, int count, string? size)
        {
            words.RemoveRange(at, count);
            return size;
        }
    }

    private HashSet<int> TermsOf(string? text, Vocabulary vocabulary)
    {
        var found = new HashSet<int>();
        foreach (var word in SpokenNumbers.Read(text ?? "", static _ => false))
        {
            var plain = ReferenceEquals(vocabulary, variants) ? Colours.Plain(word.Text) : word.Text;
            if (!terms.TryGetValue(plain, out var term))
                terms[plain] = term = terms.Count;
            found.Add(term);
            var language = TextLanguages.Of(plain, TextLanguage.English);
            vocabulary.Add(plain, term, language);
            vocabulary.Add(Stemmer.Stem(plain, language), term, language);
        }

        return found;
    }

    private sealed record Shelf(HashSet<int> Terms, Ware[] Wares, HashSet<int> Variants);

    private sealed record Ware(CatalogueItem Item, int Order, string? Size, HashSet<int> Variant);
}

/// <summary>Names of colours, in one language.</summary>
internal static class Colours
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["black"] = "black", ["negro"] = "black", ["negra"] = "black", ["черный"] = "black", ["черные"] = "black", ["שחור"] = "black", ["שחורות"] = "black",
        ["white"] = "white", ["blanco"] = "white", ["blanca"] = "white", ["белый"] = "white", ["белые"] = "white", ["לבן"] = "white", ["לבנות"] = "white",
        ["grey"] = "grey", ["gray"] = "grey", ["gris"] = "grey", ["серый"] = "grey", ["серые"] = "grey", ["אפור"] = "grey",
        ["red"] = "red", ["rojo"] = "red", ["roja"] = "red", ["красный"] = "red", ["красные"] = "red", ["אדום"] = "red",
        ["blue"] = "blue", ["azul"] = "blue", ["синий"] = "blue", ["синие"] = "blue", ["כחול"] = "blue",
        ["green"] = "green", ["verde"] = "green", ["зеленый"] = "green", ["зеленые"] = "green", ["ירוק"] = "green",
        ["yellow"] = "yellow", ["amarillo"] = "yellow", ["желтый"] = "yellow", ["צהוב"] = "yellow",
        ["pink"] = "pink", ["rosa"] = "pink", ["розовый"] = "pink", ["ורוד"] = "pink", ["brown"] = "brown", ["marron"] = "brown", ["коричневый"] = "brown",
        ["purple"] = "purple", ["orange"] = "orange", ["beige"] = "beige", ["silver"] = "silver", ["gold"] = "gold",
    };

    /// <summary>A colour's English name; any other word as it is.</summary>
    public static string Plain(string word) => Names.GetValueOrDefault(word, word);

    public static bool IsOne(string word) => Names.ContainsKey(word);
}
