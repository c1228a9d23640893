using Dapper;

namespace Parley.Persistence.Tenants;

/// <summary>Deletes tenants with all that is theirs in the database. Nodes that answer for them learn of it by <c>NOTIFY</c>.</summary>
public sealed class TenantRemover(Database database)
{
    /// <summary>What would be deleted with a tenant; null when there is none with this slug.</summary>
    public async Task<TenantRemoval?> FindAsync(string slug, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<TenantRemoval>(new CommandDefinition(
            """
            select t.name, (select count(*) from calls c where c.tenant_id = t.id) as calls,
                (select count(*) from customers c where c.tenant_id = t.id) as customers,
                (select count(*) from calls c where c.tenant_id = t.id and c.ended_at is null) as running
            from tenants t where t.slug = @slug
            """,
            new { slug }, cancellationToken: cancellationToken));
    }

    /// <summary>Deletes a tenant; false when there is none with this slug.</summary>
    public async Task<bool> RemoveAsync(string slug, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        // Years of calls take longer than the usual command.
        return await connection.ExecuteAsync(new CommandDefinition(
            "delete from tenants where slug = @slug", new { slug }, commandTimeout: 0, cancellationToken: cancellationToken)) == 1;
    }
}

/// <summary>What goes with a tenant.</summary>
/// <param name="Name">The business.</param>
/// <param name="Calls">Calls, with what was said and what came of them.</param>
/// <param name="Customers">Callers as it knows them.</param>
/// <param name="Running">Of the calls, those that go on.</param>
public sealed record TenantRemoval(string Name, long Calls, long Customers, long Running);
