namespace Parley.Admin.Api.Calendars;

/// <summary>The calendars of a resource.</summary>
public sealed record CalendarView
{
    /// <summary>The resource.</summary>
    public required string Resource { get; init; }

    /// <summary>
    /// Where calendar programs subscribe to its bookings: whoever knows it can read them. Without <c>Admin:PublicBaseUrl</c> only the path.
    /// </summary>
    public required string Feed { get; init; }

    /// <summary>Host of the calendar that it has elsewhere, or <c>Google Calendar</c>; null when it has none.</summary>
    public string? Elsewhere { get; init; }

    /// <summary>When that was last read.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>Why it cannot be read; null when it can.</summary>
    public string? Error { get; init; }

    /// <summary>Since when it cannot be read.</summary>
    public DateTimeOffset? FailingSince { get; init; }
}
