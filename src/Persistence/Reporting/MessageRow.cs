namespace Parley.Persistence.Reporting;

/// <summary>A text message to a caller.</summary>
public sealed record MessageRow
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
