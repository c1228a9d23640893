using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using Parley.Conversation.Providers;
using Parley.Conversation.Tenants;

namespace Parley.Admin.Api.Tenants;

/// <summary>A business that Parley answers for, and everything it may say about it.</summary>
public sealed record TenantView
{
    /// <summary>Copies a tenant.</summary>
    public TenantView(Tenant tenant)
    {
        Id = tenant.Id;
        Slug = tenant.Slug;
        Name = tenant.Name;
        Kind = tenant.Kind;
        TimeZone = tenant.TimeZone.Id;
        Language = tenant.Language;
        Voice = tenant.Voice;
        Greeting = tenant.Greeting;
        Address = tenant.Address;
        Phone = tenant.Phone;
        Numbers = tenant.Numbers;
        Hours = tenant.Hours.IsKnown ? new HoursView(tenant.Hours) : null;
        Services = tenant.Services;
        Facts = tenant.Facts;
        // Addresses of calendars are secrets of others, which are written and not read out.
        Booking = tenant.Booking is not { } booking
            ? null
            : booking with { Resources = [.. booking.Resources.Select(static r => r with { Calendar = r.Calendar?.WithoutSecret() })] };
        Departments = tenant.Departments;
        Messages = tenant.Messages;
        Turns = tenant.Turns;
        Providers = tenant.Providers;
    }

    /// <summary>Parley's id.</summary>
    public Guid Id { get; }

    /// <summary>Stable short name.</summary>
    public string Slug { get; }

    /// <summary>What callers know it as.</summary>
    public string Name { get; }

    /// <summary>What it does.</summary>
    public BusinessKind Kind { get; }

    /// <summary>IANA id.</summary>
    public string TimeZone { get; }

    /// <summary>BCP 47 tag of the language it is answered in.</summary>
    public string Language { get; }

    /// <summary>Voice of the speech synthesiser; null for the default.</summary>
    public string? Voice { get; }

    /// <summary>The first words of every call.</summary>
    public string Greeting { get; }

    /// <summary>As it is spoken.</summary>
    public string? Address { get; }

    /// <summary>The number people are told to call, E.164.</summary>
    public string? Phone { get; }

    /// <summary>Numbers it answers, E.164.</summary>
    public IReadOnlyList<string> Numbers { get; }

    /// <summary>When it is open; null when not told.</summary>
    public HoursView? Hours { get; }

    /// <summary>What can be booked or asked for.</summary>
    public IReadOnlyList<Service> Services { get; }

    /// <summary>Answers given in advance.</summary>
    public IReadOnlyList<Fact> Facts { get; }

    /// <summary>How bookings are taken; null when none are.</summary>
    public BookingRules? Booking { get; }

    /// <summary>Where callers can be transferred to.</summary>
    public IReadOnlyList<Department> Departments { get; }

    /// <summary>Text messages after a call.</summary>
    public MessageSettings Messages { get; }

    /// <summary>Changes to the turn-taking defaults.</summary>
    public TurnTuning? Turns { get; }

    /// <summary>Which providers its calls use, in order, with models and voices; null for the installation's own order.</summary>
    public ProviderChoice? Providers { get; }
}

/// <summary>Opening hours on the tenant's clock.</summary>
public sealed record HoursView
{
    /// <summary>Copies opening hours.</summary>
    public HoursView(OpeningHours hours)
    {
        Weekly = [.. hours.Weekly.Select(s => new HoursSpanView(DayName(s.Day), Time(s.Open), Time(s.Close)))];
        Closed = [.. hours.Closed.Select(LocalDatePattern.Iso.Format)];

        static string DayName(IsoDayOfWeek day) => JsonNamingPolicy.CamelCase.ConvertName(day.ToString());

        static string Time(LocalTime time) => LocalTimePattern.GeneralIso.Format(time)[..5];
    }

    /// <summary>Opening spans by day.</summary>
    public IReadOnlyList<HoursSpanView> Weekly { get; }

    /// <summary>Days off, <c>2026-12-25</c>.</summary>
    public IReadOnlyList<string> Closed { get; }
}

/// <summary>One opening span.</summary>
/// <param name="Day"><c>monday</c> to <c>sunday</c>.</param>
/// <param name="Open"><c>HH:mm</c>.</param>
/// <param name="Close"><c>HH:mm</c>; at or before <paramref name="Open"/> when it is on the following day.</param>
public sealed record HoursSpanView(string Day, string Open, string Close);
