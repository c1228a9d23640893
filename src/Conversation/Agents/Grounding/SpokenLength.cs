using System.Globalization;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>A length of time as it was said.</summary>
/// <param name="Amount">How many of its unit.</param>
/// <param name="Unit">Minutes of its unit; a month has thirty days, a year twelve months.</param>
internal readonly record struct SpokenLength(decimal Amount, int Unit)
{
    /// <summary>Minutes of a day.</summary>
    public const int Day = 24 * 60;

    /// <inheritdoc cref="Day"/>
    public const int Year = 360 * Day;

    /// <summary>How long; "half an hour" is thirty minutes.</summary>
    public decimal Minutes => Amount * Unit;

    /// <summary>Where it stands among the pieces of its text.</summary>
    public int At { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Minutes:0.##} min");
}
