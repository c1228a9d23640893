using System.Globalization;
using System.Text.Json.Serialization;
using NodaTime;

namespace Parley.Conversation.Tenants;

/// <summary>Something of a business that one booking at a time can have: a table, a chair, a room, a practitioner; several alike count as one entry.</summary>
public sealed record BookingResource
{
    /// <summary>Minutes of a booking when neither the service nor the resource says so.</summary>
    public const int DefaultMinutes = 60;

    /// <summary>As the staff calls it: <c>table for two</c>. Bookings are kept under it.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public ResourceKind Kind { get; init; }

    /// <summary>Guests that one of them takes.</summary>
    public int Capacity { get; init; } = 1;

    /// <summary>How many alike there are; not used when they have <see cref="Names"/>.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Names that callers ask for: <c>Anna</c>. Each is one.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>How long a booking lasts, in minutes; the service's own duration goes first, except at tables. Not used for rooms.</summary>
    public int? DurationMinutes { get; init; }

    /// <summary>Minutes after a booking before the next can begin.</summary>
    public int BufferMinutes { get; init; }

    /// <summary>Names of the services it is for; empty for all.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Rooms: when a stay begins on its first day.</summary>
    public LocalTime CheckIn { get; init; } = new(15, 0);

    /// <summary>Rooms: when a stay ends on its last day.</summary>
    public LocalTime CheckOut { get; init; } = new(11, 0);

    /// <summary>A calendar outside in which it may be taken, all of its units at a time; null for none.</summary>
    public ResourceCalendar? Calendar { get; init; }

    /// <summary>Each of them: by name, or by number from 1.</summary>
    [JsonIgnore]
    public IEnumerable<string> Units => Names.Count > 0
        ? Names
        : Enumerable.Range(1, Count).Select(static number => number.ToString(CultureInfo.InvariantCulture));
}

/// <summary>What a resource is.</summary>
public enum ResourceKind
{
    /// <summary>A table: guests, for a while.</summary>
    Table,

    /// <summary>A chair, a bay, a court: one customer, for as long as the service takes.</summary>
    Chair,

    /// <summary>A room: guests, by the night.</summary>
    Room,

    /// <summary>A person that callers have an appointment with.</summary>
    Practitioner,
}
