namespace Parley.Conversation.Tools.Bookings;

/// <summary>An order to confirm what a call holds.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Turn">Ordinal of the caller's turn. What was held in answer to the same turn is not confirmed: the caller has yet to hear it.</param>
/// <param name="Name">Who it is for, when that is newly known.</param>
/// <param name="Phone">Where they can be reached, when that is newly known.</param>
public sealed record ConfirmOrder(Guid CallId, int Turn, string? Name, string? Phone);

/// <summary>What came of a confirmation.</summary>
/// <param name="Refusal">Why not.</param>
/// <param name="Booking">What is booked, or what is held and not confirmed.</param>
/// <param name="Alternatives">What is free instead, when it was taken.</param>
public sealed record ConfirmOutcome(ConfirmRefusal Refusal, Booking? Booking, IReadOnlyList<Slot> Alternatives);

/// <summary>Why a booking was not confirmed.</summary>
public enum ConfirmRefusal
{
    /// <summary>It was.</summary>
    None,

    /// <summary>The call holds nothing.</summary>
    NothingHeld,

    /// <summary>It was held in answer to the same words, so that the caller has not said yes to it.</summary>
    NotReadBack,

    /// <summary>Nobody's name is known.</summary>
    NoName,

    /// <summary>The hold had expired, and somebody else was faster.</summary>
    Taken,
}
