using Dapper;
using Npgsql;

namespace Parley.Persistence.Flags;

/// <summary>Writes a tenant's own switches.</summary>
internal static class FeatureRows
{
    public static Task ReplaceAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId, IReadOnlyDictionary<string, bool> features,
        CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            """
            delete from tenant_features where tenant_id = @tenantId and feature <> all(@Names);
            insert into tenant_features (tenant_id, feature, enabled) select @tenantId, f, e from unnest(@Names, @Switches) as given (f, e)
            on conflict (tenant_id, feature) do update set enabled = excluded.enabled
            """,
            new { tenantId, Names = features.Keys.ToArray(), Switches = features.Values.ToArray() }, transaction,
            cancellationToken: cancellationToken));
}
