using Parley.Calling;

namespace Parley.Evaluation;

/// <summary>A booking that somebody else makes, or that the caller made in an earlier call.</summary>
internal sealed record ScenarioBooking
{
    /// <summary>Where it stands, for messages: file and line.</summary>
    public required string Place { get; init; }

    /// <summary>When it begins, as the caller names it on the day of the call.</summary>
    public required RequestedTime At { get; init; }

    /// <summary>A resource, or one of them by its name; null for the smallest that is enough.</summary>
    public string? Resource { get; init; }

    /// <summary>Guests.</summary>
    public int PartySize { get; init; } = 1;

    /// <summary>Name of the service.</summary>
    public string? Service { get; init; }

    /// <summary>Rooms: how many nights.</summary>
    public int Nights { get; init; } = 1;

    /// <summary>Who it is for.</summary>
    public required string Name { get; init; }

    /// <summary>The number that it was booked from and for, E.164: whose it is.</summary>
    public required string Phone { get; init; }

    /// <summary>How many alike.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Held so many minutes ago, and not confirmed; null for one that is booked.</summary>
    public int? HeldMinutesAgo { get; init; }
}

/// <summary>A booking that should be there after the call; what is null is not checked.</summary>
internal sealed record ExpectedBooking
{
    /// <summary>How it stands, as the owners' API names it.</summary>
    public string? Status { get; init; }

    /// <summary>A resource, or one of them by its name.</summary>
    public string? Resource { get; init; }

    /// <summary>When it begins.</summary>
    public RequestedTime? At { get; init; }

    /// <summary>When it ends.</summary>
    public RequestedTime? Until { get; init; }

    /// <summary>Guests.</summary>
    public int? PartySize { get; init; }

    /// <summary>Name of the service.</summary>
    public string? Service { get; init; }

    /// <summary>Who it is for.</summary>
    public string? Name { get; init; }

    /// <summary>E.164.</summary>
    public string? Phone { get; init; }

    /// <summary>How many are like this; null for one, whatever others there are.</summary>
    public int? Count { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        string?[] parts =
        [
            Status, Resource, At?.ToString(), Until is null ? null : $"until {Until}", PartySize is null ? null : $"for {PartySize}", Service, Name, Phone,
            Count is null ? null : $"count {Count}",
        ];
        return string.Join(", ", parts.OfType<string>());
    }
}
