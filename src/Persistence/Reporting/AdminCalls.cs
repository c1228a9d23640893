using Dapper;
using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;
using Parley.Persistence.Json;

namespace Parley.Persistence.Reporting;

/// <summary>Calls, as owners look at them.</summary>
public sealed class AdminCalls(Database database)
{
    private const string Columns =
        """
        c.id, c.carrier_call_id, t.slug as tenant_slug, c.tenant_id, c.direction,
        c.caller_number, c.called_number, c.started_at, c.connected_at,
        c.ended_at, c.duration_ms, c.end_reason, c.transfer_to, c.intent,
        c.speculations_used, c.speculations_wasted
        """;

    private const string TurnColumns =
        """
        ordinal, speaker, source, generated_text, sent_text,
        heard_text, interrupted, started_at, ended_at,
        speech_start_ms, speech_end_ms, final_text_ms, end_of_turn_ms,
        first_agent_text_ms, first_audio_ms, first_frame_sent_ms,
        first_mark_ms, interrupted_ms, speculated
        """;

    /// <summary>Calls, newest first.</summary>
    public async Task<Page<AdminCall>> ListAsync(TenantScope scope, AdminCallFilter query, CancellationToken cancellationToken)
    {
        var filter = query.ToFilter(scope, "c", "started_at");
        if (query.Intent is { } intent)
            filter.Add("c.intent = @Intent", "Intent", EnumText<CallIntent>.Of(intent));

        if (query.Number is { } number)
        {
            // Callers pass "+" and digits or digits only: nothing in it means anything to LIKE.
            filter.Add(number.StartsWith('+')
                ? "(c.caller_number = @Number or c.called_number = @Number)"
                : "(c.caller_number like '%' || @Number || '%' or c.called_number like '%' || @Number || '%')",
                "Number", number);
        }

        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<CallRow>(new CommandDefinition(
            $"""
            select {Columns}
            from calls c join tenants t on t.id = c.tenant_id
            {filter.Where}
            order by c.started_at desc, c.id desc
            limit @Take
            """,
            filter.Parameters, cancellationToken: cancellationToken));
        return Filter.ToPage([.. rows.Select(r => r.ToCall())], query, c => new Cursor(c.StartedAt, c.Id));
    }

    /// <summary>A call with its turns, lead and messages; null when there is none in scope.</summary>
    public Task<AdminCallDetails?> FindAsync(TenantScope scope, Guid callId, CancellationToken cancellationToken) =>
        FindAsync(new Filter(scope, "c.tenant_id").Add("c.id = @CallId", "CallId", callId), cancellationToken);

    /// <summary>The same by the carrier's id.</summary>
    public Task<AdminCallDetails?> FindByCarrierAsync(TenantScope scope, string carrierCallId, CancellationToken cancellationToken) =>
        FindAsync(
            new Filter(scope, "c.tenant_id").Add("c.carrier_call_id = @CarrierCallId", "CarrierCallId", carrierCallId), cancellationToken);

    /// <summary>Parley's id of a carrier's call; null when there is none in scope.</summary>
    public async Task<Guid?> FindIdAsync(TenantScope scope, string carrierCallId, CancellationToken cancellationToken)
    {
        var filter = new Filter(scope).Add("carrier_call_id = @CarrierCallId", "CarrierCallId", carrierCallId);
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<Guid?>(new CommandDefinition(
            $"select id from calls {filter.Where}", filter.Parameters, cancellationToken: cancellationToken));
    }

    /// <summary>How far a call is, with the turns after <paramref name="afterOrdinal"/>; null when there is none in scope.</summary>
    public async Task<AdminCallProgress?> ReadProgressAsync(
        TenantScope scope, Guid callId, int afterOrdinal, CancellationToken cancellationToken)
    {
        var call = new Filter(scope).Add("id = @CallId", "CallId", callId);
        var turn = new Filter(scope).Add("call_id = @CallId", "CallId", callId).Add("ordinal > @After", "After", afterOrdinal);
        await using var connection = await database.OpenAsync(cancellationToken);
        // The call first: when it has ended by then, the second statement sees every turn.
        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(
            $"""
            select ended_at, end_reason from calls {call.Where};
            select {TurnColumns} from turns {turn.Where} order by ordinal;
            """,
            turn.Parameters, cancellationToken: cancellationToken));
        if (await results.ReadSingleOrDefaultAsync<EndRow>() is not { } end)
            return null;

