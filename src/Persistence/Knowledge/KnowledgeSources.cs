using Dapper;
using Npgsql;
using Parley.Conversation.Rag.Ingestion;
using Parley.Persistence.Json;

namespace Parley.Persistence.Knowledge;

/// <summary>A document that an owner gave.</summary>
public sealed record KnowledgeSourceRow
{
    /// <summary>Its name, unique within the tenant.</summary>
    public string Name { get; init; } = "";

    /// <summary>What it was given as.</summary>
    public KnowledgeFormat Format { get; init; }

    /// <summary>Counts the changes of its content, from 1.</summary>
    public int Version { get; init; }

    /// <summary>Its length in UTF-8.</summary>
    public int Bytes { get; init; }

    /// <summary>How many passages it makes.</summary>
    public int Passages { get; init; }

    /// <summary>When it was first given.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its content last changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>What came of giving a document.</summary>
/// <param name="Source">The document as it is now.</param>
/// <param name="Changed">False when it was there already, the same.</param>
public sealed record KnowledgeReplaced(KnowledgeSourceRow Source, bool Changed);

/// <summary>The documents of tenants, as their owners look after them. Every member is about one tenant.</summary>
public sealed class KnowledgeSources(Database database, TimeProvider time)
{
    private const string Columns = "name, format, version, bytes, passages, created_at, updated_at";

    /// <summary>All documents of a tenant, by name.</summary>
    public async Task<IReadOnlyList<KnowledgeSourceRow>> ListAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"select {Columns} from knowledge_sources where tenant_id = @tenantId order by name", new { tenantId }, cancellationToken: cancellationToken));
        return [.. rows.Select(r => r.ToSource())];
    }

    /// <summary>
    /// Puts a document in the place of the one with its name, all at once: a question meets the old passages or the new ones. The same content again
    /// changes nothing.
    /// </summary>
    /// <exception cref="KnowledgeException">The tenant would have too much; nothing was changed.</exception>
    public async Task<KnowledgeReplaced> PutAsync(Guid tenantId, KnowledgeDocument document, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(document);
        var now = time.GetUtcNow();
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // One writer a tenant: what the limits are measured on holds until the end.
        await connection.ExecuteAsync(new CommandDefinition(
            "select 1 from tenants where id = @tenantId for no key update", new { tenantId }, transaction, cancellationToken: cancellationToken));
        var hash = document.ContentHash.ToArray();
        var same = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"select {Columns} from knowledge_sources where tenant_id = @tenantId and name = @Name and content_hash = @hash",
            new { tenantId, document.Name, hash }, transaction, cancellationToken: cancellationToken));
        if (same is not null)
            return new KnowledgeReplaced(same.ToSource(), Changed: false);

        await CheckAsync(connection, transaction, tenantId, document, cancellationToken);
        var row = await connection.QuerySingleAsync<Row>(new CommandDefinition(
            $"""
            insert into knowledge_sources (id, tenant_id, name, format, version, content_hash, bytes, passages, created_at, updated_at)
            values (@Id, @tenantId, @Name, @Format, 1, @hash, @Bytes, @Passages, @now, @now)
            on conflict (tenant_id, name) do update set format = excluded.format, version = knowledge_sources.version + 1,
                content_hash = excluded.content_hash, bytes = excluded.bytes, passages = excluded.passages, updated_at = excluded.updated_at
            returning id, {Columns}
            """,
            new
            {
                Id = Guid.CreateVersion7(now),
                tenantId,
                document.Name,
                Format = EnumText<KnowledgeFormat>.Of(document.Format),
                hash,
                document.Bytes,
                Passages = document.Passages.Count,
                now,
            },
            transaction, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition(
            """
            delete from knowledge_passages where tenant_id = @tenantId and source_id = @sourceId;
            insert into knowledge_passages (id, tenant_id, source_id, ordinal, heading, body)
            select p.id, @tenantId, @sourceId, p.ordinal - 1, p.heading, p.body
            from unnest(@ids, @headings, @bodies) with ordinality p (id, heading, body, ordinal)
            """,
            new
            {
                tenantId,
                sourceId = row.Id,
                ids = document.Passages.Select(_ => Guid.CreateVersion7(now)).ToArray(),
                headings = document.Passages.Select(p => p.Heading).ToArray(),
                bodies = document.Passages.Select(p => p.Text).ToArray(),
            },
            transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return new KnowledgeReplaced(row.ToSource(), Changed: true);
    }

    /// <summary>Takes a document away with its passages; false when there is none with this name.</summary>
    public async Task<bool> DeleteAsync(Guid tenantId, string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            "delete from knowledge_sources where tenant_id = @tenantId and name = @name", new { tenantId, name }, cancellationToken: cancellationToken)) > 0;
    }

    private static async Task CheckAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId, KnowledgeDocument document, CancellationToken cancellationToken)
    {
        var (sources, passages) = await connection.QuerySingleAsync<(int Sources, int Passages)>(new CommandDefinition(
            "select count(*)::int, coalesce(sum(passages), 0)::int from knowledge_sources where tenant_id = @tenantId and name <> @Name",
            new { tenantId, document.Name }, transaction, cancellationToken: cancellationToken));
        if (sources >= KnowledgeLimits.MaxSources)
            throw new KnowledgeException(document.Name, $"There are {sources} documents already; at most {KnowledgeLimits.MaxSources} are kept.");
        if (passages + document.Passages.Count > KnowledgeLimits.MaxTenantPassages)
        {
            throw new KnowledgeException(
                document.Name,
                $"With this document's {document.Passages.Count} passages there would be {passages + document.Passages.Count}; at most {KnowledgeLimits.MaxTenantPassages} are kept.");
        }
    }

    private sealed record Row
    {
        public Guid Id { get; init; }

        public string Name { get; init; } = "";

        public string Format { get; init; } = "";

        public int Version { get; init; }

        public int Bytes { get; init; }

        public int Passages { get; init; }

        public DateTimeOffset CreatedAt { get; init; }

        public DateTimeOffset UpdatedAt { get; init; }

        public KnowledgeSourceRow ToSource() => new()
        {
            Name = Name,
            Format = EnumText<KnowledgeFormat>.Parse(Format),
            Version = Version,
            Bytes = Bytes,
            Passages = Passages,
            CreatedAt = CreatedAt,
            UpdatedAt = UpdatedAt,
        };
    }
}
