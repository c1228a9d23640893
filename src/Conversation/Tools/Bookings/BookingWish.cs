using NodaTime;

namespace Parley.Conversation.Tools.Bookings;

/// <summary>What a caller would like to book.</summary>
public sealed record BookingWish
{
    /// <summary>When, in the tenant's zone. Rooms: only the day counts.</summary>
    public required LocalDateTime When { get; init; }

    /// <summary>For how many.</summary>
    public int Guests { get; init; } = 1;

    /// <summary>Name of the service; null when it does not matter.</summary>
    public string? Service { get; init; }

    /// <summary>Name of a resource or of one of its units that the caller asked for; null when it does not matter.</summary>
    public string? With { get; init; }

    /// <summary>Rooms: how many nights.</summary>
    public int Nights { get; init; } = 1;
}
