using System.Globalization;

namespace Parley.Conversation.Faults;

/// <summary>When a fault begins: a time after the beginning of a stream, or with its n-th item (from 1).</summary>
/// <param name="After">The time; null when items are counted.</param>
/// <param name="Item">The item; 0 when a time is given.</param>
public readonly record struct FaultMoment(TimeSpan? After, int Item)
{
    /// <inheritdoc/>
    public override string ToString() =>
        After is { } time ? $"{time.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)}ms" : $"#{Item.ToString(CultureInfo.InvariantCulture)}";

    internal bool IsReached(TimeSpan elapsed, int item) => After is { } time ? elapsed >= time : item >= Item;
}

/// <summary>Nothing passes for a while, then everything at once.</summary>
/// <param name="At">When it begins.</param>
/// <param name="For">How long it lasts.</param>
public readonly record struct FaultStall(FaultMoment At, TimeSpan For);
