using Dapper;
using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Persistence.Analysis;
using Parley.Persistence.Calls;
using Parley.Persistence.Json;

namespace Parley.Persistence.Reporting;

/// <summary>Calls, as owners look at them.</summary>
public sealed class CallReports(Database database, TimeProvider time)
{
    // The carrier may be faster than the call's own record: its turns and the reason of its end are then still to come. And a caller whose line broke, or
    // whom nobody answered where the call was passed on, may be back, until the carrier has ended the call.
    private const string EndIsFinal =
        """
        ended_at is not null and (connected_at is null or ended_at <= @FinalSince
            or (closed_by = 'media' and (carrier_status = any(@FinalStatuses) or not end_reason = any(@Resumable)))) as end_is_final
        """;

    private const string Columns =
        """
        c.id, c.carrier_call_id, t.slug as tenant_slug, c.tenant_id, c.direction,
        c.caller_number, c.called_number, c.started_at, c.connected_at,
        c.ended_at, c.duration_ms, c.end_reason, c.transfer_to, c.intent,
        c.speculations_used, c.speculations_wasted,
        """ + EndIsFinal;

    // What that compares with.
    private void WithFinal(DynamicParameters parameters) =>
        parameters.AddDynamicParams(new
        {
            FinalSince = time.GetUtcNow() - CallFinisher.Grace,
            CallFinisher.FinalStatuses,
            Resumable = CallFinisher.Resumable.Select(EnumText<CallEndReason>.Of).ToArray(),
        });

    private const string From = "calls c join tenants t on t.id = c.tenant_id";

    /// <summary>Calls, newest first.</summary>
    public async Task<Page<CallRow>> ListAsync(TenantScope scope, CallFilter query, CancellationToken cancellationToken)
    {
        var filter = query.ToQuery(scope, "c", "started_at");
        if (query.Intent is { } intent)
            filter.Add("c.intent = @Intent", "Intent", EnumText<CallIntent>.Of(intent));

        if (query.Number is { } number)
            filter.AddNumber(number, "c.caller_number", "c.called_number");

        WithFinal(filter.Parameters);
        return await filter.ReadAsync<Row, CallRow>(
            database, $"select {Columns} from {From}", r => r.ToCall(), c => new Cursor(c.StartedAt, c.Id), cancellationToken);
    }

    /// <summary>A call with its turns, lead and messages; null when there is none in scope.</summary>
    public Task<CallDetails?> FindAsync(TenantScope scope, Guid callId, CancellationToken cancellationToken) =>
        FindAsync(new Filter(scope, "c.tenant_id").Add("c.id = @CallId", "CallId", callId), cancellationToken);

    /// <summary>The same by the carrier's id.</summary>
    public Task<CallDetails?> FindByCarrierAsync(TenantScope scope, string carrierCallId, CancellationToken cancellationToken) =>
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
    public async Task<CallProgress?> ReadProgressAsync(
        TenantScope scope, Guid callId, int afterOrdinal, CancellationToken cancellationToken)
    {
        var call = new Filter(scope).Add("id = @CallId", "CallId", callId);
        var turn = new Filter(scope).Add("call_id = @CallId", "CallId", callId).Add("ordinal > @After", "After", afterOrdinal);
        await using var connection = await database.OpenAsync(cancellationToken);
        WithFinal(turn.Parameters);
        // The call first: when it has ended by then, the second statement sees every turn.
        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(
            $"""
            select ended_at, end_reason, {EndIsFinal} from calls {call.Where};
            select {TurnRow.Columns} from turns {turn.Where} order by ordinal;
            """,
            turn.Parameters, cancellationToken: cancellationToken));
        if (await results.ReadSingleOrDefaultAsync<EndRow>() is not { } end)
            return null;

        var turns = await results.ReadAsync<TurnRow>();
        return new CallProgress(end.EndIsFinal ? end.EndedAt : null, ParseReason(end.EndReason), [.. turns.Select(t => t.ToTurn(callId))]);
    }

    private async Task<CallDetails?> FindAsync(Filter filter, CancellationToken cancellationToken)
    {
        WithFinal(filter.Parameters);
        await using var connection = await database.OpenAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"select {Columns} from {From} {filter.Where}",
            filter.Parameters, cancellationToken: cancellationToken));
        if (row is null)
            return null;

        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(
            $"""
            select usage::text as usage, cost, cost_currency as currency from calls where id = @Id and tenant_id = @TenantId;
            select {TurnRow.Columns} from turns where call_id = @Id and tenant_id = @TenantId order by ordinal;
            select {LeadReports.Columns} from {LeadReports.From} where l.call_id = @Id and l.tenant_id = @TenantId;
            select {MessageReports.Columns} from {MessageReports.From} where m.call_id = @Id and m.tenant_id = @TenantId
            order by m.created_at, m.id;
            select {AnalysisRows.Columns} from call_analyses where call_id = @Id and tenant_id = @TenantId;
            select {EscalationReports.Columns} from {EscalationReports.From} where e.call_id = @Id and e.tenant_id = @TenantId order by e.raised_at, e.id;
            """,
            new { row.Id, row.TenantId }, cancellationToken: cancellationToken));
        var bill = await results.ReadSingleAsync<BillRow>();
        var turns = await results.ReadAsync<TurnRow>();
        var lead = await results.ReadSingleOrDefaultAsync<LeadReports.Row>();
        var messages = await results.ReadAsync<MessageReports.Row>();
        // Before the escalations: each statement sees what is there by then, and an analysis is written with what it raises.
        var analysis = await results.ReadSingleOrDefaultAsync<AnalysisRows.Row>();
        var escalations = await results.ReadAsync<EscalationReports.Row>();
        return new CallDetails(
            row.ToCall(), [.. turns.Select(t => t.ToTurn(row.Id))], lead?.ToLead(), [.. messages.Select(m => m.ToMessage())],
            CallUsage.Read(bill.Usage), bill.Cost, bill.Currency)
        {
            Analysis = analysis?.ToAnalysis(),
            Escalations = [.. escalations.Select(e => e.ToEscalation())],
        };
    }

    private static CallEndReason? ParseReason(string? text) => text is null ? null : EnumText<CallEndReason>.Parse(text);

    private sealed class EndRow
    {
        public DateTimeOffset? EndedAt { get; init; }
        public string? EndReason { get; init; }
        public bool EndIsFinal { get; init; }
    }

    private sealed class BillRow
    {
        public string? Usage { get; init; }
        public decimal? Cost { get; init; }
        public string? Currency { get; init; }
    }

    private sealed class Row
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
        public bool EndIsFinal { get; init; }
        public string? TransferTo { get; init; }
        public string Intent { get; init; } = "";
        public int SpeculationsUsed { get; init; }
        public int SpeculationsWasted { get; init; }

        public CallRow ToCall() => new()
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
            EndIsFinal = EndIsFinal,
            TransferTo = TransferTo,
            Intent = EnumText<CallIntent>.Parse(Intent),
            SpeculationsUsed = SpeculationsUsed,
            SpeculationsWasted = SpeculationsWasted,
        };
    }
}
