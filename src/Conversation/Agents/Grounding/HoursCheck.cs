using NodaTime;
using Parley.Conversation.Rag.Index;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>Whether what is said of opening and closing is so.</summary>
internal static class HoursCheck
{
    // "We are open at seven" says less than "we open at seven".
    private static readonly string[] Being =
    [
        "we're open", "are open", "is open", "we're closed", "are closed", "is closed", "be open", "be closed", "not open", "estamos abiertos", "está abierto", "estamos cerrados",
        "está cerrado", "мы открыты", "открыто", "мы закрыты", "закрыто", "אנחנו פתוחים", "פתוח", "אנחנו סגורים", "סגור",
    ];

    /// <summary>What a time of opening or closing rests on; null when on nothing. The caller's words do not count.</summary>
    public static string? Source(Claim claim, TextReading reading, Evidence evidence, string about)
    {
        var profile = evidence.Profile;
        if (claim.Clock.Hour < 0)
        {
            return profile.Hours.Weekly.Count >= 7 && profile.Hours.Weekly.All(static s => s.Open == s.Close)
                ? "profile"
                : GroundingGate.First(evidence, static line => line.IsBusiness && line.Reading.HasPhrase("24 7", "24 hours", "24 horas", "24 часа", "around the clock", "круглосуточно"));
        }

        var days = DayGroups.DaysOf(reading, claim.At);
        if (IsInHours(claim.Clock, DayGroups.EndOf(reading, claim.At), days, evidence))
            return "profile";
        var topic = Topic.Of(reading, evidence, about);
        var told = GroundingGate.First(evidence, line =>
            (line.IsBusiness ? topic.Count == 0 || Topic.IsIn(line, topic) : line.Origin == EvidenceOrigin.Agent && (line.Reading.HasOpen || line.Reading.HasClosed))
            // The hours themselves were compared day by day.
            && !(line.Origin == EvidenceOrigin.Passage && line.Source == ProfilePassages.Source && profile.Hours.IsKnown)
            && line.Reading.Times.Exists(claim.Clock.Fits) && IsForDays(line, days, evidence));
        if (told is not null || !profile.Hours.IsKnown)
            return told;

        // "Yes, we're open at seven on Friday": so it is, or it is not.
        if (reading.Times.Count != 1 || reading.HasOpen == reading.HasClosed || !reading.HasPhrase("at", "a las", "в", "בשעה") || !reading.HasPhrase(Being))
            return null;
        var today = evidence.Now.Date;
        IEnumerable<LocalDate> dates = days.Count == 0 ? [today] : days.Select(day => Days.Date(day, today) ?? Next(day, today));
        return dates.All(date => Hours(claim.Clock).Any(hour => profile.Hours.IsOpen(date + new LocalTime(hour, claim.Clock.Minute)) == reading.HasOpen)) ? "profile" : null;
    }

    /// <summary>Whether a time answers a question about the hours: "Are you open tomorrow?", "yes, from eight to five".</summary>
    public static bool IsAsked(Claim claim, TextReading reading, Evidence evidence, string about)
    {
        var asked = TextReading.Of(about);
        return (asked.HasOpen || asked.HasClosed) && (reading.Times.Count > 1 || DayGroups.EndOf(reading, claim.At) != HoursEnd.Either)
            && evidence.Profile.Hours.IsKnown && Topic.Of(reading, evidence, "").Count == 0;
    }

    /// <summary>What "open" or "closed", of days or now, rests on; null when on nothing.</summary>
    public static string? Status(bool open, TextReading reading, Evidence evidence)
    {
        var (profile, today) = (evidence.Profile, evidence.Now.Date);
        var days = Days.In(reading);
        var told = GroundingGate.First(evidence, line => line.Origin is EvidenceOrigin.Passage or EvidenceOrigin.Tool or EvidenceOrigin.Profile
            && (open ? line.Reading.HasOpen : line.Reading.HasClosed) && Days.In(line.Reading).Overlaps(days));
        if (told is not null || !profile.Hours.IsKnown)
            return told;
        var isNow = Days.IsNow(reading) && (days.Count == 0 || days.SetEquals([Days.Today]));
        return (isNow ? profile.Hours.IsOpen(evidence.Now) == open : days.All(day => profile.IsOpenOn(day, today) == open)) ? "profile" : null;
    }

    // On each of the days, or on any when none is named.
    private static bool IsInHours(ClockReading clock, HoursEnd end, HashSet<int> days, Evidence evidence)
    {
        bool Fits(OpeningSpan span) => (end != HoursEnd.Close && clock.Fits(Clock(span.Open))) || (end != HoursEnd.Open && clock.Fits(Clock(span.Close)));
        return days.Count == 0
            ? evidence.Profile.Hours.Weekly.Any(Fits)
            : days.All(day => evidence.Profile.SpansOn(day, evidence.Now.Date).Any(Fits));
    }

    private static ClockReading Clock(LocalTime time) => new(time.Hour, time.Minute, true);

    // A document that speaks of Sundays says nothing of Fridays.
    private static bool IsForDays(EvidenceLine line, HashSet<int> days, Evidence evidence)
    {
        var named = Days.In(line.Reading);
        return days.Count == 0 || named.Count == 0 || named.Overlaps(days)
            || days.Any(day => Days.Date(day, evidence.Now.Date) is { } date && named.Contains((int)date.DayOfWeek));
    }

    private static IEnumerable<int> Hours(ClockReading clock) => clock.IsCertain ? [clock.Hour] : [clock.Hour % 12, clock.Hour % 12 + 12];

    private static LocalDate Next(int day, LocalDate today) => (int)today.DayOfWeek == day ? today : today.Next((IsoDayOfWeek)day);
}
