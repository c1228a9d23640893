using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dapper;
using Parley.Conversation.Escalations;
using Parley.Conversation.Net;
using Parley.Persistence.Jobs;
using Parley.Persistence.Json;

namespace Parley.Persistence.Escalations;

/// <summary>
/// Tells a tenant's staff of an escalation: <c>{"text": "..."}</c> to the tenant's address, as Slack's incoming webhooks want it (Slack docs, "Sending
/// messages using incoming webhooks") and as others understand it.
/// </summary>
internal sealed class StaffNotifier(Database database, OutgoingHttp http, TimeProvider time) : IJobHandler
{
    public const string JobKind = "notify_staff";

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Kind => JobKind;

    public async Task<JobOutcome> RunAsync(Job job, CancellationToken cancellationToken)
    {
        if (await LoadAsync(job, cancellationToken) is not { } row)
            return JobOutcome.Success;
        if (!Uri.TryCreate(row.Url, UriKind.Absolute, out var address))
            return JobOutcome.Failure("The address is none.");

        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new StringContent(JsonSerializer.Serialize(new { text = Text(row) }, Json), Encoding.UTF8, "application/json"),
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

    private async Task<Row?> LoadAsync(Job job, CancellationToken cancellationToken)
    {
        using var payload = JsonDocument.Parse(job.Payload);
        var id = payload.RootElement.GetProperty("escalation_id").GetGuid();
        await using var connection = await database.OpenAsync(cancellationToken);
        // Gone when the call was deleted or the tenant took the address back: nobody is to be told any more.
        return await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            """
            select e.reason, e.summary, e.call_id, c.caller_number, t.name as tenant_name, w.url,
                   coalesce((t.profile -> 'escalations' ->> 'full_numbers')::boolean, false) as full_numbers
            from escalations e join calls c on c.id = e.call_id join tenants t on t.id = e.tenant_id join staff_webhooks w on w.tenant_id = e.tenant_id
            where e.id = @id and e.tenant_id = @TenantId
            """,
            new { id, job.TenantId }, cancellationToken: cancellationToken));
    }

    private sealed record Row
    {
        public string Reason { get; init; } = "";

        public string Summary { get; init; } = "";

        public Guid CallId { get; init; }

        public string? CallerNumber { get; init; }

        public string TenantName { get; init; } = "";

        public string Url { get; init; } = "";

        public bool FullNumbers { get; init; }
    }
}
