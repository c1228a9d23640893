using NodaTime;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Rules;

/// <summary>Why a time cannot be booked.</summary>
internal enum Refusal
{
    None,
    Past,
    TooSoon,
    TooFar,
    ClosedDay,
    OutsideHours,
    AfterLastBooking,
}

/// <summary>What a spoken day and time come to.</summary>
/// <param name="When">The time meant.</param>
/// <param name="IsAmbiguous">Both halves of the day are possible: ask.</param>
/// <param name="Refusal">Why it cannot be booked.</param>
/// <param name="Offer">The nearest bookable time of that day when refused.</param>
/// <param name="Shifted">The clocks skip the time that was said; <paramref name="When"/> is what they show instead.</param>
internal sealed record Resolution(LocalDateTime When, bool IsAmbiguous, Refusal Refusal, LocalDateTime? Offer, bool Shifted);

/// <summary>Settles which time is meant and whether a tenant takes bookings for it.</summary>
internal sealed class BookingCalendar(Tenant tenant, Instant now)
{
    private static readonly Duration OfferStep = Duration.FromMinutes(15);

    private readonly BookingRules _rules = tenant.Booking ?? new BookingRules();

    public LocalDate Today { get; } = now.InZone(tenant.TimeZone).Date;

    /// <summary>Settles <paramref name="time"/> on <paramref name="day"/>.</summary>
    /// <param name="day">The day.</param>
    /// <param name="time">The time as said.</param>
    /// <param name="prior">The time it replaces, whose half of the day is kept when both are possible.</param>
    public Resolution Resolve(LocalDate day, ClockTime time, LocalTime? prior = null)
    {
        var candidates = Candidates(day, time);
        var bookable = candidates.Where(c => Check(c) == Refusal.None).ToList();
        if (bookable.Count > 1 && prior is { } before)
            bookable = [.. bookable.Where(c => c.Hour >= 12 == before.Hour >= 12).DefaultIfEmpty(bookable[0])];
        if (bookable.Count > 0)
            return Accept(bookable[0], bookable.Count > 1);
        // None can be booked: speak of the one that is within opening hours, else of the likelier one.
        var open = candidates.Where(c => tenant.Hours.IsKnown && tenant.Hours.IsOpen(c)).ToList();
        var meant = open.Count > 0 ? open[0] : candidates.Count == 1 ? candidates[0] : Likelier(candidates);
        return new Resolution(meant, false, Check(meant), NearestBookable(day, meant), false);
    }

    /// <summary>Why no booking is possible on <paramref name="day"/> at any time; <see cref="Refusal.None"/> when some may be.</summary>
    public Refusal CheckDay(LocalDate day)
    {
        if (day < Today)
            return Refusal.Past;
        if (day > Today.PlusDays(_rules.MaxDaysAhead))
            return Refusal.TooFar;
        if (!tenant.Hours.IsKnown)
            return Refusal.None;
        if (!tenant.Hours.On(day).Any())
            return Refusal.ClosedDay;
        // Today may be over already.
        return day == Today && NearestBookable(day, day.AtMidnight()) is null ? Refusal.TooSoon : Refusal.None;
    }

    /// <summary>The next day after <paramref name="day"/> that has opening hours.</summary>
    public LocalDate? NextOpenDay(LocalDate day) => Enumerable.Range(1, 14).Select(day.PlusDays).Cast<LocalDate?>()
        .FirstOrDefault(d => tenant.Hours.On(d!.Value).Any());

    /// <summary>Why <paramref name="when"/>, taken as it is, cannot be booked.</summary>
    public Refusal Check(LocalDateTime when)
    {
        var instant = when.InZoneLeniently(tenant.TimeZone).ToInstant();
        // "Right now" is no more than a little late.
        if (instant < now - Duration.FromMinutes(1))
            return Refusal.Past;
        if (when.Date > Today.PlusDays(_rules.MaxDaysAhead))
            return Refusal.TooFar;
        if (tenant.Hours.IsKnown)
        {
            var (open, close) = SpanAround(when);
            if (close is null)
                return tenant.Hours.On(when.Date).Any() ? Refusal.OutsideHours : Refusal.ClosedDay;
            if (when > close.Value.PlusMinutes(-_rules.LastBookingMinutesBeforeClose) && when > open)
                return Refusal.AfterLastBooking;
        }

        return instant < now + Duration.FromMinutes(_rules.MinNoticeMinutes) ? Refusal.TooSoon : Refusal.None;
    }

