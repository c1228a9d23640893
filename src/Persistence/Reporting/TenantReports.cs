using Parley.Conversation.Tenants;
using Parley.Persistence.Secrets;
using Parley.Persistence.Tenants;

namespace Parley.Persistence.Reporting;

/// <summary>Tenants as their owners look at them; written with <see cref="TenantImporter"/>.</summary>
public sealed class TenantReports(Database database, SecretVault vault)
{
    /// <summary>The tenants in the scope, by slug.</summary>
    public async Task<IReadOnlyList<Tenant>> ListAsync(TenantScope scope, CancellationToken cancellationToken)
    {
        var filter = new Filter(scope, "t.id");
        await using var connection = await database.OpenAsync(cancellationToken);
        return await TenantRows.LoadAsync(connection, filter.Where, filter.Parameters, cancellationToken, vault: vault);
    }

    /// <summary>A tenant by id; null when there is none in the scope.</summary>
    public async Task<Tenant?> GetAsync(TenantScope scope, Guid tenantId, CancellationToken cancellationToken)
    {
        var filter = new Filter(scope, "t.id").Add("t.id = @TenantId", "TenantId", tenantId);
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await TenantRows.LoadAsync(connection, filter.Where, filter.Parameters, cancellationToken, vault: vault)).SingleOrDefault();
    }

    /// <summary>A tenant by slug; null when there is none in the scope.</summary>
    public async Task<Tenant?> FindAsync(TenantScope scope, string slug, CancellationToken cancellationToken)
    {
        var filter = new Filter(scope, "t.id").Add("t.slug = @Slug", "Slug", slug);
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await TenantRows.LoadAsync(connection, filter.Where, filter.Parameters, cancellationToken, vault: vault)).SingleOrDefault();
    }
}
