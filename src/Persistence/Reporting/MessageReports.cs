using Parley.Persistence.Json;

namespace Parley.Persistence.Reporting;

/// <summary>Text messages, as owners look at them.</summary>
public sealed class MessageReports(Database database)
{
    internal const string Columns =
        """
        m.id, t.slug as tenant_slug, m.tenant_id, m.call_id, m.lead_id, m.type,
        m.from_number, m.to_number, m.body, m.status, m.error,
        m.error_code, m.attempts, m.created_at, m.sent_at
        """;

    internal const string From = "messages m join tenants t on t.id = m.tenant_id";

    /// <summary>Messages, newest first.</summary>
    public async Task<Page<MessageRow>> ListAsync(TenantScope scope, MessageFilter query, CancellationToken cancellationToken)
    {
        var filter = query.ToQuery(scope, "m", "created_at");
        if (query.Status is { } status)
            filter.Add("m.status = @Status", "Status", EnumText<MessageStatus>.Of(status));

        if (query.Type is { } type)
            filter.Add("m.type = @Type", "Type", EnumText<MessageType>.Of(type));

        return await filter.ReadAsync<Row, MessageRow>(
            database, $"select {Columns} from {From}", r => r.ToMessage(), m => new Cursor(m.CreatedAt, m.Id), cancellationToken);
    }

    internal sealed class Row
    {
        public Guid Id { get; init; }
        public string TenantSlug { get; init; } = "";
        public Guid TenantId { get; init; }
        public Guid CallId { get; init; }
        public Guid? LeadId { get; init; }
        public string Type { get; init; } = "";
        public string FromNumber { get; init; } = "";
        public string ToNumber { get; init; } = "";
        public string Body { get; init; } = "";
        public string Status { get; init; } = "";
        public string? Error { get; init; }
        public string? ErrorCode { get; init; }
        public int Attempts { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset? SentAt { get; init; }

        public MessageRow ToMessage() => new()
        {
            Id = Id,
            TenantSlug = TenantSlug,
            TenantId = TenantId,
            CallId = CallId,
            LeadId = LeadId,
            Type = EnumText<MessageType>.Parse(Type),
            From = FromNumber,
            To = ToNumber,
            Body = Body,
            Status = EnumText<MessageStatus>.Parse(Status),
            Error = Error,
            ErrorCode = ErrorCode,
            Attempts = Attempts,
            CreatedAt = CreatedAt,
            SentAt = SentAt,
        };
    }
}