    /// <summary>The opening span that <paramref name="when"/> is in.</summary>
    public (LocalDateTime? Open, LocalDateTime? Close) SpanAround(LocalDateTime when)
    {
        foreach (var date in (ReadOnlySpan<LocalDate>)[when.Date, when.Date.PlusDays(-1)])
        {
            foreach (var (open, close) in Spans(date))
            {
                if (when >= open && when < close)
                    return (open, close);
            }
        }

        return (null, null);
    }

    /// <summary>The opening spans that begin on <paramref name="date"/>.</summary>
    public IEnumerable<(LocalDateTime Open, LocalDateTime Close)> Spans(LocalDate date) => tenant.Hours.On(date)
        .Select(s => (date + s.Open, s.Close > s.Open ? date + s.Close : date.PlusDays(1) + s.Close));

    private List<LocalDateTime> Candidates(LocalDate day, ClockTime time)
    {
        List<int> hours = time.Certain ? [time.Hour] : [time.Hour % 12, time.Hour % 12 + 12];
        var candidates = new List<LocalDateTime>();
        foreach (var hour in hours)
        {
            var when = day + new LocalTime(hour, time.Minute);
            // "Friday at midnight" is the end of Friday's evening when the business is open then.
            var night = when.PlusDays(1);
            if (hour < 5 && tenant.Hours.IsKnown && Spans(day).Any(s => night >= s.Open && night < s.Close))
                when = night;
            candidates.Add(when);
        }

        // Noon before midnight, so that "twelve" is read as noon when hours are not known.
        if (!tenant.Hours.IsKnown && candidates.Count == 2)
            return [Likelier(candidates)];
        return candidates;
    }

    private LocalDateTime Likelier(List<LocalDateTime> candidates)
    {
        var earliestMorningHour = tenant.Kind == BusinessKind.Restaurant ? 12 : 8;
        return candidates[0].Hour >= earliestMorningHour ? candidates[0] : candidates[1];
    }

    private Resolution Accept(LocalDateTime when, bool isAmbiguous)
    {
        // Clocks that go forward skip an hour: the same instant is shown an hour later.
        var shown = when.InZoneLeniently(tenant.TimeZone).LocalDateTime;
        return new Resolution(shown, isAmbiguous, Refusal.None, null, shown != when);
    }

    private LocalDateTime? NearestBookable(LocalDate day, LocalDateTime wished)
    {
        if (!tenant.Hours.IsKnown)
            return null;
        var earliest = RoundUp(now + Duration.FromMinutes(_rules.MinNoticeMinutes)).InZone(tenant.TimeZone).LocalDateTime;
        LocalDateTime? best = null;
        foreach (var (open, close) in Spans(day))
        {
            var last = close.PlusMinutes(-_rules.LastBookingMinutesBeforeClose);
            var from = LocalDateTime.Max(open, earliest);
            var near = wished < from ? from : wished > last ? last : wished;
            if (near < from || Check(near) != Refusal.None)
                continue;
            if (best is null || Distance(near, wished) < Distance(best.Value, wished))
                best = near;
        }

        return best;
    }

    private static long Distance(LocalDateTime a, LocalDateTime b) => Math.Abs(Period.Between(a, b, PeriodUnits.Minutes).Minutes);

    private static Instant RoundUp(Instant instant)
    {
        var ticks = instant.ToUnixTimeTicks();
        var step = OfferStep.BclCompatibleTicks;
        return Instant.FromUnixTimeTicks((ticks + step - 1) / step * step);
    }
}
