namespace Parley.Conversation.Replay;

/// <summary>What came of a replay.</summary>
public sealed record ReplayReport
{
    /// <summary>Length of the replayed call in milliseconds.</summary>
    public required long DurationMs { get; init; }

    /// <summary>Events that were replayed.</summary>
    public required int Events { get; init; }

    /// <summary>Turns that the replayed call wrote down.</summary>
    public required int Turns { get; init; }

    /// <summary>How the replayed call ended; null when the capture stops before its end.</summary>
    public required string? End { get; init; }

    /// <summary>Where it went otherwise than the captured call.</summary>
    public required IReadOnlyList<ReplayDifference> Differences { get; init; }

    /// <summary>Whether it went as it was captured.</summary>
    public bool IsSame => Differences.Count == 0;
}

/// <summary>Something that went otherwise.</summary>
/// <param name="AtMs">When, in the captured call or else in the replayed one.</param>
/// <param name="What">Carrier, requests, turn-taking, turn and its field, end, or reply.</param>
/// <param name="Captured">What was captured; null when there was nothing.</param>
/// <param name="Replayed">What was replayed; null when there was nothing.</param>
public sealed record ReplayDifference(long AtMs, string What, string? Captured, string? Replayed);
