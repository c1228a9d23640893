using System.Buffers;
using Parley.Conversation.Rag.Text;

namespace Parley.Conversation.Rag.Index;

/// <summary>A passage found by its words.</summary>
/// <param name="Passage">Its number in the index.</param>
/// <param name="Score">BM25 over the words of the question, each at its best meaning.</param>
/// <param name="Evidence">What its confidence is made of.</param>
internal readonly record struct Found(int Passage, float Score, Evidence Evidence);

/// <summary>One tenant's passages by their words. It does not change: a new version of the knowledge is a new index.</summary>
internal sealed class KnowledgeIndex
{
    /// <summary>Words of a question beyond this many are not told apart in the evidence.</summary>
    private const int MostTracked = 32;

    // Below this a word is not taken as said.
    private const float LeastQuality = 0.4f;

    private readonly Postings postings;
    private readonly QuestionReader questions;
    private readonly long termBytes;

    public KnowledgeIndex(
        IndexedPassage[] passages, Dictionary<string, int> terms, Vocabulary vocabulary, Postings postings, TextLanguage[] latin)
    {
        Passages = passages;
        this.postings = postings;
        var rarest = (float)Math.Log(1 + (passages.Length + 0.5) / 0.5);
        questions = new QuestionReader(terms, vocabulary, postings.Rarity, rarest, latin);
        termBytes = terms.Sum(t => 64L + 2 * t.Key.Length) + vocabulary.Bytes;
    }

    public IndexedPassage[] Passages { get; }

    /// <summary>About what it takes in memory, in bytes.</summary>
    public long Bytes => Passages.Sum(p => p.Bytes) + postings.Bytes + termBytes;

    /// <summary>The passages whose words fit best, best first, at most as many as <paramref name="found"/> holds; returns how many.</summary>
    public int Search(string text, string language, Span<Found> found)
    {
        if (Passages.Length == 0 || found.Length == 0)
            return 0;
        var words = questions.Read(text, language);
        if (words.Count == 0)
            return 0;

        var size = Passages.Length;
        var rented = ArrayPool<float>.Shared.Rent(4 * size);
        var tracked = ArrayPool<uint>.Shared.Rent(size);
        try
        {
            var sums = new Sums(rented.AsSpan(0, 4 * size), tracked.AsSpan(0, size), size);
            sums.Clear();
            for (var i = 0; i < words.Count; i++)
                Add(words[i], i < MostTracked ? 1u << i : 0, sums);
            return Best(words, sums, found);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
            ArrayPool<uint>.Shared.Return(tracked);
        }
    }

    private void Add(QuestionWord word, uint bit, Sums sums)
    {
        sums.Scores.Clear();
        sums.Qualities.Clear();
        foreach (var one in word.Alternatives)
        {
            var passages = postings.PassagesOf(one.Term);
            var weights = postings.WeightsOf(one.Term);
            // An everyday word ranks little, however rare it is here.
            var factor = one.Quality * one.Share * Math.Min(1, postings.Rarity[one.Term] <= 0 ? 1 : word.Weight / postings.Rarity[one.Term]);
            for (var i = 0; i < passages.Length; i++)
            {
                var at = passages[i];
                sums.Scores[at] = Math.Max(sums.Scores[at], factor * weights[i]);
                sums.Qualities[at] = Math.Max(sums.Qualities[at], one.Quality);
            }
        }

        for (var at = 0; at < sums.Scores.Length; at++)
        {
            var quality = sums.Qualities[at];
            if (quality == 0)
                continue;
            sums.Totals[at] += sums.Scores[at];
            sums.Covered[at] += quality * word.Weight;
            if (quality >= LeastQuality)
                sums.Tracked[at] |= bit;
        }
    }

    private static int Best(List<QuestionWord> words, Sums sums, Span<Found> found)
    {
        var count = 0;
        for (var at = 0; at < sums.Totals.Length; at++)
        {
            var score = sums.Totals[at];
            if (score <= 0 || (count == found.Length && score <= found[^1].Score))
                continue;
            count = Math.Min(count + 1, found.Length);
            var place = count - 1;
            for (; place > 0 && found[place - 1].Score < score; place--)
                found[place] = found[place - 1];
            found[place] = new Found(at, score, default);
        }

        var rival = count > 3 ? found[3].Score : 0;
        for (var i = 0; i < count; i++)
        {
            var at = found[i].Passage;
            found[i] = found[i] with { Evidence = Evidence.Of(words, sums.Covered[at], sums.Tracked[at], found[i].Score, rival) };
        }

        return count;
    }

    /// <summary>One number a passage, for each thing that is added up.</summary>
    private readonly ref struct Sums(Span<float> numbers, Span<uint> tracked, int size)
    {
        public readonly Span<float> Totals = numbers[..size];
        public readonly Span<float> Covered = numbers[size..(2 * size)];
        public readonly Span<float> Scores = numbers[(2 * size)..(3 * size)];
        public readonly Span<float> Qualities = numbers[(3 * size)..];
        public readonly Span<uint> Tracked = tracked;

        public void Clear()
        {
            Totals.Clear();
            Covered.Clear();
            Tracked.Clear();
        }
    }
}
