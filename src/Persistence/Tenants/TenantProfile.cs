using Parley.Conversation.Providers;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools.Http;

namespace Parley.Persistence.Tenants;

/// <summary>What of a tenant stands in <c>tenants.profile</c>: everything that is never searched.</summary>
internal sealed record TenantProfile
{
    public required string Greeting { get; init; }

    public string? Voice { get; init; }

    public string? Address { get; init; }

    public string? Phone { get; init; }

    public OpeningHours Hours { get; init; } = OpeningHours.Unknown;

    public IReadOnlyList<Service> Services { get; init; } = [];

    public IReadOnlyList<Fact> Facts { get; init; } = [];

    public BookingRules? Booking { get; init; }

    public IReadOnlyList<Department> Departments { get; init; } = [];

    public MessageSettings Messages { get; init; } = new();

    public TurnTuning? Turns { get; init; }

    public bool? Capture { get; init; }

    public EscalationSettings Escalations { get; init; } = new();

    public ProviderChoice? Providers { get; init; }

    public AgentSettings? Agent { get; init; }

    public IReadOnlyList<HttpToolSettings> Tools { get; init; } = [];

    public static TenantProfile Of(Tenant tenant) => new()
    {
        Greeting = tenant.Greeting,
        Voice = tenant.Voice,
        Address = tenant.Address,
        Phone = tenant.Phone,
        Hours = tenant.Hours,
        Services = tenant.Services,
        Facts = tenant.Facts,
        Booking = tenant.Booking,
        Departments = tenant.Departments,
        Messages = tenant.Messages,
        Turns = tenant.Turns,
        Capture = tenant.Capture,
        Escalations = tenant.Escalations,
        Providers = tenant.Providers,
        Agent = tenant.Agent,
        Tools = tenant.Tools,
    };
}
