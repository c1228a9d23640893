namespace Parley.Conversation.Tools.Bookings;

/// <summary>An order to hold a place.</summary>
public sealed record HoldOrder
{
    /// <summary>The call that holds it.</summary>
    public required Guid CallId { get; init; }

    /// <summary>Ordinal of the caller's turn.</summary>
    public required int Turn { get; init; }

    /// <summary>What is wished for.</summary>
    public required BookingWish Wish { get; init; }

    /// <summary>Who it is for, as far as known.</summary>
    public string? Name { get; init; }

    /// <summary>Where they can be reached, E.164.</summary>
    public string? Phone { get; init; }

    /// <summary>Who called, E.164; null when withheld.</summary>
    public string? CallerNumber { get; init; }

    /// <summary>How long it is held.</summary>
    public required TimeSpan For { get; init; }

    /// <summary>The booking to take the stead of.</summary>
    public Guid? Replaces { get; init; }
}

/// <summary>What came of a hold.</summary>
/// <param name="Booking">What is held; null when nothing is.</param>
/// <param name="Availability">Why, and what is free instead.</param>
/// <param name="IsGone">The booking to take the stead of is there no more: nothing is held.</param>
public sealed record HoldOutcome(Booking? Booking, Availability Availability, bool IsGone = false);
