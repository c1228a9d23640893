using NodaTime;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tools.Bookings;

/// <summary>
/// Finds places for wishes among a tenant's resources: the smallest that is enough, in the order of the tenant's list. Durations are elapsed time, so
/// that a booking over a change of the clocks is as long as any other; a time that the clocks skip is the one they show instead.
/// </summary>
/// <param name="tenant">Whose resources.</param>
/// <param name="now">The time.</param>
/// <param name="taken">When units are taken, around the times that are asked for.</param>
public sealed class SlotFinder(Tenant tenant, Instant now, IEnumerable<Busy> taken)
{
    /// <summary>Alternatives that are offered at most: more cannot be remembered from hearing.</summary>
    public const int MostAlternatives = 3;

    /// <summary>Days after the wished one that are looked at for alternatives.</summary>
    public const int DaysLookedAhead = 7;

    private const int StepMinutes = 15;
    private const int HoursAroundWhenUnknown = 4;

    private readonly ILookup<(string, string), Busy> busy = taken.ToLookup(static b => (b.Resource, b.Unit));
    private readonly BookingCalendar calendar = new(tenant, now);
    private readonly IReadOnlyList<BookingResource> resources = tenant.Booking?.Resources ?? [];

    /// <summary>The time that must be known of to answer a wish: what is taken in it.</summary>
    public static Interval Horizon(Tenant tenant, BookingWish wish)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        ArgumentNullException.ThrowIfNull(wish);
        var day = wish.When.Date;
        return new Interval(
            tenant.TimeZone.AtStartOfDay(day.PlusDays(-2)).ToInstant(),
            tenant.TimeZone.AtStartOfDay(day.PlusDays(DaysLookedAhead + Math.Max(1, wish.Nights) + 3)).ToInstant());
    }

    /// <summary>Whether a wish can be met, and what is nearest to it otherwise.</summary>
    public Availability Find(BookingWish wish)
    {
        ArgumentNullException.ThrowIfNull(wish);
        var suitable = Suitable(wish);
        if (suitable.Count == 0)
        {
            var fits = resources.Any(r => r.Capacity >= wish.Guests);
            return new Availability(fits ? BookingRefusal.NothingSuitable : BookingRefusal.TooManyGuests, null, []);
        }

        if (tenant.Kind == BusinessKind.Restaurant && wish.Guests > tenant.Booking!.MaxPartySize)
            return new Availability(BookingRefusal.TooManyGuests, null, []);

        var refusal = TryPlace(wish, suitable, out var slot);
        return slot is not null
            ? new Availability(BookingRefusal.None, slot, [])
            : new Availability(refusal, null, Alternatives(wish, suitable));
    }

    private List<BookingResource> Suitable(BookingWish wish) =>
    [
        .. resources
            .Where(r => r.Capacity >= wish.Guests)
            .Where(r => wish.Service is null || r.Services.Count == 0 || r.Services.Contains(wish.Service, StringComparer.OrdinalIgnoreCase))
            .Where(r => wish.With is null || Is(r.Name, wish.With) || r.Names.Any(name => Is(name, wish.With)))
            .OrderBy(static r => r.Capacity),
    ];

    private BookingRefusal TryPlace(BookingWish wish, List<BookingResource> suitable, out Slot? slot)
    {
        slot = null;
        var refusal = BookingRefusal.Taken;
        foreach (var resource in suitable)
        {
            if (Check(resource, wish) is var why and not BookingRefusal.None)
            {
                refusal = why;
                continue;
            }

            foreach (var unit in resource.Units)
            {
                if (wish.With is not null && !Is(resource.Name, wish.With) && !Is(unit, wish.With))
                    continue;
                var place = Place(resource, unit, wish);
                if (busy[(resource.Name, unit)].Any(b => b.From < place.BusyUntil && place.From < b.Until))
                    continue;
                slot = place;
                return BookingRefusal.None;
            }

            refusal = BookingRefusal.Taken;
        }

        return refusal;
    }

    /// <summary>Why a resource cannot be booked at that time, whoever else may have it.</summary>
    private BookingRefusal Check(BookingResource resource, BookingWish wish)
    {
        if (resource.Kind == ResourceKind.Room)
        {
            return wish.When.Date < calendar.Today ? BookingRefusal.Past
                : wish.When.Date > calendar.Today.PlusDays(tenant.Booking!.MaxDaysAhead) ? BookingRefusal.TooFar
                : BookingRefusal.None;
        }

        if (calendar.Check(wish.When) is var refusal and not Refusal.None)
            return Enum.Parse<BookingRefusal>(refusal.ToString());
        if (resource.Kind == ResourceKind.Table || !tenant.Hours.IsKnown || calendar.SpanAround(wish.When).Close is not { } close)
            return BookingRefusal.None;
        return Place(resource, "", wish).End > close ? BookingRefusal.AfterLastBooking : BookingRefusal.None;
    }

    private Slot Place(BookingResource resource, string unit, BookingWish wish)
    {
        var zone = tenant.TimeZone;
        ZonedDateTime from, until;
        if (resource.Kind == ResourceKind.Room)
        {
            from = (wish.When.Date + resource.CheckIn).InZoneLeniently(zone);
            until = (wish.When.Date.PlusDays(Math.Max(1, wish.Nights)) + resource.CheckOut).InZoneLeniently(zone);
        }
        else
        {
            from = wish.When.InZoneLeniently(zone);
            until = from + Duration.FromMinutes(Minutes(resource, wish));
        }

        return new Slot(
            resource.Name, unit, from.LocalDateTime, until.LocalDateTime, from.ToInstant(), until.ToInstant(),
            until.ToInstant() + Duration.FromMinutes(resource.BufferMinutes));
    }

    private int Minutes(BookingResource resource, BookingWish wish)
    {
        var service = resource.Kind == ResourceKind.Table || wish.Service is null
            ? null
            : tenant.Services.FirstOrDefault(s => Is(s.Name, wish.Service))?.DurationMinutes;
        return service ?? resource.DurationMinutes ?? BookingResource.DefaultMinutes;
    }

    /// <summary>
    /// Free times: on the wished day the nearest before and after it and the nearest besides, then the wished time on the days after it.
    /// </summary>
    private List<Slot> Alternatives(BookingWish wish, List<BookingResource> suitable)
    {
        var byNight = suitable.TrueForAll(static r => r.Kind == ResourceKind.Room);
        List<Slot> sameDay = byNight ? [] : [.. Times(wish.When)
            .Where(time => time != wish.When)
            .OrderBy(time => Minutes(wish.When, time))
            .Select(time => TryPlace(wish with { When = time }, suitable, out var slot) == BookingRefusal.None ? slot : null)
            .OfType<Slot>()
            .DistinctBy(static slot => slot.From)];
        Slot?[] around = [sameDay.Find(slot => slot.Start < wish.When), sameDay.Find(slot => slot.Start > wish.When)];
        List<Slot> found = [.. around.OfType<Slot>().Concat(sameDay).Distinct().Take(MostAlternatives).OrderBy(slot => Minutes(wish.When, slot.Start))];
        for (var day = 1; day <= DaysLookedAhead && found.Count < MostAlternatives; day++)
        {
            if (TryPlace(wish with { When = wish.When.PlusDays(day) }, suitable, out var slot) == BookingRefusal.None)
                found.Add(slot!);
        }

        return found;
    }

    private static long Minutes(LocalDateTime a, LocalDateTime b) => Math.Abs(Period.Between(a, b, PeriodUnits.Minutes).Minutes);

    private IEnumerable<LocalDateTime> Times(LocalDateTime wished)
    {
        // An evening's opening span may begin on the day before the wished time.
        var spans = tenant.Hours.IsKnown
            ? calendar.Spans(wished.Date.PlusDays(-1)).Where(span => span.Close > wished.Date.AtMidnight()).Concat(calendar.Spans(wished.Date))
            : [(wished.PlusHours(-HoursAroundWhenUnknown), wished.PlusHours(HoursAroundWhenUnknown))];
        foreach (var (open, close) in spans)
        {
            var from = open.PlusMinutes((StepMinutes - open.Minute % StepMinutes) % StepMinutes).PlusSeconds(-open.Second);
            for (var time = from; time < close; time = time.PlusMinutes(StepMinutes))
                yield return time;
        }
    }

    private static bool Is(string name, string said) => name.Equals(said, StringComparison.OrdinalIgnoreCase);
}
