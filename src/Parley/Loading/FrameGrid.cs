namespace Parley.Loading;

/// <summary>One moment of the grid.</summary>
/// <param name="Slot">Whose turn it is: calls are spread over the slots of a frame.</param>
/// <param name="Frame">Number of the frame, from 0.</param>
/// <param name="Due">When it was to be sent, as a timestamp.</param>
public readonly record struct GridTick(int Slot, long Frame, long Due);

/// <summary>
/// An absolute clock of 20 ms frames in <see cref="Slots"/> slots of 1 ms each: being late does not move what follows, and what was missed is
/// made up for at once. Pure: the owner says what time it is.
/// </summary>
public sealed class FrameGrid(long start, long frequency)
{
    /// <summary>Slots of a frame.</summary>
    public const int Slots = 20;

    private const int SlotsPerSecond = 1000;
    private long next;

    /// <summary>Takes the next slot that is due at <paramref name="now"/>; false when none is.</summary>
    public bool TryTake(long now, out GridTick tick)
    {
        var due = DueOf(next);
        tick = new GridTick((int)(next % Slots), next / Slots, due);
        if (now < due)
            return false;

        next++;
        return true;
    }

    /// <summary>Time from <paramref name="now"/> to the next slot; zero when it is due.</summary>
    public TimeSpan Rest(long now) =>
        TimeSpan.FromTicks(Math.Max(0, (DueOf(next) - now) * TimeSpan.TicksPerSecond / frequency));

    // Split, so that a fast counter does not overflow after some hours.
    private long DueOf(long tick) =>
        start + (tick / SlotsPerSecond * frequency) + (tick % SlotsPerSecond * frequency / SlotsPerSecond);
}
