using Parley.Conversation.Agents;

namespace Parley.Persistence.Reporting;

/// <summary>Which leads to list.</summary>
public sealed record LeadQuery : ListQuery
{
    /// <summary>True: only those dealt with; false: only those not; null: both.</summary>
    public bool? Handled { get; init; }

    /// <summary>Only leads with this wish.</summary>
    public CallIntent? Intent { get; init; }
}

/// <summary>A lead: what a caller wanted of the business.</summary>
public sealed record LeadRow
{
    /// <summary>Parley's id.</summary>
    public Guid Id { get; init; }

    /// <summary>Whose lead it is.</summary>
    public Guid TenantId { get; init; }

    /// <summary>The call it comes from.</summary>
    public Guid CallId { get; init; }

    /// <summary>Name of a <see cref="CallIntent"/>.</summary>
    public string Intent { get; init; } = "";

    /// <summary><c>confirmed</c> when the caller agreed to the read-back, else <c>open</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary>The caller's name.</summary>
    public string? Name { get; init; }

    /// <summary>E.164.</summary>
    public string? Phone { get; init; }

    /// <summary>Guests.</summary>
    public int? PartySize { get; init; }

    /// <summary>Service.</summary>
    public string? Service { get; init; }

    /// <summary>Wished time on the clock of <see cref="TimeZone"/>.</summary>
    public DateTime? RequestedFor { get; init; }

    /// <summary>The same moment.</summary>
    public DateTimeOffset? RequestedAt { get; init; }

    /// <summary>IANA zone.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>The message left, or the questions left open.</summary>
    public string? Note { get; init; }

    /// <summary>One or two sentences for the owner.</summary>
    public string Summary { get; init; } = "";

    /// <summary>When the owner dealt with it.</summary>
    public DateTimeOffset? HandledAt { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Which text messages to list.</summary>
public sealed record MessageQuery : ListQuery
{
    /// <summary>Only of this call.</summary>
    public Guid? CallId { get; init; }

    /// <summary><c>queued</c>, <c>sent</c>, <c>delivered</c>, <c>undelivered</c> or <c>failed</c>.</summary>
    public string? Status { get; init; }
}

/// <summary>A text message.</summary>
public sealed record MessageRow
{
    /// <summary>Parley's id.</summary>
    public Guid Id { get; init; }

    /// <summary>Whose message it is.</summary>
    public Guid TenantId { get; init; }

    /// <summary>The lead it belongs to.</summary>
    public Guid? LeadId { get; init; }

    /// <summary>The call it comes from.</summary>
    public Guid CallId { get; init; }

    /// <summary><c>recap</c> or <c>reservation_link</c>.</summary>
    public string Type { get; init; } = "";

    /// <summary>Sender, E.164.</summary>
    public string FromNumber { get; init; } = "";

    /// <summary>Recipient, E.164.</summary>
    public string ToNumber { get; init; } = "";

    /// <summary>The text.</summary>
    public string Body { get; init; } = "";

    /// <summary><c>queued</c>, <c>sent</c>, <c>delivered</c>, <c>undelivered</c> or <c>failed</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary>The carrier's id.</summary>
    public string? CarrierMessageId { get; init; }

    /// <summary>What went wrong last.</summary>
    public string? Error { get; init; }

    /// <summary>The carrier's code for it.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; }

    /// <summary>When it was queued.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the carrier took it.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>When it is tried next; null unless it is queued.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }
}
