using NodaTime;
using Parley.Conversation.Providers;
using Parley.Conversation.Tools.Http;

namespace Parley.Conversation.Tenants;

/// <summary>A business that Parley answers for: everything the agent may say about it.</summary>
public sealed record Tenant
{
    /// <summary>UUID v7.</summary>
    public required Guid Id { get; init; }

    /// <summary>Stable short name in files and URLs: <c>luigis</c>.</summary>
    public required string Slug { get; init; }

    /// <summary>What callers know it as.</summary>
    public required string Name { get; init; }

    /// <summary>What it does; decides what a booking is made of.</summary>
    public required BusinessKind Kind { get; init; }

    /// <summary>IANA zone, such as <c>America/New_York</c>; all times a caller names are in it.</summary>
    public required DateTimeZone TimeZone { get; init; }

    /// <summary>BCP 47 tag of the language it is answered in.</summary>
    public string Language { get; init; } = "en-US";

    /// <summary>Voice of the speech synthesiser; null for the default.</summary>
    public string? Voice { get; init; }

    /// <summary>The first words of every call.</summary>
    public required string Greeting { get; init; }

    /// <summary>As it should be spoken.</summary>
    public string? Address { get; init; }

    /// <summary>The number people are told to call, E.164.</summary>
    public string? Phone { get; init; }

    /// <summary>When it is open.</summary>
    public OpeningHours Hours { get; init; } = OpeningHours.Unknown;

    /// <summary>What can be booked or asked for, with prices.</summary>
    public IReadOnlyList<Service> Services { get; init; } = [];

    /// <summary>What else callers ask: parking, dogs, vouchers.</summary>
    public IReadOnlyList<Fact> Facts { get; init; } = [];

    /// <summary>How it takes bookings; null when it takes none over the telephone.</summary>
    public BookingRules? Booking { get; init; }

    /// <summary>Where people can be reached.</summary>
    public IReadOnlyList<Department> Departments { get; init; } = [];

    /// <summary>Text messages after a call.</summary>
    public MessageSettings Messages { get; init; } = new();

    /// <summary>Numbers (E.164) whose calls are this tenant's.</summary>
    public IReadOnlyList<string> Numbers { get; init; } = [];

    /// <summary>How patient the agent is with this tenant's callers; null for the installation's defaults.</summary>
    public TurnTuning? Turns { get; init; }

    /// <summary>Tools of its own.</summary>
    public IReadOnlyList<HttpToolSettings> Tools { get; init; } = [];

    /// <summary>Which providers its calls use; null for the installation's.</summary>
    public ProviderChoice? Providers { get; init; }

    /// <summary>How its agent talks and what it may do; null for the installation's way.</summary>
    public AgentSettings? Agent { get; init; }

    /// <summary>How its callers come to a person.</summary>
    public EscalationSettings Escalations { get; init; } = new();

    /// <summary>Name of the plan it is on; null when there is none.</summary>
    public string? Plan { get; init; }

    /// <summary>Features that it has or has not, whatever its plan says; null when there are no exceptions.</summary>
    public IReadOnlyDictionary<string, bool>? Features { get; init; }

    /// <summary>Whether its calls are captured for replay; null for the installation's default.</summary>
    public bool? Capture { get; init; }

    /// <summary>Where a caller can be connected to at a moment: nowhere while nobody is expected to answer.</summary>
    public IReadOnlyList<Department> ReachableAt(Instant now) => Escalations.Transfer switch
    {
        TransferTimes.Never => [],
        TransferTimes.OpeningHours when Hours.IsKnown && !Hours.IsOpen(now.InZone(TimeZone).LocalDateTime) => [],
        _ => Departments,
    };
}

/// <summary>What kind of business it is.</summary>
public enum BusinessKind
{
    /// <summary>Takes tables by party size.</summary>
    Restaurant,

    /// <summary>Takes appointments by service: hair, nails, massage.</summary>
    Salon,

    /// <summary>Takes appointments with a practitioner.</summary>
    Clinic,

    /// <summary>Takes rooms.</summary>
    Hotel,

    /// <summary>Sells goods.</summary>
    Shop,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>Something that can be booked or bought.</summary>
/// <param name="Name">As spoken: <c>beard trim</c>.</param>
/// <param name="Price">As spoken: <c>twenty dollars</c>; null when not told on the telephone.</param>
/// <param name="DurationMinutes">How long an appointment for it lasts.</param>
/// <param name="Aliases">Other words callers use for it.</param>
public sealed record Service(string Name, string? Price, int? DurationMinutes, IReadOnlyList<string> Aliases);

/// <summary>An answer the business gave in advance.</summary>
/// <param name="Topic">What it is about: <c>parking</c>.</param>
/// <param name="Keywords">Words that point to it in a question.</param>
/// <param name="Answer">What to say.</param>
public sealed record Fact(string Topic, IReadOnlyList<string> Keywords, string Answer);

/// <summary>A place a caller can be transferred to.</summary>
/// <param name="Name">As spoken: <c>the manager</c>.</param>
/// <param name="Number">E.164.</param>
/// <param name="Keywords">Words that mean it.</param>
public sealed record Department(string Name, string Number, IReadOnlyList<string> Keywords);

/// <summary>How bookings are taken.</summary>
public sealed record BookingRules
{
    /// <summary>Largest party booked without a person; ignored for appointments.</summary>
    public int MaxPartySize { get; init; } = 10;

    /// <summary>Least time between the call and the booked time.</summary>
    public int MinNoticeMinutes { get; init; } = 30;

    /// <summary>How far ahead bookings are taken.</summary>
    public int MaxDaysAhead { get; init; } = 60;

    /// <summary>How long before closing the last booking may start.</summary>
    public int LastBookingMinutesBeforeClose { get; init; } = 30;

    /// <summary>Page where the caller can see or change the booking; sent by text when set.</summary>
    public string? ReservationLink { get; init; }

    /// <summary>What bookings are of; empty when a booking is a wish that the staff sees to.</summary>
    public IReadOnlyList<BookingResource> Resources { get; init; } = [];
}

/// <summary>Which text messages a call brings.</summary>
public sealed record MessageSettings
{
    /// <summary>Send the caller a recap.</summary>
    public bool Recap { get; init; } = true;

    /// <summary>Send the reservation link after a booking.</summary>
    public bool ReservationLink { get; init; } = true;

    /// <summary>Sender, E.164; null for the called number.</summary>
    public string? From { get; init; }

    /// <summary>Pages that callers may be texted during a call, besides the one of <see cref="BookingRules.ReservationLink"/>.</summary>
    public IReadOnlyList<TextLink> Links { get; init; } = [];
}

/// <summary>A page that callers may be texted.</summary>
/// <param name="Name">What it is, in a word or two: <c>menu</c>.</param>
/// <param name="Url">Its address.</param>
public sealed record TextLink(string Name, string Url);
