using System.Runtime.CompilerServices;
using NodaTime;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>What a tenant's profile says; read once for each version of a tenant.</summary>
internal sealed class ProfileEvidence
{
    private static readonly ConditionalWeakTable<Tenant, ProfileEvidence> Known = [];

    private ProfileEvidence(Tenant tenant)
    {
        Lines =
        [
            .. Texts(tenant).SelectMany(static text => EvidenceLine.Read(EvidenceOrigin.Profile, "profile", text)),
        ];
        Services = [.. tenant.Services.Where(static s => s.Price is not null).Select(static s => new PricedService(
            [.. s.Aliases.Append(s.Name).Select(static name => TextReading.Of(name).Canonical)], TextReading.Of(s.Price!, priced: true).Prices))];
        Items =
        [
            .. tenant.Services.Where(static s => s.Price is not null).SelectMany(static service => TextReading.Of(service.Price!, priced: true).Prices.SelectMany(price =>
                service.Aliases.Append(service.Name).Select(name => new PricedItem(price.Amount, price.Currency, PricedItem.Names(TextReading.Of(name).Tokens, FactWords.LanguageOf(name)), [], true, "profile")))),
        ];
        Currency = Services.SelectMany(static s => s.Prices).Select(static p => p.Currency).OfType<string>().Distinct().ToList() is [var only] ? only : null;
        Hours = tenant.Hours;
        BookingLengths = tenant.Booking is not { } booking ? [] :
        [
            booking.LastBookingMinutesBeforeClose, .. booking.Resources.Select(static r => r.DurationMinutes).OfType<int>(),
        ];
        NoticeLengths = tenant.Booking is not { } ahead ? [] : [ahead.MinNoticeMinutes, ahead.MaxDaysAhead * SpokenLength.Day];
        LastBookings = tenant.Booking is not { } rules ? [] :
        [
            .. tenant.Hours.Weekly.Select(s => s.Close.PlusMinutes(-rules.LastBookingMinutesBeforeClose)).Select(static t => new ClockReading(t.Hour, t.Minute, true)),
        ];
    }

    /// <summary>Sentences of the profile; without the telephone numbers that only calls are connected to.</summary>
    public IReadOnlyList<EvidenceLine> Lines { get; }

    /// <summary>Services with a price.</summary>
    public IReadOnlyList<PricedService> Services { get; }

    /// <summary>Its prices, under each of a service's names.</summary>
    public IReadOnlyList<PricedItem> Items { get; }

    /// <summary>The money that all its prices are in; null when that is not told.</summary>
    public string? Currency { get; }

    /// <summary>When the business is open.</summary>
    public OpeningHours Hours { get; }

    /// <summary>How long a booking lasts, and how long before the doors close the last one begins, in minutes.</summary>
    public IReadOnlyList<decimal> BookingLengths { get; }

    /// <summary>How far ahead a booking must and can be made, in minutes.</summary>
    public IReadOnlyList<decimal> NoticeLengths { get; }

    /// <summary>The last times that can be booked.</summary>
    public IReadOnlyList<ClockReading> LastBookings { get; }

    /// <summary>The profile's.</summary>
    public static ProfileEvidence Of(Tenant tenant) => Known.GetValue(tenant, static t => new ProfileEvidence(t));

    /// <summary>The hours of a day (1 to 7, <see cref="Days.Today"/>, <see cref="Days.Tomorrow"/>).</summary>
    public IEnumerable<OpeningSpan> SpansOn(int day, LocalDate today) => Days.Date(day, today) is { } date ? Hours.On(date) : Hours.Weekly.Where(s => (int)s.Day == day);

    /// <summary>Whether the business opens on a day.</summary>
    public bool IsOpenOn(int day, LocalDate today) => SpansOn(day, today).Any();

    private static IEnumerable<string> Texts(Tenant tenant)
    {
        yield return tenant.Greeting;
        if (tenant.Address is { } address)
            yield return address;
        if (tenant.Phone is { } phone)
            yield return phone;
        foreach (var service in tenant.Services)
            yield return $"{service.Name} {string.Join(' ', service.Aliases)}{(service.Price is null ? "" : " price " + service.Price)}{(service.DurationMinutes is { } minutes ? FormattableString.Invariant($" {minutes} minutes") : "")}";
        foreach (var fact in tenant.Facts)
            yield return $"# {fact.Topic}\n{fact.Answer}";
        if (tenant.Agent?.Instructions is { } instructions)
            yield return instructions;
    }
}

/// <summary>A service and what it costs.</summary>
/// <param name="Names">Its names, with blanks around.</param>
/// <param name="Prices">Its prices.</param>
internal sealed record PricedService(IReadOnlyList<string> Names, IReadOnlyList<(decimal Amount, string? Currency)> Prices)
{
    /// <summary>Whether a text names it; an "s" behind the name is its plural.</summary>
    public bool IsNamedIn(string canonical) => Names.Any(name => canonical.Contains(name, StringComparison.Ordinal) || canonical.Contains(name.TrimEnd() + "s ", StringComparison.Ordinal));
}
