using Parley.Conversation.Tools.Bookings;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Bookings;

/// <summary>A booking of one of a tenant's resources.</summary>
public sealed record BookingView
{
    /// <summary>Copies a booking.</summary>
    public BookingView(BookingDetails booking)
    {
        Id = booking.Id;
        Tenant = booking.TenantSlug;
        TenantId = booking.TenantId;
        CallId = booking.CallId;
        Status = booking.Status;
        Resource = booking.Resource;
        Unit = booking.Unit;
        Guests = booking.Guests;
        Service = booking.Service;
        Name = booking.Name;
        Phone = booking.Phone;
        StartsAt = booking.StartsAt;
        EndsAt = booking.EndsAt;
        // A wall clock's time: of no kind, so that it is written without offset.
        StartsLocal = DateTime.SpecifyKind(booking.StartsLocal, DateTimeKind.Unspecified);
        EndsLocal = DateTime.SpecifyKind(booking.EndsLocal, DateTimeKind.Unspecified);
        TimeZone = booking.TimeZone;
        ExpiresAt = booking.ExpiresAt;
        Replaces = booking.Replaces;
        CreatedAt = booking.CreatedAt;
    }

    /// <summary>Parley's id.</summary>
    public Guid Id { get; }

    /// <summary>The tenant's slug.</summary>
    public string Tenant { get; }

    /// <summary>The tenant's id.</summary>
    public Guid TenantId { get; }

    /// <summary>The call it was made in; null when it was made elsewhere.</summary>
    public Guid? CallId { get; }

    /// <summary>How it stands.</summary>
    public BookingStatus Status { get; }

    /// <summary>What it is of: a kind of table, chair, room or practitioner.</summary>
    public string Resource { get; }

    /// <summary>Which of them: a name, or a number from 1.</summary>
    public string Unit { get; }

    /// <summary>For how many people.</summary>
    public int Guests { get; }

    /// <summary>The service.</summary>
    public string? Service { get; }

    /// <summary>Who it is for.</summary>
    public string? Name { get; }

    /// <summary>Number to reach them, E.164.</summary>
    public string? Phone { get; }

    /// <summary>When it begins.</summary>
    public DateTimeOffset StartsAt { get; }

    /// <summary>When it ends.</summary>
    public DateTimeOffset EndsAt { get; }

    /// <summary>When it begins, wall clock in <see cref="TimeZone"/>, without offset.</summary>
    public DateTime StartsLocal { get; }

    /// <summary>When it ends, wall clock in <see cref="TimeZone"/>, without offset.</summary>
    public DateTime EndsLocal { get; }

    /// <summary>IANA id.</summary>
    public string TimeZone { get; }

    /// <summary>Until when it is held, when it is.</summary>
    public DateTimeOffset? ExpiresAt { get; }

    /// <summary>The booking it takes the stead of.</summary>
    public Guid? Replaces { get; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; }
}
