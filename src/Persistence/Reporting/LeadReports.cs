using Dapper;
using Npgsql;
using Parley.Conversation.Agents;
using Parley.Persistence.Json;

namespace Parley.Persistence.Reporting;

/// <summary>Leads as their owners look at them.</summary>
public sealed class LeadReports(Database database, TimeProvider time)
{
    private const string Columns =
        """
        id, tenant_id, call_id, intent, status, name, phone, party_size, service, requested_for, requested_at, time_zone, note, summary,
        handled_at, created_at
        """;

    /// <summary>Leads, newest first.</summary>
    public async Task<Page<LeadRow>> ListAsync(TenantScope scope, LeadQuery query, CancellationToken cancellationToken)
    {
        var filter = new Filter(scope).AddPaging(query, "created_at", "id");
        if (query.Intent is { } intent)
            filter.Add("intent = @Intent", "Intent", EnumText<CallIntent>.Of(intent));
        if (query.Handled is { } handled)
            filter.Add(handled ? "handled_at is not null" : "handled_at is null");
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<LeadRow>(new CommandDefinition(
            $"select {Columns} from leads {filter.Where} order by created_at desc, id desc limit @Take",
            filter.Parameters, cancellationToken: cancellationToken));
        return Filter.ToPage(rows.AsList(), query, l => new Cursor(l.CreatedAt, l.Id));
    }

    /// <summary>One lead; null when there is none in the scope.</summary>
    public async Task<LeadRow?> GetAsync(TenantScope scope, Guid leadId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await FindAsync(connection, scope, "id", leadId, cancellationToken);
    }

    /// <summary>
    /// Notes that a lead was dealt with, or takes that back; setting it again keeps the first time. Null when there is none in the scope.
    /// </summary>
    public async Task<LeadRow?> SetHandledAsync(TenantScope scope, Guid leadId, bool handled, CancellationToken cancellationToken)
    {
        var filter = new Filter(scope).Add("id = @LeadId", "LeadId", leadId);
        filter.Parameters.Add("Handled", handled);
        filter.Parameters.Add("Now", time.GetUtcNow());
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<LeadRow>(new CommandDefinition(
            $"""
            update leads set handled_at = case when @Handled then coalesce(handled_at, @Now) end, updated_at = @Now
            {filter.Where}
            returning {Columns}
            """,
            filter.Parameters, cancellationToken: cancellationToken));
    }

    internal static Task<LeadRow?> FindAsync(
        NpgsqlConnection connection, TenantScope scope, string column, Guid value, CancellationToken cancellationToken)
    {
        var filter = new Filter(scope).Add($"{column} = @Value", "Value", value);
        return connection.QuerySingleOrDefaultAsync<LeadRow>(new CommandDefinition(
            $"select {Columns} from leads {filter.Where}", filter.Parameters, cancellationToken: cancellationToken));
    }
}
