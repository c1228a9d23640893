using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Llm;
using Parley.Conversation.Providers;
using Parley.Conversation.Rag.Index;

namespace Parley.Conversation.Rag;

/// <summary>Embeddings of passages, kept in the store, and of questions, kept for a while in memory.</summary>
internal sealed class KnowledgeEmbedding(IEmbedder embedder, IKnowledgeStore store, KnowledgeOptions options, TimeProvider time, ILogger logger)
{
    private const int MostQuestions = 500;

    private readonly ConcurrentDictionary<string, ReadOnlyMemory<float>> questions = new(StringComparer.Ordinal);

    /// <summary>The vectors of all passages, of which those that are missing are made and kept; null when they cannot be had now.</summary>
    public async Task<VectorIndex?> PassagesAsync(
        Guid tenantId, IndexedPassage[] passages, IReadOnlyDictionary<Guid, ReadOnlyMemory<float>> known, CancellationToken cancellationToken)
    {
        try
        {
            var missing = passages.Where(p => !known.ContainsKey(p.Id)).ToList();
            IReadOnlyList<ReadOnlyMemory<float>> made = missing.Count == 0
                ? []
                : await embedder.EmbedAsync([.. missing.Select(p => p.Text)], meter: null, cancellationToken);
            var vectors = new Dictionary<Guid, ReadOnlyMemory<float>>(known);
            for (var i = 0; i < missing.Count; i++)
                vectors[missing[i].Id] = made[i];
            var kept = missing.Where(p => p.IsStored).Select(p => new PassageVector(p.Id, vectors[p.Id])).ToList();
            if (kept.Count > 0)
                await store.SaveVectorsAsync(tenantId, embedder.Model, kept, cancellationToken);
            return VectorIndex.Of(embedder.Model, [.. passages.Select(p => vectors[p.Id])]);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is, the provider or the database: words are enough to go on.
            KnowledgeLog.NotEmbedded(logger, tenantId, e.Message);
            return null;
        }
    }

    /// <summary>The vectors that were kept with the model in use.</summary>
    public Dictionary<Guid, ReadOnlyMemory<float>> Known(IReadOnlyList<StoredPassage> passages) => passages
        .Where(p => p.VectorModel == embedder.Model && !p.Vector.IsEmpty)
        .ToDictionary(p => p.Id, p => p.Vector);

    /// <summary>The vector of a question; empty when it did not come in time.</summary>
    public async ValueTask<ReadOnlyMemory<float>> QuestionAsync(string text, CallMeter? meter, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(text))
            return default;
        if (questions.TryGetValue(text, out var known))
            return known;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var vectors = await embedder.EmbedAsync([text], meter, stop.Token)
                .WaitAsync(TimeSpan.FromMilliseconds(options.EmbeddingPatienceMs), time, cancellationToken);
            if (questions.Count >= MostQuestions)
                questions.Clear();
            return questions[text] = vectors[0];
        }
        catch (Exception e) when (e is ProviderException or TimeoutException)
        {
            await stop.CancelAsync();
            KnowledgeLog.QuestionNotEmbedded(logger, e.Message);
            return default;
        }
    }
}
