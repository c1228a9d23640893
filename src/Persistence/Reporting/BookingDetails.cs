using Parley.Conversation.Tools.Bookings;

namespace Parley.Persistence.Reporting;

/// <summary>A booking, as owners see it.</summary>
public sealed record BookingDetails
{
    /// <summary>UUID v7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The tenant's slug.</summary>
    public required string TenantSlug { get; init; }

    /// <summary>The tenant's id.</summary>
    public required Guid TenantId { get; init; }

    /// <summary>The call it was made in; null when it was made elsewhere.</summary>
    public required Guid? CallId { get; init; }

    /// <summary>How it stands.</summary>
    public required BookingStatus Status { get; init; }

    /// <summary>What it is of.</summary>
    public required string Resource { get; init; }

    /// <summary>Which of them.</summary>
    public required string Unit { get; init; }

    /// <summary>For how many.</summary>
    public required int Guests { get; init; }

    /// <summary>The service.</summary>
    public required string? Service { get; init; }

    /// <summary>Who it is for.</summary>
    public required string? Name { get; init; }

    /// <summary>E.164.</summary>
    public required string? Phone { get; init; }

    /// <summary>When it begins.</summary>
    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>When it ends.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>When it begins, wall clock in <see cref="TimeZone"/>.</summary>
    public required DateTime StartsLocal { get; init; }

    /// <summary>When it ends, wall clock.</summary>
    public required DateTime EndsLocal { get; init; }

    /// <summary>IANA id.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Until when it is held, when it is.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The booking it takes the stead of.</summary>
    public required Guid? Replaces { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
