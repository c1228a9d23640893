using Dapper;
using Npgsql;
using Parley.Conversation.Rag.Catalogue;

namespace Parley.Persistence.Knowledge;

/// <summary>What came of giving a catalogue.</summary>
/// <param name="Version">Counts the changes of its content, from 1.</param>
/// <param name="Items">How many lines it has.</param>
/// <param name="Changed">False when it was there already, the same.</param>
public sealed record CatalogueReplaced(int Version, int Items, bool Changed);

/// <summary>The catalogues of tenants, as their owners look after them. Every member is about one tenant.</summary>
public sealed class CatalogueStore(Database database, TimeProvider time)
{
    /// <summary>The lines of a tenant's catalogue, in their order; empty when there is none.</summary>
    public async Task<IReadOnlyList<CatalogueRow>> ReadAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await ReadAsync(connection, tenantId, transaction: null, cancellationToken);
    }

    /// <summary>Puts a catalogue in the place of the one there is, all at once. The same lines again change nothing.</summary>
    public async Task<CatalogueReplaced> ReplaceAsync(Guid tenantId, CatalogueFile catalogue, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        var (now, rows, hash) = (time.GetUtcNow(), catalogue.Rows, catalogue.ContentHash.ToArray());
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var version = await connection.ExecuteScalarAsync<int?>(new CommandDefinition(
            """
            insert into catalogues (tenant_id, version, content_hash, items, updated_at) values (@tenantId, 1, @hash, @Count, @now)
            on conflict (tenant_id) do update set version = catalogues.version + 1, content_hash = excluded.content_hash, items = excluded.items,
                updated_at = excluded.updated_at
            where catalogues.content_hash <> excluded.content_hash
            returning version
            """,
            new { tenantId, hash, rows.Count, now }, transaction, cancellationToken: cancellationToken));
        if (version is null)
        {
            var kept = await connection.ExecuteScalarAsync<int>(new CommandDefinition(
                "select version from catalogues where tenant_id = @tenantId", new { tenantId }, transaction, cancellationToken: cancellationToken));
            return new CatalogueReplaced(kept, rows.Count, Changed: false);
        }

        await connection.ExecuteAsync(new CommandDefinition(
            """
            delete from catalogue_items where tenant_id = @tenantId;
            insert into catalogue_items (tenant_id, ordinal, product, variant, size, price, currency, stock, low_stock_at, low_stock_flag)
            select @tenantId, i.ordinal - 1, i.product, i.variant, i.size, i.price, i.currency, i.stock, i.low_stock_at, i.low_stock_flag
            from unnest(@products, @variants, @sizes, @prices, @currencies, @stocks, @lowStocksAt, @lowStockFlags) with ordinality
                i (product, variant, size, price, currency, stock, low_stock_at, low_stock_flag, ordinal)
            """,
            new
            {
                tenantId,
                products = rows.Select(r => r.Product).ToArray(),
                variants = rows.Select(r => r.Variant).ToArray(),
                sizes = rows.Select(r => r.Size).ToArray(),
                prices = rows.Select(r => r.Price).ToArray(),
                currencies = rows.Select(r => r.Currency).ToArray(),
                stocks = rows.Select(r => r.Stock).ToArray(),
                lowStocksAt = rows.Select(r => r.LowStockAt).ToArray(),
                lowStockFlags = rows.Select(r => r.LowStockFlag).ToArray(),
            },
            transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return new CatalogueReplaced(version.Value, rows.Count, Changed: true);
    }

    internal static async Task<IReadOnlyList<CatalogueRow>> ReadAsync(
        NpgsqlConnection connection, Guid tenantId, NpgsqlTransaction? transaction, CancellationToken cancellationToken) =>
        [.. (await connection.QueryAsync<Row>(new CommandDefinition(
            """
            select product, variant, size, price, currency, stock, low_stock_at, low_stock_flag
            from catalogue_items where tenant_id = @tenantId order by ordinal
            """,
            new { tenantId }, transaction, cancellationToken: cancellationToken))).Select(r => r.ToRow())];

    private sealed record Row
    {
        public string Product { get; init; } = "";

        public string? Variant { get; init; }

        public string? Size { get; init; }

        public decimal? Price { get; init; }

        public string? Currency { get; init; }

        public int? Stock { get; init; }

        public int? LowStockAt { get; init; }

        public bool? LowStockFlag { get; init; }

        public CatalogueRow ToRow() => new(Product, Variant, Size, Price, Currency, Stock, LowStockAt, LowStockFlag);
    }
}
