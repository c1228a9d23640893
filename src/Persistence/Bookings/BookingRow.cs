using NodaTime;
using Parley.Conversation.Tools.Bookings;
using Parley.Persistence.Json;

namespace Parley.Persistence.Bookings;

/// <summary>A row of <c>bookings</c> with the names of its unit.</summary>
internal sealed class BookingRow
{
    public const string Columns =
        """
        b.id, b.status, b.call_id, b.unit_id, u.resource, u.unit, b.turn, b.guests, b.service, b.name, b.phone, b.caller_number, b.starts_at, b.ends_at,
        b.starts_local, b.ends_local, b.blocked_until, b.expires_at, b.replaces, coalesce(b.event_id, b.id) as event_id, b.sequence, b.created_at,
        b.updated_at
        """;

    public const string From = "bookings b join booking_units u on u.id = b.unit_id";

    public Guid Id { get; init; }

    public string Status { get; init; } = "";

    public Guid? CallId { get; init; }

    public long UnitId { get; init; }

    public string Resource { get; init; } = "";

    public string Unit { get; init; } = "";

    public int Turn { get; init; }

    public int Guests { get; init; }

    public string? Service { get; init; }

    public string? Name { get; init; }

    public string? Phone { get; init; }

    public string? CallerNumber { get; init; }

    public DateTimeOffset StartsAt { get; init; }

    public DateTimeOffset EndsAt { get; init; }

    public DateTime StartsLocal { get; init; }

    public DateTime EndsLocal { get; init; }

    public DateTimeOffset BlockedUntil { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public Guid? Replaces { get; init; }

    public Guid EventId { get; init; }

    public int Sequence { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public Booking ToBooking() => new()
    {
        Id = Id,
        Status = EnumText<BookingStatus>.Parse(Status),
        Slot = new Slot(
            Resource, Unit, LocalDateTime.FromDateTime(StartsLocal), LocalDateTime.FromDateTime(EndsLocal), Instant.FromDateTimeOffset(StartsAt),
            Instant.FromDateTimeOffset(EndsAt), Instant.FromDateTimeOffset(BlockedUntil)),
        Guests = Guests,
        Service = Service,
        Name = Name,
        Phone = Phone,
        Replaces = Replaces,
    };
}
