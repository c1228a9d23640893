namespace Parley.Evaluation;

/// <summary>What became of all scenarios.</summary>
internal sealed record EvalReport
{
    /// <summary><c>text</c> or <c>audio</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>The model behind the agent: <c>scripted</c>, or a real one's name.</summary>
    public required string Model { get; init; }

    /// <summary>How long it took, without the server's start.</summary>
    public long Milliseconds { get; init; }

    /// <summary>Runs that came to what was expected.</summary>
    public int Passed => Runs.Count(r => r.Result == RunResult.Passed);

    /// <summary>Runs that did not.</summary>
    public int Failed => Runs.Count(r => r.Result == RunResult.Failed);

    /// <summary>Runs for which something is not there.</summary>
    public int Skipped => Runs.Count(r => r.Result == RunResult.Skipped);

    /// <summary>Each scenario with each agent.</summary>
    public required IReadOnlyList<ScenarioRun> Runs { get; init; }
}
