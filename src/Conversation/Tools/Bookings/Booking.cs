namespace Parley.Conversation.Tools.Bookings;

/// <summary>A booking.</summary>
public sealed record Booking
{
    /// <summary>UUID v7.</summary>
    public required Guid Id { get; init; }

    /// <summary>How it stands.</summary>
    public required BookingStatus Status { get; init; }

    /// <summary>Its place and time.</summary>
    public required Slot Slot { get; init; }

    /// <summary>For how many.</summary>
    public required int Guests { get; init; }

    /// <summary>The service.</summary>
    public string? Service { get; init; }

    /// <summary>Who it is for.</summary>
    public string? Name { get; init; }

    /// <summary>Where they can be reached, E.164.</summary>
    public string? Phone { get; init; }

    /// <summary>The booking that this one takes the stead of.</summary>
    public Guid? Replaces { get; init; }
}

/// <summary>How a booking stands. Only the first two keep others away.</summary>
public enum BookingStatus
{
    /// <summary>Kept for a caller who has not said yes.</summary>
    Held,

    /// <summary>Booked.</summary>
    Confirmed,

    /// <summary>Held for too long.</summary>
    Expired,

    /// <summary>Held by a call that ended.</summary>
    Released,

    /// <summary>Held until the caller wished for something else.</summary>
    Superseded,

    /// <summary>Another booking has taken its stead.</summary>
    Moved,

    /// <summary>Called off.</summary>
    Cancelled,
}
