using System.Net.Http.Headers;
using System.Text.Json;
using Dapper;
using Parley.Conversation.Net;
using Parley.Conversation.Stores;
using Parley.Conversation.Webhooks;
using Parley.Persistence.Jobs;
using Parley.Persistence.Reporting;
using Parley.Persistence.Secrets;
using Parley.Persistence.Tenants;

namespace Parley.Persistence.CallWebhooks;

/// <summary>
/// Posts a call's events to its tenant's address, in Retell's shape and with its signature, made anew for each attempt: 10 s, any 2xx, three retries
/// (Retell docs, "Webhook overview"; the waits between them are ours, it tells none). Then the job stays as a dead letter.
/// </summary>
internal sealed class CallWebhookSender(Database database, SecretVault vault, CallReports calls, IToolLedger ledger, OutgoingHttp http, TimeProvider time) : IJobHandler
{
    public string Kind => CallWebhookJobs.JobKind;

    // 5 s, 30 s, 3 min: a deployment of the receiver, and a longer mishap.
    public TimeSpan Backoff(int attempt) => TimeSpan.FromSeconds(5 * Math.Pow(6, attempt - 1));

    public async Task<JobOutcome> RunAsync(Job job, CancellationToken cancellationToken)
    {
        using var payload = JsonDocument.Parse(job.Payload);
        var callId = payload.RootElement.GetProperty("call_id").GetGuid();
        var happened = payload.RootElement.GetProperty("event").GetString()!;
        if (await FindTargetAsync(job.TenantId, cancellationToken) is not { } target || !target.Events.Contains(happened))
            return JobOutcome.Success;      // no longer wanted
        if (await LoadAsync(job.TenantId, callId, cancellationToken) is not { } call)
            return JobOutcome.Success;      // deleted
        if (!Uri.TryCreate(target.Url, UriKind.Absolute, out var address))
            return JobOutcome.Failure("The address is none.");

        string key;
        try
        {
            key = target.Sealed ? vault.Open(job.TenantId, TenantWebhooks.CallKey, target.Key) : target.Key;
        }
        catch (SecretLostException e)
        {
            return JobOutcome.Failure(e.Message);
        }

        var body = RetellPayload.Write(happened, call);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation(RetellSignature.Header, RetellSignature.Sign(key, body, time.GetUtcNow()));
        return await WebhookPost.SendAsync(http, request, static _ => false, time, cancellationToken);
    }

    private async Task<Target?> FindTargetAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<Target>(new CommandDefinition(
            "select url, key, sealed, events from call_webhooks where tenant_id = @tenantId", new { tenantId }, cancellationToken: cancellationToken));
    }

    private async Task<RetellCall?> LoadAsync(Guid tenantId, Guid callId, CancellationToken cancellationToken)
    {
        if (await calls.FindAsync(TenantScope.Of(tenantId), callId, cancellationToken) is not { Call: var row } details)
            return null;

        await using var connection = await database.OpenAsync(cancellationToken);
        if (await TenantRows.FindAsync(connection, tenantId, cancellationToken) is not { } tenant)
            return null;
        return new RetellCall
        {
            CallId = row.Id,
            CarrierCallId = row.CarrierCallId,
            Tenant = tenant,
            Direction = row.Direction,
            CallerNumber = row.CallerNumber,
            CalledNumber = row.CalledNumber,
            StartedAt = row.StartedAt,
            ConnectedAt = row.ConnectedAt,
            EndedAt = row.EndedAt,
            EndReason = row.EndReason,
            CarrierStatus = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
                "select carrier_status from calls where id = @callId", new { callId }, cancellationToken: cancellationToken)),
            TransferTo = row.TransferTo,
            Turns = details.Turns,
            Ledger = await ledger.OfCallAsync(tenantId, callId, fromTurn: 0, cancellationToken),
            CostInDollars = details.Currency == "USD" ? details.Cost : null,
            Analysis = details.Analysis,
        };
    }

    private sealed record Target
    {
        public string Url { get; init; } = "";

        public string Key { get; init; } = "";

        public bool Sealed { get; init; }

        public string[] Events { get; init; } = [];
    }
}
