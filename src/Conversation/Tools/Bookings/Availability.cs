using NodaTime;

namespace Parley.Conversation.Tools.Bookings;

/// <summary>A place for a booking.</summary>
/// <param name="Resource">Name of the resource.</param>
/// <param name="Unit">Which of them.</param>
/// <param name="Start">When it begins, in the tenant's zone.</param>
/// <param name="End">When it ends, in the tenant's zone.</param>
/// <param name="From">The same as a moment.</param>
/// <param name="Until">The same as a moment.</param>
/// <param name="BusyUntil">When the next booking can begin.</param>
public sealed record Slot(string Resource, string Unit, LocalDateTime Start, LocalDateTime End, Instant From, Instant Until, Instant BusyUntil);

/// <summary>A time that a unit is taken.</summary>
public readonly record struct Busy(string Resource, string Unit, Instant From, Instant Until);

/// <summary>Whether a wish can be met.</summary>
/// <param name="Refusal">Why it cannot.</param>
/// <param name="Slot">The place that it would have.</param>
/// <param name="Alternatives">The nearest times that are free, nearest first, when it cannot.</param>
public sealed record Availability(BookingRefusal Refusal, Slot? Slot, IReadOnlyList<Slot> Alternatives);

/// <summary>Why something cannot be booked.</summary>
public enum BookingRefusal
{
    /// <summary>It can.</summary>
    None,

    /// <summary>The time is over.</summary>
    Past,

    /// <summary>There is less time than the business needs.</summary>
    TooSoon,

    /// <summary>Bookings are not taken so far ahead.</summary>
    TooFar,

    /// <summary>The business is closed that day.</summary>
    ClosedDay,

    /// <summary>The business is closed at that time.</summary>
    OutsideHours,

    /// <summary>It would not be over before the business closes.</summary>
    AfterLastBooking,

    /// <summary>Nothing takes so many guests.</summary>
    TooManyGuests,

    /// <summary>There is nothing for that service, or of that name.</summary>
    NothingSuitable,

    /// <summary>Everything suitable is taken.</summary>
    Taken,
}
