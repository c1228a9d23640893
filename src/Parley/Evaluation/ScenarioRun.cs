using Parley.Calling;

namespace Parley.Evaluation;

/// <summary>What became of a scenario with one agent.</summary>
internal sealed record ScenarioRun
{
    /// <summary>The scenario's file.</summary>
    public required string File { get; init; }

    /// <summary>What it is about.</summary>
    public required string Name { get; init; }

    /// <summary>Who answered.</summary>
    public required AgentKind Agent { get; init; }

    /// <summary>How it went.</summary>
    public required RunResult Result { get; init; }

    /// <summary>What is not as expected, or why it was skipped.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Turns of both sides.</summary>
    public int Turns { get; init; }

    /// <summary>How long it took.</summary>
    public long Milliseconds { get; init; }

    /// <summary>Tools the model asked for, in order.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    /// <summary>The business's bookings after the call.</summary>
    public IReadOnlyList<ResultBooking> Bookings { get; init; } = [];

    /// <summary>The server's record of the call; null when there was none.</summary>
    public CallResult? Call { get; init; }
}

/// <summary>How a scenario went.</summary>
internal enum RunResult
{
    /// <summary>Everything is as expected.</summary>
    Passed,

    /// <summary>Something is not.</summary>
    Failed,

    /// <summary>It needs what is not there.</summary>
    Skipped,
}
