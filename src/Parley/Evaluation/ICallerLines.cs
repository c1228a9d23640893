using Parley.Conversation.Stores;

namespace Parley.Evaluation;

/// <summary>Says what the caller does next.</summary>
internal interface ICallerLines
{
    /// <summary>The next step; null when the caller has nothing left to do.</summary>
    ValueTask<ScenarioStep?> NextAsync(IReadOnlyList<TurnRecord> turns, CancellationToken cancellationToken);

    /// <summary>The step after the next one, as far as it is known: whether the answer to the next one will be interrupted.</summary>
    ScenarioStep? Afterwards { get; }

    /// <summary>The first step that was not taken although it had to be.</summary>
    ScenarioStep? Left { get; }
}

/// <summary>The steps of a scenario.</summary>
internal sealed class ScriptedLines(IReadOnlyList<ScenarioStep> steps) : ICallerLines
{
    private int next;

    /// <inheritdoc/>
    public ScenarioStep? Afterwards => next < steps.Count ? steps[next] : null;

    /// <inheritdoc/>
    public ScenarioStep? Left => steps.Skip(next).FirstOrDefault(s => !s.Optional && s.Does != CallerDoes.HangUp);

    /// <inheritdoc/>
    public ValueTask<ScenarioStep?> NextAsync(IReadOnlyList<TurnRecord> turns, CancellationToken cancellationToken) =>
        ValueTask.FromResult(next < steps.Count ? steps[next++] : null);
}
