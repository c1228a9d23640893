using NodaTime;

namespace Parley.Conversation.Tenants;

/// <summary>When a business is open, in its own zone.</summary>
/// <param name="Weekly">Opening spans by day; a span may end after midnight (close at or before open).</param>
/// <param name="Closed">Days off.</param>
public sealed record OpeningHours(IReadOnlyList<OpeningSpan> Weekly, IReadOnlyList<LocalDate> Closed)
{
    /// <summary>No hours given: any time is accepted and none is told.</summary>
    public static readonly OpeningHours Unknown = new([], []);

    /// <summary>Whether hours are known at all.</summary>
    public bool IsKnown => Weekly.Count > 0;

    /// <summary>The spans that begin on <paramref name="date"/>, in order; empty when closed.</summary>
    public IEnumerable<OpeningSpan> On(LocalDate date) => Closed.Contains(date)
        ? []
        : Weekly.Where(s => s.Day == date.DayOfWeek).OrderBy(s => s.Open);

    /// <summary>Whether the business is open at <paramref name="time"/>.</summary>
    public bool IsOpen(LocalDateTime time)
    {
        foreach (var date in (ReadOnlySpan<LocalDate>)[time.Date, time.Date.PlusDays(-1)])
        {
            foreach (var span in On(date))
            {
                var open = date + span.Open;
                var close = span.Close > span.Open ? date + span.Close : date.PlusDays(1) + span.Close;
                if (time >= open && time < close)
                    return true;
            }
        }

        return false;
    }
}

/// <summary>One opening span of a weekday.</summary>
public sealed record OpeningSpan(IsoDayOfWeek Day, LocalTime Open, LocalTime Close);
