using Parley.Conversation.Agents;

namespace Parley.Persistence.Reporting;

/// <summary>What came of a call.</summary>
public sealed record LeadRow
{
    /// <summary>UUID v7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The tenant's slug.</summary>
    public required string TenantSlug { get; init; }

    /// <summary>The tenant's id.</summary>
    public required Guid TenantId { get; init; }

    /// <summary>The call.</summary>
    public required Guid CallId { get; init; }

    /// <summary>The wish.</summary>
    public required CallIntent Intent { get; init; }

    /// <summary>How far it came.</summary>
    public required LeadStatus Status { get; init; }

    /// <summary>The caller's name.</summary>
    public required string? Name { get; init; }

    /// <summary>E.164.</summary>
    public required string? Phone { get; init; }

    /// <summary>Guests.</summary>
    public required int? PartySize { get; init; }

    /// <summary>Service.</summary>
    public required string? Service { get; init; }

    /// <summary>Wished time, wall clock in <see cref="TimeZone"/>.</summary>
    public required DateTime? RequestedFor { get; init; }

    /// <summary>From when on the caller wants to be called back, wall clock in <see cref="TimeZone"/>.</summary>
    public DateTime? CallBackFor { get; init; }

    /// <summary>IANA id.</summary>
    public required string TimeZone { get; init; }

    /// <summary>The message left, or the questions left open.</summary>
    public required string? Note { get; init; }

    /// <summary>One or two sentences for the owner.</summary>
    public required string Summary { get; init; }

    /// <summary>When a person dealt with it; null while nobody has.</summary>
    public required DateTimeOffset? HandledAt { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
