using Parley.Conversation.Tools.Bookings;

namespace Parley.Persistence.Reporting;

/// <summary>Narrows a list of bookings; times are when they begin.</summary>
public sealed record BookingFilter : ListFilter
{
    /// <summary>How they stand; null for all.</summary>
    public BookingStatus? Status { get; init; }

    /// <summary>Name of the resource.</summary>
    public string? Resource { get; init; }
}
