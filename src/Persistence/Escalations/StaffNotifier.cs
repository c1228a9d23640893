using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dapper;
using Npgsql;
using Parley.Conversation.Escalations;
using Parley.Conversation.Net;
using Parley.Persistence.Calendars;
using Parley.Persistence.CallWebhooks;
using Parley.Persistence.Jobs;
using Parley.Persistence.Json;
using Parley.Persistence.Secrets;
using Parley.Persistence.Tenants;

namespace Parley.Persistence.Escalations;

/// <summary>
/// Tells a tenant's staff of an escalation, of a calendar that cannot be read for a while, or of a booking that a calendar does not take:
/// <c>{"text": "..."}</c> to the tenant's address, as Slack's incoming webhooks want it (Slack docs, "Sending messages using incoming webhooks") and as
/// others understand it.
/// </summary>
internal sealed class StaffNotifier(Database database, SecretVault vault, OutgoingHttp http, TimeProvider time) : IJobHandler
{
    public const string JobKind = "notify_staff";

    /// <summary>Attempts before a notification is given up: over an hour with the backoff below.</summary>
    public const int MaxAttempts = 7;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Kind => JobKind;

    public async Task<JobOutcome> RunAsync(Job job, CancellationToken cancellationToken)
    {
        if (await FindAsync(job, cancellationToken) is not var (text, url, isSealed))
            return JobOutcome.Success;
        Uri? address;
        try
        {
            if (!Uri.TryCreate(isSealed ? vault.Open(job.TenantId, TenantWebhooks.StaffAddress, url) : url, UriKind.Absolute, out address))
                return JobOutcome.Failure("The address is none.");
        }
        catch (SecretLostException e)
        {
            return JobOutcome.Failure(e.Message);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new StringContent(JsonSerializer.Serialize(new { text }, Json), Encoding.UTF8, "application/json"),
        };
        // Slack answers 4xx to what will never work: a webhook that was removed, a channel that is archived.
        return await WebhookPost.SendAsync(
            http, request, status => (int)status is >= 400 and < 500 and not ((int)HttpStatusCode.RequestTimeout or (int)HttpStatusCode.TooManyRequests),
            time, cancellationToken);
    }

    // 10 s, 40 s, 160 s, ... at most half an hour.
    public TimeSpan Backoff(int attempt) => TimeSpan.FromSeconds(Math.Min(10 * Math.Pow(4, attempt - 1), 1800));

    private static string Text(Row row)
    {
        var what = EnumText<EscalationReason>.Parse(row.Reason) switch
        {
            EscalationReason.AskedFor => "A caller asks for a person",
            EscalationReason.LowConfidence => "The agent was not sure of its answer",
            EscalationReason.Anger => "A caller is angry",
            EscalationReason.RepeatedMisunderstanding => "A caller is not understood",
            EscalationReason.ToolFailure => "Something a caller wanted could not be done",
            EscalationReason.AgentFailed => "The agent broke down in a call",
            _ => "A call needs a look",
        };
        var (caller, summary) = row.FullNumbers
            ? (row.CallerNumber, row.Summary)
            : (PhoneMask.In(row.CallerNumber), PhoneMask.In(row.Summary));
        return $"{Escape(row.TenantName)}: {what}.\nCaller: {caller ?? "number withheld"}\n{Escape(summary ?? "")}\nCall {row.CallId}";
    }

    // Slack's own characters: without this a caller's words could hold a link or call everybody.
    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    // Without the connection: the request may take its time.
    private async Task<Notice?> FindAsync(Job job, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var target = await connection.QuerySingleOrDefaultAsync<(string Url, bool Sealed)?>(new CommandDefinition(
            "select url, sealed from staff_webhooks where tenant_id = @TenantId", new { job.TenantId }, cancellationToken: cancellationToken));
        using var payload = JsonDocument.Parse(job.Payload);
        // Gone when the call was deleted or the tenant took the address back: nobody is to be told any more.
        return target is var (url, isSealed) && await TextAsync(connection, job.TenantId, payload.RootElement, cancellationToken) is { } text
            ? new Notice(text, url, isSealed)
            : null;
    }

    private static Task<string?> TextAsync(NpgsqlConnection connection, Guid tenantId, JsonElement told, CancellationToken cancellationToken) =>
        told.TryGetProperty("calendar", out _) ? CalendarAsync(connection, tenantId, told, cancellationToken)
        : told.TryGetProperty("booking", out _) ? BookingAsync(connection, tenantId, told, cancellationToken)
        : EscalationAsync(connection, tenantId, told, cancellationToken);

    private static async Task<string?> EscalationAsync(NpgsqlConnection connection, Guid tenantId, JsonElement told, CancellationToken cancellationToken)
    {
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            """
            select e.reason, e.summary, e.call_id, c.caller_number, t.name as tenant_name,
                   coalesce((t.profile -> 'escalations' ->> 'full_numbers')::boolean, false) as full_numbers
            from escalations e join calls c on c.id = e.call_id join tenants t on t.id = e.tenant_id
            where e.id = @Id and e.tenant_id = @tenantId
            """,
            new { Id = told.GetProperty("escalation_id").GetGuid(), tenantId }, cancellationToken: cancellationToken));
        return row is null ? null : Text(row);
    }

    private static async Task<string?> CalendarAsync(NpgsqlConnection connection, Guid tenantId, JsonElement told, CancellationToken cancellationToken) =>
        await TenantRows.FindAsync(connection, tenantId, cancellationToken) is { } tenant ? CalendarNotice.Text(tenant, told, Escape) : null;

    private static async Task<string?> BookingAsync(NpgsqlConnection connection, Guid tenantId, JsonElement told, CancellationToken cancellationToken) =>
        await TenantRows.FindAsync(connection, tenantId, cancellationToken) is { } tenant
        && await BookingNotice.FindAsync(connection, tenantId, told.GetProperty("booking").GetGuid(), cancellationToken) is { } booking
            ? BookingNotice.Text(tenant, booking, told.GetProperty("error").GetString() ?? "", Escape)
            : null;

    private readonly record struct Notice(string Text, string Url, bool IsSealed);

    private sealed record Row
    {
        public string Reason { get; init; } = "";

        public string Summary { get; init; } = "";

        public Guid CallId { get; init; }

        public string? CallerNumber { get; init; }

        public string TenantName { get; init; } = "";

        public bool FullNumbers { get; init; }
    }
}
