namespace Parley.Conversation.Agents.Rules;

/// <summary>Part of the day that a caller named.</summary>
public enum DayPart
{
    /// <summary>None.</summary>
    None,

    /// <summary>Before noon.</summary>
    Morning,

    /// <summary>Noon to six.</summary>
    Afternoon,

    /// <summary>The evening.</summary>
    Evening,

    /// <summary>The late evening and the hours after midnight.</summary>
    Night,
}

/// <summary>A time of day as said.</summary>
/// <param name="Hour">0 to 23 when certain, else 1 to 12.</param>
/// <param name="Minute">0 to 59.</param>
/// <param name="Certain">Which half of the day is meant is known.</param>
public sealed record ClockTime(int Hour, int Minute, bool Certain)
{
    /// <summary>The time as it is meant when <paramref name="part"/> of the day is said with it.</summary>
    public ClockTime In(DayPart part)
    {
        if (Certain || part == DayPart.None)
            return this;
        var hour = Hour % 12;
        // "Twelve at night" and "one at night" are after midnight; "twelve in the afternoon" is noon.
        var isMorning = part == DayPart.Morning || (part == DayPart.Night && hour < 5) || (part == DayPart.Evening && hour == 0);
        return this with { Hour = isMorning ? hour : hour + 12, Certain = true };
    }
}