        var turns = await results.ReadAsync<TurnRow>();
        return new AdminCallProgress(end.EndedAt, ParseReason(end.EndReason), [.. turns.Select(t => ToTurn(t, callId))]);
    }

    private async Task<AdminCallDetails?> FindAsync(Filter filter, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<CallRow>(new CommandDefinition(
            $"""
            select {Columns}
            from calls c join tenants t on t.id = c.tenant_id
            {filter.Where}
            """,
            filter.Parameters, cancellationToken: cancellationToken));
        if (row is null)
            return null;

        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(
            $"""
            select {TurnColumns} from turns where call_id = @Id and tenant_id = @TenantId order by ordinal;
            select {AdminLeads.Columns} from {AdminLeads.From} where l.call_id = @Id and l.tenant_id = @TenantId;
            select {AdminMessages.Columns} from {AdminMessages.From} where m.call_id = @Id and m.tenant_id = @TenantId
            order by m.created_at, m.id;
            """,
            new { row.Id, row.TenantId }, cancellationToken: cancellationToken));
        var turns = await results.ReadAsync<TurnRow>();
        var lead = await results.ReadSingleOrDefaultAsync<AdminLeads.Row>();
        var messages = await results.ReadAsync<AdminMessages.Row>();
        return new AdminCallDetails(
            row.ToCall(), [.. turns.Select(t => ToTurn(t, row.Id))], lead?.ToLead(), [.. messages.Select(m => m.ToMessage())]);
    }

    private static CallEndReason? ParseReason(string? text) => text is null ? null : EnumText<CallEndReason>.Parse(text);

    private sealed class EndRow
    {
        public DateTimeOffset? EndedAt { get; init; }
        public string? EndReason { get; init; }
    }

    private sealed class CallRow
    {
        public Guid Id { get; init; }
        public string CarrierCallId { get; init; } = "";
        public string TenantSlug { get; init; } = "";
        public Guid TenantId { get; init; }
        public string Direction { get; init; } = "";
        public string? CallerNumber { get; init; }
        public string CalledNumber { get; init; } = "";
        public DateTimeOffset StartedAt { get; init; }
        public DateTimeOffset? ConnectedAt { get; init; }
        public DateTimeOffset? EndedAt { get; init; }
        public long? DurationMs { get; init; }
        public string? EndReason { get; init; }
        public string? TransferTo { get; init; }
        public string Intent { get; init; } = "";
        public int SpeculationsUsed { get; init; }
        public int SpeculationsWasted { get; init; }

        public AdminCall ToCall() => new()
        {
            Id = Id,
            CarrierCallId = CarrierCallId,
            TenantSlug = TenantSlug,
            TenantId = TenantId,
            Direction = EnumText<CallDirection>.Parse(Direction),
            CallerNumber = CallerNumber,
            CalledNumber = CalledNumber,
            StartedAt = StartedAt,
            ConnectedAt = ConnectedAt,
            EndedAt = EndedAt,
            DurationMs = DurationMs,
            EndReason = ParseReason(EndReason),
            TransferTo = TransferTo,
            Intent = EnumText<CallIntent>.Parse(Intent),
            SpeculationsUsed = SpeculationsUsed,
            SpeculationsWasted = SpeculationsWasted,
        };
    }

    private static TurnRecord ToTurn(TurnRow row, Guid callId) => new()
    {
        CallId = callId,
        Ordinal = row.Ordinal,
        Speaker = EnumText<Speaker>.Parse(row.Speaker),
        Source = row.Source,
        GeneratedText = row.GeneratedText,
        SentText = row.SentText,
        HeardText = row.HeardText,
        Interrupted = row.Interrupted,
        StartedAt = row.StartedAt,
        EndedAt = row.EndedAt,
        Times = new TurnTimes
        {
            SpeechStartMs = row.SpeechStartMs,
            SpeechEndMs = row.SpeechEndMs,
            FinalTextMs = row.FinalTextMs,
            EndOfTurnMs = row.EndOfTurnMs,
            FirstAgentTextMs = row.FirstAgentTextMs,
            FirstAudioMs = row.FirstAudioMs,
            FirstFrameSentMs = row.FirstFrameSentMs,
            FirstMarkMs = row.FirstMarkMs,
            InterruptedMs = row.InterruptedMs,
            Speculated = row.Speculated,
        },
    };
}
