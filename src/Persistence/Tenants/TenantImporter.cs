using Dapper;
using Npgsql;
using Parley.Conversation.Tenants;
using Parley.Persistence.Flags;
using Parley.Persistence.Json;
using Parley.Persistence.Secrets;

namespace Parley.Persistence.Tenants;

/// <summary>A tenant cannot be stored as it is.</summary>
public sealed class TenantConflictException(string message) : Exception(message);

/// <summary>Writes tenants; what of them is secret, encrypted.</summary>
public sealed class TenantImporter(Database database, SecretVault vault, TimeProvider time)
{
    /// <summary>
    /// Creates or replaces the tenant with this slug, its numbers included; returns it with its id. <see cref="Tenant.Id"/> counts only
    /// for a new tenant, and may be empty.
    /// </summary>
    /// <exception cref="TenantConflictException">A number belongs to another tenant; nothing was changed.</exception>
    public async Task<Tenant> ImportAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var id = await connection.ExecuteScalarAsync<Guid>(new CommandDefinition(
            """
            insert into tenants (id, slug, name, kind, time_zone, language, profile, created_at, updated_at)
            values (@Id, @Slug, @Name, @Kind, @TimeZone, @Language, '{}', @Now, @Now)
            on conflict (slug) do update set name = excluded.name, kind = excluded.kind, time_zone = excluded.time_zone,
                language = excluded.language, updated_at = excluded.updated_at
            returning id
            """,
            new
            {
                Id = tenant.Id == Guid.Empty ? Guid.CreateVersion7(now) : tenant.Id,
                tenant.Slug,
                tenant.Name,
                Kind = EnumText<BusinessKind>.Of(tenant.Kind),
                TimeZone = tenant.TimeZone.Id,
                tenant.Language,
                Now = now,
            },
            transaction, cancellationToken: cancellationToken));
        // Its secrets can be encrypted for it only once it is known which tenant it is.
        await connection.ExecuteAsync(new CommandDefinition(
            "update tenants set profile = @Profile::jsonb, sealed = true where id = @id",
            new { id, Profile = PersistenceJson.Write(ProfileSecrets.Seal(TenantProfile.Of(tenant), id, vault)) }, transaction, cancellationToken: cancellationToken));
        await ReplaceRoutesAsync(connection, transaction, id, tenant, cancellationToken);
        await ReplaceFeaturesAsync(connection, transaction, id, tenant, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return tenant with { Id = id };
    }

    // What a file does not speak of stays as the operator set it.
    private static async Task ReplaceFeaturesAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid id, Tenant tenant, CancellationToken cancellationToken)
    {
        if (tenant.Plan is { } plan && await connection.ExecuteAsync(new CommandDefinition(
            "update tenants set plan = (select name from plans where name = @plan) where id = @id and exists (select 1 from plans where name = @plan)",
            new { id, plan }, transaction, cancellationToken: cancellationToken)) == 0)
        {
            throw new TenantConflictException($"The tenant '{tenant.Slug}' was not stored: there is no plan '{plan}'.");
        }

        if (tenant.Features is { } features)
            await FeatureRows.ReplaceAsync(connection, transaction, id, features, cancellationToken);
    }

    private static async Task ReplaceRoutesAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid id, Tenant tenant, CancellationToken cancellationToken)
    {
        var numbers = tenant.Numbers.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        await connection.ExecuteAsync(new CommandDefinition(
            """
            delete from inbound_routes where tenant_id = @id and number <> all(@numbers);
            insert into inbound_routes (number, tenant_id) select n, @id from unnest(@numbers) n on conflict (number) do nothing
            """,
            new { id, numbers }, transaction, cancellationToken: cancellationToken));
        var taken = (await connection.QueryAsync<(string Number, string Slug)>(new CommandDefinition(
            """
            select r.number, t.slug from inbound_routes r join tenants t on t.id = r.tenant_id
            where r.number = any(@numbers) and r.tenant_id <> @id
            order by r.number
            """,
            new { id, numbers }, transaction, cancellationToken: cancellationToken))).AsList();
        if (taken.Count > 0)
        {
            throw new TenantConflictException(
                $"The tenant '{tenant.Slug}' was not stored: " + string.Join(", ", taken.Select(t => $"{t.Number} belongs to '{t.Slug}'")) + ".");
        }
    }
}
