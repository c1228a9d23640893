using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Llm;
using Parley.Conversation.Rag.Catalogue;
using Parley.Conversation.Rag.Index;

namespace Parley.Conversation.Rag;

/// <summary>
/// The knowledge and catalogues of the tenants that are asked, in memory. Each tenant's is an index of its own, found by the tenant's id, so that
/// no question can meet another's passages. A change reloads it beside the old one, which answers meanwhile.
/// </summary>
public sealed class KnowledgeBase : IKnowledge, ICatalogue, IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private readonly IKnowledgeStore store;
    private readonly KnowledgeOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<KnowledgeBase> logger;
    private readonly KnowledgeEmbedding? embedding;
    private readonly IDisposable watch;
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<Guid, Entry> entries = new();
    private readonly Lock evicting = new();
    private long uses;

    /// <summary>Creates it, empty.</summary>
    /// <param name="store">Where knowledge is kept.</param>
    /// <param name="options">Its limits.</param>
    /// <param name="embedder">Makes embeddings; null for a search by words alone.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public KnowledgeBase(IKnowledgeStore store, KnowledgeOptions options, IEmbedder? embedder, TimeProvider time, ILogger<KnowledgeBase> logger)
    {
        ArgumentNullException.ThrowIfNull(store);
        this.store = store;
        this.options = options;
        this.time = time;
        this.logger = logger;
        embedding = embedder is null ? null : new KnowledgeEmbedding(embedder, store, options, time, logger);
        watch = store.Watch(Changed);
    }

    /// <summary>Tenants in memory now.</summary>
    public int Count => entries.Count(e => e.Value.Loaded is not null);

    /// <inheritdoc />
    public void Prepare(Guid tenantId)
    {
        var entry = EntryOf(tenantId);
        if (entry.Loaded is null || entry.IsStale)
            _ = Load(tenantId, entry);
    }

    /// <inheritdoc />
    public async ValueTask<KnowledgeAnswer> FindAsync(KnowledgeQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (await LoadedAsync(query.TenantId, cancellationToken) is not { } loaded)
            return KnowledgeAnswer.Nothing;
        try
        {
            var vector = embedding is null || loaded.Vectors is null
                ? default
                : await embedding.QuestionAsync(query.Text, query.Meter, cancellationToken);
            return loaded.Find(query, vector.Span);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A call goes on whatever a question does to the search.
            KnowledgeLog.SearchFailed(logger, query.TenantId, e);
            return KnowledgeAnswer.Nothing;
        }
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<CatalogueItem>> FindAsync(Guid tenantId, CatalogueQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (await LoadedAsync(tenantId, cancellationToken) is not { } loaded)
            return [];
        try
        {
            return loaded.Catalogue.Find(query);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            KnowledgeLog.SearchFailed(logger, tenantId, e);
            return [];
        }
    }

    /// <summary>Stops loading.</summary>
    public void Dispose()
    {
        // The container knows it under several names and disposes of it as often.
        if (stopping.IsCancellationRequested)
            return;
        watch.Dispose();
        stopping.Cancel();
        stopping.Dispose();
    }

    private async ValueTask<LoadedKnowledge?> LoadedAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        var entry = EntryOf(tenantId);
        if (entry.Loaded is { } loaded)
        {
            if (entry.IsStale)
                _ = Load(tenantId, entry);
            return loaded;
        }

        try
        {
            await Load(tenantId, entry).WaitAsync(TimeSpan.FromMilliseconds(options.LoadPatienceMs), time, cancellationToken);
        }
        catch (TimeoutException)
        {
            KnowledgeLog.LoadSlow(logger, tenantId, options.LoadPatienceMs);
        }

        return entry.Loaded;
    }

    private Entry EntryOf(Guid tenantId)
    {
        var entry = entries.GetOrAdd(tenantId, static _ => new Entry());
        entry.LastUse = Interlocked.Increment(ref uses);
        return entry;
    }

    /// <summary>The load that runs, or a new one; it never fails.</summary>
    private Task Load(Guid tenantId, Entry entry)
    {
        lock (entry)
        {
            if (!entry.Loading.IsCompleted || time.GetUtcNow() < entry.RetryAt)
                return entry.Loading;
            // Not on the caller's thread: cutting words apart takes milliseconds, which its audio does not have.
            return entry.Loading = Task.Run(() => LoadAsync(tenantId, entry));
        }
    }

    private async Task LoadAsync(Guid tenantId, Entry entry)
    {
        try
        {
            var stop = stopping.Token;
            int version;
            do
            {
                version = entry.Version;
                if (await store.LoadAsync(tenantId, stop) is not { } stored)
                {
                    entries.TryRemove(tenantId, out _);
                    return;
                }

                var loaded = Build(stored, entry.Loaded);
                entry.Loaded = loaded;
                KnowledgeLog.Loaded(logger, tenantId, loaded.Words.Passages.Length, stored.Catalogue.Count, loaded.Bytes / 1024);
                Evict(tenantId);
                if (embedding is not null && loaded.Vectors is null && loaded.Words.Passages.Length > 0)
                    _ = EmbedAsync(tenantId, entry, loaded, embedding.Known(stored.Passages), stop);
            }
            // What changed while it was read may not be in it.
            while (version != entry.Version);
            entry.LoadedVersion = version;
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // The program ends.
        }
        catch (Exception e)
        {
            entry.RetryAt = time.GetUtcNow() + RetryAfter;
            KnowledgeLog.LoadFailed(logger, tenantId, e);
        }
    }

    private static LoadedKnowledge Build(StoredKnowledge stored, LoadedKnowledge? before)
    {
        IndexedPassage[] passages =
        [
            .. ProfilePassages.Of(stored.Tenant),
            .. stored.Passages.Select(p => new IndexedPassage(p.Id, p.Source, p.Version, p.Heading, p.Text)),
        ];
        // Vectors are taken over when all texts are the same, which they are after a change of the catalogue.
        var vectors = before?.Vectors is { } old && before.Words.Passages.Select(p => p.Id).SequenceEqual(passages.Select(p => p.Id)) ? old : null;
        return new LoadedKnowledge(IndexBuilder.Build(passages, stored.Tenant.Language), new CatalogueIndex(stored.Catalogue), vectors);
    }

    private async Task EmbedAsync(
        Guid tenantId, Entry entry, LoadedKnowledge loaded, Dictionary<Guid, ReadOnlyMemory<float>> known, CancellationToken stop)
    {
        try
        {
            if (await embedding!.PassagesAsync(tenantId, loaded.Words.Passages, known, stop) is not { } vectors)
                return;
            lock (entry)
            {
                // Unless another version came meanwhile.
                if (ReferenceEquals(entry.Loaded, loaded))
                    entry.Loaded = loaded with { Vectors = vectors };
            }

            Evict(tenantId);
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }
    }

    private void Changed(Guid? tenantId)
    {
        if (tenantId is { } id)
        {
            if (!entries.TryGetValue(id, out var entry))
                return;
            entry.Change();
            if (entry.Loaded is not null)
                _ = Load(id, entry);
            return;
        }

        // Something may have been missed: each is read again when it is asked next.
        foreach (var entry in entries.Values)
            entry.Change();
    }

    private void Evict(Guid keep)
    {
        lock (evicting)
        {
            var loaded = entries.Where(e => e.Value.Loaded is not null).OrderBy(e => e.Value.LastUse).ToList();
            var bytes = loaded.Sum(e => e.Value.Loaded!.Bytes);
            var count = loaded.Count;
            foreach (var (id, entry) in loaded)
            {
                if (count <= options.MaxTenants && bytes <= options.MaxMegabytes * 1024L * 1024)
                    return;
                if (id == keep)
                    continue;
                entries.TryRemove(id, out _);
                bytes -= entry.Loaded!.Bytes;
                count--;
            }
        }
    }

    private sealed class Entry
    {
        private int version;

        public volatile LoadedKnowledge? Loaded;

        public Task Loading { get; set; } = Task.CompletedTask;

        public int Version => Volatile.Read(ref version);

        public int LoadedVersion { get; set; }

        public bool IsStale => LoadedVersion != Version;

        public DateTimeOffset RetryAt { get; set; }

        public long LastUse { get; set; }

        public void Change() => Interlocked.Increment(ref version);
    }
}
