using Parley.Conversation.Rag.Index;
using Parley.Conversation.Rag.Text;

namespace Parley.Conversation.Rag.Catalogue;

/// <summary>Which words stand side by side in names, and names that a recogniser ran together: "aramex" for "air max".</summary>
internal sealed class HeardNames
{
    private const float LeastQuality = 0.7f;

    // A long word that is none may be two letters away: "dumplow" for "dunk low".
    private const int LongEnough = 7;
    private const double LeastAlike = 0.7;

    private readonly Vocabulary names;
    private readonly Vocabulary variants;
    private readonly Vocabulary joined = new();
    private readonly List<(string First, string Second)> pairs = [];
    private readonly Dictionary<char, List<int>> byLetter = [];
    private readonly HashSet<(string First, string Second)> neighbours = [];

    public HeardNames(Vocabulary names, Vocabulary variants, IEnumerable<string> products)
    {
        (this.names, this.variants) = (names, variants);
        foreach (var product in products)
        {
            List<string> words = SpokenNumbers.Read(product, static _ => false).ConvertAll(static w => w.Text);
            for (var i = 0; i + 1 < words.Count; i++)
            {
                if (!neighbours.Add((words[i], words[i + 1])) || char.IsAsciiDigit(words[i][0]) || char.IsAsciiDigit(words[i + 1][0]))
                    continue;
                if (!byLetter.TryGetValue(words[i][0], out var same))
                    byLetter[words[i][0]] = same = [];
                same.Add(pairs.Count);
                joined.Add(words[i] + words[i + 1], pairs.Count, TextLanguages.Of(words[i], TextLanguage.English));
                pairs.Add((words[i], words[i + 1]));
            }
        }
    }

    /// <summary>Whether a name has the second word right behind the first, which may be in the plural.</summary>
    public bool Follows(string first, string second) =>
        neighbours.Contains((first, second)) || (first.Length > 3 && first[^1] == 's' && neighbours.Contains((first[..^1], second)));

    /// <summary>Writes words as the names do that they sound like.</summary>
    /// <param name="words">The words as they were heard; they are changed.</param>
    /// <param name="latin">The language of words in Latin letters.</param>
    public void Respell(List<string> words, TextLanguage latin)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (!IsStrange(words[i], latin))
                continue;
            if (Nearest(words[i], latin) is >= 0 and var pair)
            {
                (words[i], var second) = pairs[pair];
                words.Insert(++i, second);
            }
        }
    }

    // Neither a name nor a variant, nor everyday talk.
    private bool IsStrange(string word, TextLanguage latin)
    {
        var language = TextLanguages.Of(word, latin);
        var stem = Stemmer.Stem(word, language);
        return word.Length > 3 && !char.IsAsciiDigit(word[0]) && !names.TryFind(word, out _) && !names.TryFind(stem, out _) && !variants.TryFind(word, out _)
            && !Lexicon.Of(language).IsStop(word) && !Lexicon.Of(language).IsCommon(stem);
    }

    private int Nearest(string word, TextLanguage latin)
    {
        if (joined.TryFind(word, out var pair))
            return pair;
        var found = new List<Alternative>();
        joined.AddSameSound(word, TextLanguages.Of(word, latin), leastSounds: 3, found);
        var best = found.DefaultIfEmpty().MaxBy(static one => one.Quality);
        if (best.Quality >= LeastQuality)
            return best.Term;
        var (nearest, most) = (-1, LeastAlike);
        foreach (var at in word.Length >= LongEnough && byLetter.TryGetValue(word[0], out var same) ? same : [])
        {
            var alike = Likeness.Of(pairs[at].First + pairs[at].Second, word);
            if (alike >= most)
                (nearest, most) = (at, alike);
        }

        return nearest;
    }
}
