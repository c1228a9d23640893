using NodaTime;
using Parley.Conversation.Agents.Rules.Nlu;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Rules;

/// <summary>
/// From when on a caller wants to be called back: "tomorrow after five", "on Monday", "in half an hour". A day alone is when the business opens, a part of
/// the day its beginning; what is not in the future is none.
/// </summary>
internal static class CallBackTime
{
    // Where opening hours do not say when a day begins, and for the half of the day that nobody named.
    private const int FirstHour = 8;
    private const int LastHour = 20;

    /// <summary>The time in words of whatever language they are in; null when none is named.</summary>
    public static LocalDateTime? Read(string text, Tenant tenant, Instant now) =>
        Read(Utterance.Parse(text, HeardWords.Spoken(text, tenant.Language)), tenant, now);

    /// <summary>The time in an utterance, in the tenant's zone; null when none is named.</summary>
    public static LocalDateTime? Read(Utterance said, Tenant tenant, Instant now)
    {
        var used = new bool[said.Count];
        // The digits of "call me back at 555 0100" are no time.
        if (PhoneParser.Read(said.Tokens, tenant.Phone ?? "+1", out var from, out var to, out var digits) is not null || digits.Length >= 7)
            Array.Fill(used, true, from, to - from);
        var local = now.InZone(tenant.TimeZone).LocalDateTime;
        var when = DateTimeParser.Parse(said.Tokens, local, bareNumberIsTime: false, used);
        return when.WrongWeekday != IsoDayOfWeek.None || (when.Day is null && when.Time is null && when.Part == DayPart.None) ? null : Settle(when, tenant, now);
    }

    /// <summary>The first moment that is meant and not over; null when there is none.</summary>
    public static LocalDateTime? Settle(SpokenWhen when, Tenant tenant, Instant now) =>
        Candidates(when, tenant, now.InZone(tenant.TimeZone).LocalDateTime)
            // Clocks that go forward skip an hour: they show a later one instead.
            .Select(at => at.InZoneLeniently(tenant.TimeZone))
            .Where(at => at.ToInstant() >= now - Duration.FromMinutes(1))
            .Select(static at => (LocalDateTime?)at.LocalDateTime).FirstOrDefault();

    // The likelier first.
    private static IEnumerable<LocalDateTime> Candidates(SpokenWhen when, Tenant tenant, LocalDateTime now)
    {
        // A time alone is today's while that can be, else tomorrow's.
        LocalDate[] days = when.Day is { } named ? [named] : [now.Date, now.Date.PlusDays(1)];
        foreach (var day in days)
        {
            if (when.Time is { } time)
            {
                int[] hours = time.Certain ? [time.Hour] : [time.Hour % 12, (time.Hour % 12) + 12];
                foreach (var at in hours.Select(hour => day + new LocalTime(hour, time.Minute))
                    .OrderByDescending(static at => at.Hour is >= FirstHour and < LastHour).ThenByDescending(at => tenant.Hours.IsKnown && tenant.Hours.IsOpen(at)))
                    yield return at;
                continue;
            }

            var begins = day + new LocalTime(when.Part switch { DayPart.Afternoon => 12, DayPart.Evening => 17, DayPart.Night => LastHour, _ => 0 }, 0);
            var opens = tenant.Hours.On(day).Select(span => day + span.Open).DefaultIfEmpty(day + new LocalTime(FirstHour, 0)).Min();
            var from = LocalDateTime.Max(begins, opens);
            // "This afternoon", said in the afternoon, is from now on.
            yield return day == now.Date && from < now && IsStill(when.Part, now) ? now.With(TimeAdjusters.TruncateToMinute) : from;
        }
    }

    private static bool IsStill(DayPart part, LocalDateTime now) => part switch { DayPart.Morning => now.Hour < 12, DayPart.Afternoon => now.Hour < 18, _ => true };
}
