using Dapper;
using Npgsql;
using Parley.Persistence.Reporting;

namespace Parley.Persistence.Flags;

/// <summary>Defaults, plans and tenants' exceptions, as operators set them. Reads what is stored, not what is cached.</summary>
public sealed class FeatureStore(Database database, TimeProvider time)
{
    /// <summary>What everybody has who has nothing else.</summary>
    public async Task<IReadOnlyDictionary<string, bool>> GetDefaultsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return ToSwitches(await connection.QueryAsync<(string, bool)>(new CommandDefinition(
            "select feature, enabled from feature_defaults order by feature", cancellationToken: cancellationToken)));
    }

    /// <summary>Replaces the defaults.</summary>
    public async Task SetDefaultsAsync(IReadOnlyDictionary<string, bool> features, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            delete from feature_defaults where feature <> all(@Names);
            insert into feature_defaults (feature, enabled) select f, e from unnest(@Names, @Switches) as given (f, e)
            on conflict (feature) do update set enabled = excluded.enabled
            """,
            Given(features), transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>All plans by name.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, bool>>> GetPlansAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string Plan, string? Feature, bool? Enabled)>(new CommandDefinition(
            "select p.name, f.feature, f.enabled from plans p left join plan_features f on f.plan = p.name order by p.name, f.feature",
            cancellationToken: cancellationToken));
        return rows.GroupBy(r => r.Plan, StringComparer.Ordinal).ToDictionary(
            g => g.Key, g => (IReadOnlyDictionary<string, bool>)ToSwitches(g.Where(r => r.Feature is not null).Select(r => (r.Feature!, r.Enabled!.Value))), StringComparer.Ordinal);
    }

    /// <summary>Makes a plan, or replaces what it holds.</summary>
    public async Task SetPlanAsync(string name, IReadOnlyDictionary<string, bool> features, CancellationToken cancellationToken)
    {
        var (names, switches) = (features.Keys.ToArray(), features.Values.ToArray());
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into plans (name, created_at) values (@name, @Now) on conflict (name) do nothing;
            delete from plan_features where plan = @name and feature <> all(@names);
            insert into plan_features (plan, feature, enabled) select @name, f, e from unnest(@names, @switches) as given (f, e)
            on conflict (plan, feature) do update set enabled = excluded.enabled
            """,
            new { name, names, switches, Now = time.GetUtcNow() }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Deletes a plan that no tenant has.</summary>
    public async Task<PlanRemoval> RemovePlanAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        try
        {
            return await connection.ExecuteAsync(new CommandDefinition("delete from plans where name = @name", new { name }, cancellationToken: cancellationToken)) == 1
                ? PlanRemoval.Removed : PlanRemoval.NotThere;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.RestrictViolation)
        {
            return PlanRemoval.InUse;
        }
    }

    /// <summary>Slugs of the tenants that have a plan.</summary>
    public async Task<IReadOnlyList<string>> GetTenantsOfAsync(string plan, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<string>(new CommandDefinition(
            "select slug from tenants where plan = @plan order by slug", new { plan }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>A tenant's plan and exceptions; null when there is no such tenant in scope.</summary>
    public async Task<TenantFeatureRow?> FindAsync(TenantScope scope, Guid tenantId, CancellationToken cancellationToken)
    {
        var filter = new Filter(scope, "id").Add("id = @TenantId", "TenantId", tenantId);
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = (await connection.QueryAsync<(string? Plan, string? Feature, bool? Enabled)>(new CommandDefinition(
            $"""
            select t.plan, f.feature, f.enabled from (select id, plan from tenants {filter.Where}) t
            left join tenant_features f on f.tenant_id = t.id order by f.feature
            """,
            filter.Parameters, cancellationToken: cancellationToken))).AsList();
        return rows.Count == 0
            ? null
            : new TenantFeatureRow(rows[0].Plan, ToSwitches(rows.Where(r => r.Feature is not null).Select(r => (r.Feature!, r.Enabled!.Value))));
    }

    /// <summary>Replaces a tenant's plan and exceptions; false when there is no such plan.</summary>
    public async Task<bool> SetAsync(Guid tenantId, TenantFeatureRow features, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync(new CommandDefinition(
                "update tenants set plan = @Plan where id = @tenantId", new { tenantId, features.Plan }, transaction, cancellationToken: cancellationToken));
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            return false;
        }

        await FeatureRows.ReplaceAsync(connection, transaction, tenantId, features.Features, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static Dictionary<string, bool> ToSwitches(IEnumerable<(string Feature, bool Enabled)> rows) =>
        rows.ToDictionary(r => r.Feature, r => r.Enabled, StringComparer.Ordinal);

    private static object Given(IReadOnlyDictionary<string, bool> features) =>
        new { Names = features.Keys.ToArray(), Switches = features.Values.ToArray() };
}

/// <summary>What came of deleting a plan.</summary>
public enum PlanRemoval
{
    /// <summary>It is deleted.</summary>
    Removed,

    /// <summary>There is none of this name.</summary>
    NotThere,

    /// <summary>A tenant has it.</summary>
    InUse,
}

/// <summary>What is stored of a tenant's features.</summary>
/// <param name="Plan">Name of its plan; null for none.</param>
/// <param name="Features">What it has or has not, whatever the plan says.</param>
public sealed record TenantFeatureRow(string? Plan, IReadOnlyDictionary<string, bool> Features);
