using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Parley.Conversation.Rag.Text;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>
/// The words of statements about a business, from <c>facts.txt</c>, and what a text is about: stems of the words that say something, together with the
/// groups of words that mean the same. Narrower than the concepts that documents are found by: there a question about cats may find what is said of dogs.
/// </summary>
internal static partial class FactWords
{
    /// <summary>The term of what costs nothing.</summary>
    public const string Free = "\u2248free";

    private const char GroupMark = '\u2248';

    private static readonly FrozenDictionary<string, FrozenSet<string>> Sets;
    private static readonly FrozenDictionary<string, string> Groups;

    static FactWords()
    {
        using var stream = typeof(FactWords).Assembly.GetManifestResourceStream("Parley.Conversation.Agents.Grounding.facts.txt")!;
        using var reader = new StreamReader(stream);
        var sets = new Dictionary<string, FrozenSet<string>>(StringComparer.Ordinal);
        var groups = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (line.StartsWith('#') || colon < 0)
                continue;
            var words = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (line[..colon] != "group")
                sets.Add(line[..colon], words.ToFrozenSet(StringComparer.Ordinal));
            foreach (var word in line[..colon] == "group" ? words : [])
                groups.TryAdd(word, GroupMark + words[0]);
        }

        (Sets, Groups) = (sets.ToFrozenDictionary(StringComparer.Ordinal), groups.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>Whether a word, folded, is in one of these sets.</summary>
    public static bool Is(string word, params ReadOnlySpan<string> sets)
    {
        foreach (var set in sets)
        {
            if (Sets[set].Contains(word))
                return true;
        }

        return false;
    }

    /// <summary>The words of a text in order, folded: "Wi-Fi" is one.</summary>
    public static List<string> Split(string text) => [.. Word.Split(ShortHyphen().Replace(Same(text), "$1")).Select(static w => w.Text)];

    /// <summary>A text's language, by its script and smallest words.</summary>
    public static TextLanguage LanguageOf(string text)
    {
        var words = Word.Split(text);
        var other = words.GroupBy(static w => TextLanguages.Of(w.Text, TextLanguage.English)).OrderByDescending(static g => g.Count()).FirstOrDefault()?.Key;
        return other is TextLanguage.Russian or TextLanguage.Hebrew ? other.Value : TextLanguages.LatinOf(words, TextLanguage.English);
    }

    /// <summary>What a word stands for: its group, or its stem; null for a word that says nothing about a subject.</summary>
    public static string? Term(string word, TextLanguage language)
    {
        if (Groups.TryGetValue(word, out var group))
            return group;
        language = TextLanguages.Of(word, language);
        if (char.IsAsciiDigit(word[0]) || Is(word, "idle", "preposition", "deny", "be") || NumberLexicon.Of(word) >= 0 || Lexicon.Money.ContainsKey(word) || Rag.Text.Lexicon.Of(language).IsStop(word))
            return null;
        var stem = Stemmer.Stem(word, language);
        return Rag.Text.Lexicon.Of(language).IsCommon(stem) || stem.Length < 2 ? null : stem;
    }

    /// <summary>The name of something that has a price: its group or stem, whatever it says; null for the smallest words.</summary>
    public static string? Name(string word, TextLanguage language)
    {
        if (Split(word) is not [var folded] || Is(folded, "preposition", "deny", "be"))
            return null;
        if (Groups.TryGetValue(folded, out var group))
            return group;
        language = TextLanguages.Of(folded, language);
        return Rag.Text.Lexicon.Of(language).IsStop(folded) ? null : Stemmer.Stem(folded, language);
    }

    /// <summary>Whether a term is the same in all languages.</summary>
    public static bool IsGroup(string term) => term[0] == GroupMark;

    /// <summary>All terms of words, in their order.</summary>
    public static HashSet<string> Terms(IReadOnlyList<string> words, TextLanguage language) => [.. words.Select(word => Term(word, language)).OfType<string>(), .. Compounds(words)];

    /// <summary>What two words name together that say nothing by themselves: a "house call" is neither a house nor a call.</summary>
    public static IEnumerable<string> Compounds(IReadOnlyList<string> words)
    {
        for (var i = 1; i < words.Count; i++)
        {
            if (IsCompound(words, i))
                yield return words[i - 1] + " " + words[i].TrimEnd('s');
        }
    }

    /// <summary>Whether a word belongs to the one before it.</summary>
    public static bool IsCompound(IReadOnlyList<string> words, int at) => at > 0 && Is(words[at], "call") && Is(words[at - 1], "attribute");

    // One way to say that something costs nothing; and what is free of gluten is not.
    private static string Same(string text) => Nothing().Replace(FreeOf().Replace(text, "$1"), "free");

    [GeneratedRegex(@"\b(on the house|free of charge|(at )?no (extra |additional )?(charge|cost)|without (a|any|extra|additional) (charge|cost|fee)|sin (cargo|costo|coste)|без доплаты|ללא תשלום)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Nothing();

    [GeneratedRegex(@"\b(gluten|sugar|dairy|lactose|alcohol|smoke|nut|barrier|step|toll|duty|feel)[ -]free\b(?! of charge)", RegexOptions.IgnoreCase)]
    private static partial Regex FreeOf();

    [GeneratedRegex(@"\b(\p{L}{1,2})-(?=\p{L})")]
    private static partial Regex ShortHyphen();
}
