using Dapper;
using Npgsql;

namespace Parley.Persistence.Reporting;

/// <summary>Text messages as their owners look at them.</summary>
public sealed class MessageReports(Database database)
{
    /// <summary>Messages, newest first.</summary>
    public async Task<Page<MessageRow>> ListAsync(TenantScope scope, MessageQuery query, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await ListAsync(connection, scope, query, cancellationToken);
    }

    internal static async Task<Page<MessageRow>> ListAsync(
        NpgsqlConnection connection, TenantScope scope, MessageQuery query, CancellationToken cancellationToken)
    {
        var filter = new Filter(scope, "m.tenant_id").AddPaging(query, "m.created_at", "m.id", "m.tenant_id");
        if (query.CallId is { } callId)
            filter.Add("m.call_id = @CallId", "CallId", callId);
        if (query.Status is { } status)
            filter.Add("m.status = @Status", "Status", status);
        var rows = await connection.QueryAsync<MessageRow>(new CommandDefinition(
            $"""
            select m.id, m.tenant_id, m.lead_id, m.call_id, m.type, m.from_number, m.to_number, m.body, m.status, m.carrier_message_id,
                   m.error, m.error_code, m.attempts, m.created_at, m.sent_at, j.run_at as next_attempt_at
            from messages m left join jobs j on j.key = 'send_message:' || m.id and j.status = 'queued'
            {filter.Where}
            order by m.created_at desc, m.id desc
            limit @Take
            """,
            filter.Parameters, cancellationToken: cancellationToken));
        return Filter.ToPage(rows.AsList(), query, m => new Cursor(m.CreatedAt, m.Id));
    }
}
