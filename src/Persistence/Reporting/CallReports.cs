using Dapper;
using Npgsql;
using Parley.Conversation.Agents;
using Parley.Persistence.Json;

namespace Parley.Persistence.Reporting;

/// <summary>Calls as their owners look at them.</summary>
public sealed class CallReports(Database database)
{
    private const string RowColumns =
        """
        c.id, c.tenant_id, t.name as tenant_name, c.carrier_call_id, c.direction, c.caller_number, c.called_number, c.started_at,
        c.connected_at, c.ended_at, c.duration_ms, c.end_reason, c.intent, c.facts ->> 'name' as caller_name,
        (select count(*)::int from turns u where u.call_id = c.id) as turn_count, l.id as lead_id
        """;

    private const string TurnColumns =
        """
        ordinal, speaker, source, generated_text, sent_text, heard_text, interrupted, started_at, ended_at, speech_start_ms, speech_end_ms,
        final_text_ms, end_of_turn_ms, first_agent_text_ms, first_audio_ms, first_frame_sent_ms, first_mark_ms, interrupted_ms, speculated
        """;

    /// <summary>Calls, newest first.</summary>
    public async Task<Page<CallRow>> ListAsync(TenantScope scope, CallQuery query, CancellationToken cancellationToken)
    {
        var filter = new Filter(scope, "c.tenant_id").AddPaging(query, "c.started_at", "c.id", "c.tenant_id");
        if (query.Intent is { } intent)
            filter.Add("c.intent = @Intent", "Intent", EnumText<CallIntent>.Of(intent));
        if (query.From is { } from)
            filter.Add("c.started_at >= @From", "From", from);
        if (query.To is { } to)
            filter.Add("c.started_at < @To", "To", to);
        if (query.Live)
            filter.Add("c.ended_at is null");
        if (query.Number is { } number)
        {
            // Only digits are left, so that nothing in it means something to LIKE. No digit at all finds nothing.
            var digits = string.Concat(number.Where(char.IsAsciiDigit));
            filter.Add("@Digits <> '' and (c.caller_number like '%' || @Digits || '%' or c.called_number like '%' || @Digits || '%')",
                "Digits", digits);
        }

        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<CallRow>(new CommandDefinition(
            $"""
            select {RowColumns}
            from calls c join tenants t on t.id = c.tenant_id left join leads l on l.call_id = c.id
            {filter.Where}
            order by c.started_at desc, c.id desc
            limit @Take
            """,
            filter.Parameters, cancellationToken: cancellationToken));
        return Filter.ToPage(rows.AsList(), query, c => new Cursor(c.StartedAt, c.Id));
    }

    /// <summary>One call with its turns, lead and messages; null when there is none in the scope.</summary>
    public async Task<CallDetail?> GetAsync(TenantScope scope, Guid callId, CancellationToken cancellationToken)
    {
        var filter = new Filter(scope, "c.tenant_id").Add("c.id = @CallId", "CallId", callId);
        await using var connection = await database.OpenAsync(cancellationToken);
        var call = await connection.QuerySingleOrDefaultAsync<CallDetail>(new CommandDefinition(
            $"""
            select {RowColumns}, c.transfer_to, c.carrier_status, c.carrier_duration_s, c.resumes, c.speculations_used, c.speculations_wasted
            from calls c join tenants t on t.id = c.tenant_id left join leads l on l.call_id = c.id
            {filter.Where}
            """,
            filter.Parameters, cancellationToken: cancellationToken));
        if (call is null)
            return null;
        var facts = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            $"select c.facts::text from calls c {filter.Where}", filter.Parameters, cancellationToken: cancellationToken));
        return call with
        {
            Facts = facts is null ? CallFacts.None : PersistenceJson.Read<CallFacts>(facts),
            Turns = await TurnsAsync(connection, scope, callId, -1, cancellationToken),
            Lead = await LeadReports.FindAsync(connection, scope, "call_id", callId, cancellationToken),
            Messages = (await MessageReports.ListAsync(
                connection, scope, new MessageQuery { CallId = callId, Limit = ListQuery.MaxLimit }, cancellationToken)).Items,
        };
    }

    /// <summary>The turns of a call after an ordinal (-1 for all), in order; empty when the call is not in the scope.</summary>
    public async Task<IReadOnlyList<TurnRow>> TurnsAsync(
        TenantScope scope, Guid callId, int afterOrdinal, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await TurnsAsync(connection, scope, callId, afterOrdinal, cancellationToken);
    }

    private static async Task<IReadOnlyList<TurnRow>> TurnsAsync(
        NpgsqlConnection connection, TenantScope scope, Guid callId, int afterOrdinal, CancellationToken cancellationToken)
    {
        var filter = new Filter(scope).Add("call_id = @CallId", "CallId", callId).Add("ordinal > @After", "After", afterOrdinal);
        var rows = await connection.QueryAsync<TurnRow>(new CommandDefinition(
            $"select {TurnColumns} from turns {filter.Where} order by ordinal", filter.Parameters, cancellationToken: cancellationToken));
        return rows.AsList();
    }
}
