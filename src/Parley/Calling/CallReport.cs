namespace Parley.Calling;

/// <summary>Everything that is known of a finished call.</summary>
public sealed record CallReport
{
    /// <summary>The script.</summary>
    public required string Script { get; init; }

    /// <summary>When the call began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How it ended for the carrier.</summary>
    public required CallOutcome Outcome { get; init; }

    /// <summary>How long the answers took; the first is the greeting's.</summary>
    public IReadOnlyList<TurnLatency> Latencies { get; init; } = [];

    /// <summary>The server's record; null when it was not read.</summary>
    public CallResult? Result { get; init; }

    /// <summary>What was expected, and whether it is so.</summary>
    public IReadOnlyList<ExpectationOutcome> Expectations { get; init; } = [];

    /// <summary>Whether all expectations are met.</summary>
    public bool Met => Expectations.All(e => e.Met);
}

/// <summary>One expectation.</summary>
/// <param name="Name">As in the script.</param>
/// <param name="Expected">What should be.</param>
/// <param name="Actual">What is.</param>
/// <param name="Met">Whether they agree.</param>
public sealed record ExpectationOutcome(string Name, string Expected, string Actual, bool Met);
