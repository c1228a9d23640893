using System.Globalization;
using System.Text.Json;
using Dapper;
using Npgsql;
using Parley.Conversation.Agents;
using Parley.Conversation.Escalations;
using Parley.Conversation.Pipeline;
using Parley.Conversation.PostCall;
using Parley.Conversation.Providers;
using Parley.Conversation.Stores;
using Parley.Persistence.Calls;
using Parley.Persistence.CallWebhooks;
using Parley.Persistence.Escalations;
using Parley.Persistence.Jobs;
using Parley.Persistence.Json;
using Parley.Persistence.Tenants;

namespace Parley.Persistence.Analysis;

/// <summary>
/// Has a finished call analysed, outside any transaction, and stores what follows from it in one: the analysis, what the lead and the customer lack, the
/// escalation of a call that somebody should look at, and the webhook that tells of it.
/// </summary>
internal sealed class AnalysisJob(Database database, ICallAnalyst analyst, TimeProvider time, PriceTable? prices = null) : IJobHandler
{
    public const string JobKind = "analyse_call";

    public const int MaxAttempts = 4;

    public string Kind => JobKind;

    public TimeSpan Backoff(int attempt) => TimeSpan.FromSeconds(10 * Math.Pow(4, attempt - 1));

    public async Task<JobOutcome> RunAsync(Job job, CancellationToken cancellationToken)
    {
        using var payload = JsonDocument.Parse(job.Payload);
        var callId = payload.RootElement.GetProperty("call_id").GetGuid();
        var meter = new CallMeter();
        if (await LoadAsync(job.TenantId, callId, meter, cancellationToken) is not { } call)
            return JobOutcome.Success;

        var analysis = await analyst.AnalyseAsync(call, cancellationToken);
        await StoreAsync(job.TenantId, callId, analysis, meter, cancellationToken);
        return JobOutcome.Success;
    }

    private async Task<AnalysisInput?> LoadAsync(Guid tenantId, Guid callId, CallMeter meter, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            """
            select caller_number, started_at, end_reason, facts::text as facts from calls
            where id = @callId and tenant_id = @tenantId and ended_at is not null
            """,
            new { callId, tenantId }, cancellationToken: cancellationToken));
        // Deleted, or the caller came back: its next end queues this again.
        if (row?.EndReason is null || await TenantRows.FindAsync(connection, tenantId, cancellationToken) is not { } tenant)
            return null;

        var (history, _) = await CallHistory.LoadAsync(connection, null, callId, cancellationToken);
        var reasons = await connection.QueryAsync<string>(new CommandDefinition(
            "select reason from escalations where call_id = @callId and reason <> 'negative' order by raised_at", new { callId },
            cancellationToken: cancellationToken));
        return new AnalysisInput
        {
            Tenant = tenant,
            CallerNumber = row.CallerNumber,
            StartedAt = row.StartedAt,
            EndReason = EnumText<CallEndReason>.Parse(row.EndReason),
            Facts = row.Facts is null ? CallFacts.None : PersistenceJson.Read<CallFacts>(row.Facts),
            History = history,
            Escalations = [.. reasons.Select(EnumText<EscalationReason>.Parse)],
            Meter = meter,
        };
    }

    private async Task StoreAsync(Guid tenantId, Guid callId, CallAnalysis analysis, CallMeter meter, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var over = await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "select ended_at is not null from calls where id = @callId and tenant_id = @tenantId for update", new { callId, tenantId }, transaction,
            cancellationToken: cancellationToken));
        await CallUsage.AddAsync(connection, transaction, Used(callId, now, meter), prices, cancellationToken);
        if (over)
        {
            await AnalysisRows.WriteAsync(connection, transaction, tenantId, callId, analysis, now, cancellationToken);
            await FillInAsync(connection, transaction, tenantId, callId, analysis, now, cancellationToken);
            if (analysis.Sentiment is Sentiment.Negative or Sentiment.NeedsAttention)
            {
                var escalation = new Escalation
                {
                    CallId = callId, TenantId = tenantId, Reason = EscalationReason.Negative, Summary = analysis.Summary, At = now,
                };
                await EscalationWriter.WriteAsync(connection, transaction, escalation, now, cancellationToken);
            }

            await CallWebhookJobs.QueueAsync(connection, transaction, callId, CallWebhookEvents.Analyzed, now, TimeSpan.Zero, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    // What was noted with the caller on the line stands, and so does what a person has dealt with.
    private static Task<int> FillInAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId, Guid callId, CallAnalysis analysis, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var fields = analysis.Fields;
        return connection.ExecuteAsync(new CommandDefinition(
            """
            update leads set name = coalesce(name, @Name), service = coalesce(service, @Service), party_size = coalesce(party_size, @PartySize),
                phone = coalesce(phone, @Phone), note = coalesce(note, @Message), updated_at = @now
            where call_id = @callId and tenant_id = @tenantId and handled_at is null
              and ((name is null and @Name::text is not null) or (service is null and @Service::text is not null)
                   or (party_size is null and @PartySize::int is not null) or (phone is null and @Phone::text is not null)
                   or (note is null and @Message::text is not null));
            update customers set name = @Name, updated_at = @now
            where name is null and @Name::text is not null and tenant_id = @tenantId
              and phone = (select coalesce(c.caller_number, l.phone) from calls c left join leads l on l.call_id = c.id where c.id = @callId)
            """,
            new
            {
                tenantId,
                callId,
                now,
                Name = Text("name"),
                Service = Text("service"),
                PartySize = Text("party_size") is { } size && int.TryParse(size, CultureInfo.InvariantCulture, out var count) ? count : (int?)null,
                Phone = Text("phone"),
                Message = Text("message"),
            },
            transaction, cancellationToken: cancellationToken));

        string? Text(string name) => fields.TryGetValue(name, out var value) ? AnalysisRows.Clean(value) : null;
    }

    // An entry of its own beside those of the call's streams.
    private static CallEnded Used(Guid callId, DateTimeOffset now, CallMeter meter) => new()
    {
        CallId = callId,
        StreamId = string.Create(CultureInfo.InvariantCulture, $"analysis-{now.ToUnixTimeMilliseconds()}"),
        Reason = CallEndReason.AgentEnded,
        EndedAt = now,
        Usage = meter.Totals,
    };

    private sealed record Row
    {
        public string? CallerNumber { get; init; }

        public DateTimeOffset StartedAt { get; init; }

        public string? EndReason { get; init; }

        public string? Facts { get; init; }
    }
}
