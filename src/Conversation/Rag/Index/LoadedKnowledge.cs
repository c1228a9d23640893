using Parley.Conversation.Rag.Catalogue;

namespace Parley.Conversation.Rag.Index;

/// <summary>One tenant's knowledge in memory. It never changes.</summary>
internal sealed record LoadedKnowledge(KnowledgeIndex Words, CatalogueIndex Catalogue, VectorIndex? Vectors)
{
    // Reciprocal rank fusion: G. V. Cormack et al., SIGIR 2009; 60 is their constant.
    private const double RankConstant = 60;
    private const int Deepest = 20;

    // Where the embeddings in common use part related from unrelated texts. Not calibrated on our questions: that needs the provider.
    private const double MeaningMiddle = 0.45;
    private const double MeaningSlope = 14;
    private const double MeaningTrust = 0.85;

    // Everything is near to a question in some order; what is farther than this is not related.
    private const float LeastCosine = 0.25f;

    public long Bytes => Words.Bytes + Catalogue.Bytes + (Vectors?.Bytes ?? 0);

    /// <summary>The passages that fit a question best.</summary>
    /// <param name="query">The question.</param>
    /// <param name="vector">Its embedding; empty for a search by words alone.</param>
    public KnowledgeAnswer Find(KnowledgeQuery query, ReadOnlySpan<float> vector)
    {
        var most = Math.Clamp(query.Most, 1, Deepest);
        Span<Found> byWords = stackalloc Found[Deepest];
        byWords = byWords[..Words.Search(query.Text, query.Language, byWords)];
        if (Vectors is null || vector.IsEmpty)
            return Answer(byWords[..Math.Min(most, byWords.Length)]);

        Span<Near> byMeaning = stackalloc Near[Deepest];
        byMeaning = byMeaning[..Vectors.Search(vector, byMeaning)];
        return Fuse(byWords, byMeaning, most);
    }

    private KnowledgeAnswer Answer(ReadOnlySpan<Found> found)
    {
        if (found.IsEmpty)
            return KnowledgeAnswer.Nothing;
        var passages = new Passage[found.Length];
        for (var i = 0; i < found.Length; i++)
            passages[i] = Told(found[i].Passage, found[i].Score, found[i].Evidence.Confidence);
        return new KnowledgeAnswer { Passages = passages, Confidence = passages[0].Confidence };
    }

    private KnowledgeAnswer Fuse(ReadOnlySpan<Found> byWords, ReadOnlySpan<Near> byMeaning, int most)
    {
        var fused = new Dictionary<int, (double Score, double Confidence)>();
        for (var rank = 0; rank < byWords.Length; rank++)
            fused[byWords[rank].Passage] = (1 / (RankConstant + rank + 1), byWords[rank].Evidence.Confidence);
        for (var rank = 0; rank < byMeaning.Length; rank++)
        {
            if (byMeaning[rank].Cosine < LeastCosine)
                break;
            var (score, confidence) = fused.GetValueOrDefault(byMeaning[rank].Passage);
            var meant = MeaningTrust / (1 + Math.Exp(-MeaningSlope * (byMeaning[rank].Cosine - MeaningMiddle)));
            fused[byMeaning[rank].Passage] = (score + 1 / (RankConstant + rank + 1), Math.Max(confidence, meant));
        }

        Passage[] passages = [.. fused.OrderByDescending(p => p.Value.Score).ThenByDescending(p => p.Value.Confidence).ThenBy(p => p.Key).Take(most)
            .Select(p => Told(p.Key, p.Value.Score, p.Value.Confidence))];
        return passages.Length == 0 ? KnowledgeAnswer.Nothing : new KnowledgeAnswer { Passages = passages, Confidence = passages[0].Confidence };
    }

    private Passage Told(int at, double score, double confidence)
    {
        var passage = Words.Passages[at];
        return new Passage(passage.Id, passage.Source, passage.Version, passage.Text, score, confidence);
    }
}
