using System.Collections.Frozen;

namespace Parley.Conversation.Rag.Text;

/// <summary>
/// What is known about a language's words beforehand: which say nothing about a question's subject (stop words), which say little (common
/// words), and which mean the same in a receptionist's world (concepts, shared between languages). One file a language in <c>Words</c>.
/// </summary>
internal sealed class Lexicon
{
    /// <summary>Words in the longest phrase of a concept.</summary>
    public const int LongestPhrase = 3;

    private static readonly Lexicon[] Languages = [.. TextLanguages.All.Select(Read)];

    private readonly FrozenSet<string> stop;
    private readonly FrozenSet<string> common;
    private readonly FrozenDictionary<string, string[]> concepts;

    private Lexicon(HashSet<string> stop, HashSet<string> common, Dictionary<string, List<string>> concepts)
    {
        this.stop = stop.ToFrozenSet(StringComparer.Ordinal);
        this.common = common.ToFrozenSet(StringComparer.Ordinal);
        this.concepts = concepts.ToFrozenDictionary(c => c.Key, c => c.Value.ToArray(), StringComparer.Ordinal);
    }

    public static Lexicon Of(TextLanguage language) => Languages[(int)language];

    /// <summary>Whether a word, as it is written, says nothing about a subject.</summary>
    public bool IsStop(string word) => stop.Contains(word);

    /// <summary>Whether a stem is of everyday talk, so that its absence from a text tells little.</summary>
    public bool IsCommon(string stem) => common.Contains(stem);

    /// <summary>The concepts of a stem, or of several joined by <c>_</c>; empty for most.</summary>
    public ReadOnlySpan<string> ConceptsOf(string stems) => concepts.TryGetValue(stems, out var found) ? found : [];

    /// <summary>The term that stands for a concept in an index: no word looks like it.</summary>
    public static string Term(string concept) => "\u2248" + concept;

    private static Lexicon Read(TextLanguage language)
    {
        var name = language switch
        {
            TextLanguage.Spanish => "es",
            TextLanguage.Russian => "ru",
            TextLanguage.Hebrew => "he",
            _ => "en",
        };
        using var stream = typeof(Lexicon).Assembly.GetManifestResourceStream($"Parley.Conversation.Rag.Words.{name}.txt")!;
        using var reader = new StreamReader(stream);
        var (stop, common) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var concepts = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (line.StartsWith('#') || colon < 0)
                continue;
            var words = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            switch (line[..colon])
            {
                case "stop":
                    // As the words of a text are: "don't" is read as one word.
                    stop.UnionWith(words.Select(w => w.Replace("'", "", StringComparison.Ordinal)));
                    break;
                case "common":
                    common.UnionWith(words.Select(w => Stemmer.Stem(w, language)));
                    break;
                case var concept:
                    foreach (var word in words)
                    {
                        var stems = string.Join('_', word.Split('_').Select(w => Stemmer.Stem(w, language)));
                        if (!concepts.TryGetValue(stems, out var known))
                            concepts[stems] = known = [];
                        var term = Term(concept);
                        if (!known.Contains(term))
                            known.Add(term);
                    }

                    break;
            }
        }

        return new Lexicon(stop, common, concepts);
    }
}
