using System.Runtime.InteropServices;
using Dapper;
using Parley.Conversation.Rag;
using Parley.Persistence.Signals;
using Parley.Persistence.Tenants;

namespace Parley.Persistence.Knowledge;

/// <summary>Reads a tenant's knowledge for the index in memory, and tells when it changed.</summary>
public sealed class KnowledgeStore(Database database, DatabaseSignals signals) : IKnowledgeStore
{
    /// <inheritdoc />
    public async Task<StoredKnowledge?> LoadAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        // One snapshot, so that a replaced source is seen whole or not at all.
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        if (await TenantRows.FindAsync(connection, tenantId, cancellationToken, transaction) is not { } tenant)
            return null;
        var passages = await connection.QueryAsync<PassageRow>(new CommandDefinition(
            """
            select p.id, s.name as source, s.version, p.heading, p.body, p.vector_model, p.vector
            from knowledge_passages p join knowledge_sources s on s.tenant_id = p.tenant_id and s.id = p.source_id
            where p.tenant_id = @tenantId
            order by s.name, p.ordinal
            """,
            new { tenantId }, transaction, cancellationToken: cancellationToken));
        var items = await CatalogueStore.ReadAsync(connection, tenantId, transaction, cancellationToken);
        return new StoredKnowledge(tenant, [.. passages.Select(p => p.ToPassage())], [.. items.Select(i => i.ToItem())]);
    }

    /// <inheritdoc />
    public async Task SaveVectorsAsync(
        Guid tenantId, string model, IReadOnlyList<PassageVector> vectors, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            update knowledge_passages p set vector_model = @model, vector = v.vector
            from unnest(@ids, @vectors) v (id, vector)
            where p.tenant_id = @tenantId and p.id = v.id
            """,
            new
            {
                tenantId,
                model,
                ids = vectors.Select(v => v.Id).ToArray(),
                vectors = vectors.Select(v => MemoryMarshal.AsBytes(v.Vector.Span).ToArray()).ToArray(),
            },
            cancellationToken: cancellationToken));
    }

    /// <inheritdoc />
    public IDisposable Watch(Action<Guid?> changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        return new Watches(
            signals.Subscribe(DatabaseSignals.KnowledgeChannel, Tell, () => changed(null)),
            // The tenant's own file is part of what can be found.
            signals.Subscribe(DatabaseSignals.TenantsChannel, Tell, static () => { }));

        void Tell(string payload) => changed(Guid.TryParse(payload, out var tenantId) ? tenantId : null);
    }

    private sealed record Watches(IDisposable Knowledge, IDisposable Tenants) : IDisposable
    {
        public void Dispose()
        {
            Knowledge.Dispose();
            Tenants.Dispose();
        }
    }

    private sealed record PassageRow
    {
        public Guid Id { get; init; }

        public string Source { get; init; } = "";

        public int Version { get; init; }

        public string? Heading { get; init; }

        public string Body { get; init; } = "";

        public string? VectorModel { get; init; }

        public byte[]? Vector { get; init; }

        public StoredPassage ToPassage() =>
            new(Id, Source, Version, Heading, Body, VectorModel, MemoryMarshal.Cast<byte, float>(Vector).ToArray());
    }
}
