namespace Parley.Calling;

/// <summary>The person on the line. Asked every 20 ms from one thread; it must not block.</summary>
public interface ICaller
{
    /// <summary>Writes the next 20 ms of the caller's voice into <paramref name="frame"/>, which holds silence.</summary>
    /// <param name="nowMs">Milliseconds since the stream started.</param>
    /// <param name="heard">The agent's audio as played in the last 20 ms; silence where <paramref name="playing"/> is false.</param>
    /// <param name="playing">Whether any of <paramref name="heard"/> came from the agent.</param>
    /// <param name="frame">160 bytes of mu-law.</param>
    CallerAction Next(long nowMs, ReadOnlySpan<byte> heard, bool playing, Span<byte> frame);
}

/// <summary>What a caller does besides speaking.</summary>
/// <param name="Key">A key pressed in this frame.</param>
/// <param name="HangUp">The caller hangs up after this frame.</param>
public readonly record struct CallerAction(char? Key = null, bool HangUp = false);
