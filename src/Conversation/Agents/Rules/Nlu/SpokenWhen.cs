using NodaTime;

namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>A vague stretch of days or hours that a caller may name instead of a day or a time.</summary>
internal enum VagueWhen
{
    None,
    Weekend,
    NextWeek,
    Lunch,
    Dinner,
}

/// <summary>What an utterance says about a day and a time.</summary>
internal sealed record SpokenWhen
{
    public static readonly SpokenWhen Nothing = new();

    public LocalDate? Day { get; init; }

    public ClockTime? Time { get; init; }

    public DayPart Part { get; init; }

    public VagueWhen Vague { get; init; }

    /// <summary>The weekday that was named beside a date, when it is not that date's.</summary>
    public IsoDayOfWeek WrongWeekday { get; init; }

    /// <summary>No day and no time was named.</summary>
    public bool IsEmpty => Day is null && Time is null && Part == DayPart.None && Vague == VagueWhen.None;
}
