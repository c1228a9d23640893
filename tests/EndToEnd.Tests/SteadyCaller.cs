using Parley.Calling;

namespace Parley.EndToEnd.Tests;

/// <summary>A caller for whom time goes on when a second stream starts its clock from zero, and who can hang up when told to.</summary>
internal sealed class SteadyCaller(ICaller caller) : ICaller
{
    private volatile bool hangUp;
    private long before;
    private long last;

    /// <summary>The caller hangs up at the next moment.</summary>
    public void HangUp() => hangUp = true;

    public CallerAction Next(long nowMs, ReadOnlySpan<byte> heard, bool playing, Span<byte> frame)
    {
        if (nowMs < last)
            before += last;
        last = nowMs;
        var action = caller.Next(before + nowMs, heard, playing, frame);
        return hangUp ? new CallerAction(HangUp: true) : action;
    }
}
