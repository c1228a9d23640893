using NodaTime;

namespace Parley.Conversation.Calendars;

/// <summary>A booking as calendars show it.</summary>
public sealed record CalendarEvent
{
    /// <summary>Stays the same when the booking is moved.</summary>
    public required string Uid { get; init; }

    /// <summary>Grows with each change (RFC 5545, 3.8.7.4).</summary>
    public required int Sequence { get; init; }

    /// <summary>Whether it was called off, or moved to another calendar.</summary>
    public required bool IsCancelled { get; init; }

    /// <summary>When it begins.</summary>
    public required Instant From { get; init; }

    /// <summary>When it ends.</summary>
    public required Instant Until { get; init; }

    /// <summary>When it was made.</summary>
    public required Instant Created { get; init; }

    /// <summary>When it last changed.</summary>
    public required Instant Changed { get; init; }

    /// <summary>Its title.</summary>
    public required string Summary { get; init; }

    /// <summary>Where.</summary>
    public string? Location { get; init; }
}
