using Parley.Conversation.Rag.Text;

namespace Parley.Conversation.Rag.Index;

/// <summary>Counts the words of passages and makes an index of them.</summary>
internal sealed class IndexBuilder
{
    // Okapi BM25 with a weaker length norm than usual: passages are cut to about the same length.
    private const double K1 = 1.2;
    private const double B = 0.4;
    private const float HeadingWeight = 1.5f;

    private readonly Dictionary<string, int> terms = new(StringComparer.Ordinal);
    private readonly List<List<Posting>> postings = [];
    private readonly Vocabulary vocabulary = new();
    private readonly Dictionary<int, float> counts = [];
    private readonly List<float> lengths = [];
    private readonly bool[] latin = new bool[2];

    public static KnowledgeIndex Build(IReadOnlyList<IndexedPassage> passages, string language)
    {
        var builder = new IndexBuilder();
        var otherwise = TextLanguages.Of(language) == TextLanguage.Spanish ? TextLanguage.Spanish : TextLanguage.English;
        foreach (var passage in passages)
            builder.Add(passage, otherwise);
        return builder.Finish([.. passages], otherwise);
    }

    private void Add(IndexedPassage passage, TextLanguage otherwise)
    {
        counts.Clear();
        var heading = passage.Heading is null ? [] : Word.Split(passage.Heading);
        var body = Word.Split(passage.Body);
        var keywords = Word.Split(passage.Keywords);
        var spoken = TextLanguages.LatinOf([.. heading, .. body], otherwise);
        latin[(int)spoken] = true;
        var length = Count(heading, spoken, HeadingWeight) + Count(body, spoken, 1) + Count(keywords, spoken, 1);
        foreach (var (term, count) in counts)
            postings[term].Add(new Posting(lengths.Count, count));
        lengths.Add(length);
    }

    private float Count(List<Word> words, TextLanguage spoken, float weight)
    {
        var stems = new string[words.Count];
        var length = 0f;
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            var language = TextLanguages.Of(word.Text, spoken);
            stems[i] = Stemmer.Stem(word.Text, language);
            if (word.IsMoney)
                Once(Lexicon.Term("price"));
            for (var from = i; from >= 0 && from > i - Lexicon.LongestPhrase; from--)
            {
                foreach (var concept in Lexicon.Of(language).ConceptsOf(from == i ? stems[i] : string.Join('_', stems[from..(i + 1)])))
                    Once(concept);
            }

            if (Lexicon.Of(language).IsStop(word.Text))
                continue;
            var term = Term(stems[i]);
            counts[term] = counts.GetValueOrDefault(term) + weight;
            vocabulary.Add(word.Text, term, language);
            if (stems[i] != word.Text)
                vocabulary.Add(stems[i], term, language);
            length += 1;
            // "Check-in" is also found as "checkin".
            if (word.Hyphened && i > 0)
            {
                var joined = words[i - 1].Text + word.Text;
                var whole = Term(Stemmer.Stem(joined, language));
                counts[whole] = counts.GetValueOrDefault(whole) + weight;
                vocabulary.Add(joined, whole, language);
            }
        }

        return length;
    }

    private void Once(string concept) => counts.TryAdd(Term(concept), 1);

    private int Term(string text)
    {
        if (!terms.TryGetValue(text, out var id))
        {
            terms[text] = id = postings.Count;
            postings.Add([]);
        }

        return id;
    }

    private KnowledgeIndex Finish(IndexedPassage[] passages, TextLanguage otherwise)
    {
        var average = lengths.Count == 0 ? 1 : Math.Max(1, lengths.Average());
        var starts = new int[postings.Count + 1];
        var rarity = new float[postings.Count];
        var documents = new int[postings.Sum(p => p.Count)];
        var weights = new float[documents.Length];
        var at = 0;
        for (var term = 0; term < postings.Count; term++)
        {
            starts[term] = at;
            var idf = Math.Log(1 + (passages.Length - postings[term].Count + 0.5) / (postings[term].Count + 0.5));
            rarity[term] = (float)idf;
            foreach (var (passage, count) in postings[term])
            {
                documents[at] = passage;
                weights[at++] = (float)(idf * count * (K1 + 1) / (count + K1 * (1 - B + B * lengths[passage] / average)));
            }
        }

        starts[^1] = at;
        TextLanguage[] spoken = latin[0] && latin[1] ? [TextLanguage.English, TextLanguage.Spanish]
            : latin[1] ? [TextLanguage.Spanish] : latin[0] ? [TextLanguage.English] : [otherwise];
        return new KnowledgeIndex(passages, terms, vocabulary, new Postings(starts, documents, weights, rarity), spoken);
    }

    private readonly record struct Posting(int Passage, float Count);
}
