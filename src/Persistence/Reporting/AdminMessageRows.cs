namespace Parley.Persistence.Reporting;

/// <summary>How far a text message is.</summary>
public enum MessageStatus
{
    /// <summary>Waits to be sent.</summary>
    Queued,

    /// <summary>Taken by the carrier.</summary>
    Sent,

    /// <summary>Arrived.</summary>
    Delivered,

    /// <summary>The carrier could not deliver it.</summary>
    Undelivered,

    /// <summary>Given up.</summary>
    Failed,
}

/// <summary>What a text message is for.</summary>
public enum MessageType
{
    /// <summary>What was agreed on in the call.</summary>
    Recap,

    /// <summary>Where the booking can be seen or changed.</summary>
    ReservationLink,
}

/// <summary>Narrows a list of messages; times are when they were made.</summary>
public sealed record AdminMessageFilter : AdminFilter
{
    /// <summary>How far it is.</summary>
    public MessageStatus? Status { get; init; }

    /// <summary>What it is for.</summary>
    public MessageType? Type { get; init; }
}

/// <summary>A text message to a caller.</summary>
public sealed record AdminMessage
{
    /// <summary>UUID v7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The tenant's slug.</summary>
    public required string TenantSlug { get; init; }

    /// <summary>The tenant's id.</summary>
    public required Guid TenantId { get; init; }

    /// <summary>The call.</summary>
    public required Guid CallId { get; init; }

    /// <summary>The lead; null when the call brought none.</summary>
    public required Guid? LeadId { get; init; }

    /// <summary>What it is for.</summary>
    public required MessageType Type { get; init; }

    /// <summary>E.164.</summary>
    public required string From { get; init; }

    /// <summary>E.164.</summary>
    public required string To { get; init; }

    /// <summary>The text.</summary>
    public required string Body { get; init; }

    /// <summary>How far it is.</summary>
    public required MessageStatus Status { get; init; }

    /// <summary>What went wrong.</summary>
    public required string? Error { get; init; }

    /// <summary>The carrier's code of what went wrong.</summary>
    public required string? ErrorCode { get; init; }

    /// <summary>How often sending was tried.</summary>
    public required int Attempts { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the carrier took it.</summary>
    public required DateTimeOffset? SentAt { get; init; }
}
