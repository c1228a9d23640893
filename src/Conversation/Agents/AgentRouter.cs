using System.Collections.Concurrent;

namespace Parley.Conversation.Agents;

/// <summary>
/// Gives each call the agent of its tenant's choice: the rules, or one that speaks with the first language model named before them. A tenant without a
/// choice has the installation's; a choice of which nothing is configured means the rules.
/// </summary>
/// <param name="rules">The embedded agent.</param>
/// <param name="withModel">The agent that speaks with a language model of this name; null when none is configured under it.</param>
/// <param name="byDefault">The installation's order.</param>
public sealed class AgentRouter(ICallAgent rules, Func<string, ICallAgent?> withModel, IReadOnlyList<string> byDefault) : ICallAgent
{
    private readonly ConcurrentDictionary<string, ICallAgent?> agents = new(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public string Name => Choose(byDefault).Name;

    /// <inheritdoc/>
    public IAsyncEnumerable<AgentEvent> RespondAsync(AgentRequest request, CancellationToken cancellationToken) =>
        Choose(request.Call.Tenant.Providers?.Think ?? byDefault).RespondAsync(request, cancellationToken);

    /// <inheritdoc/>
    public AgentState? RestoreState(string json) => Llm.LlmState.FromJson(json) ?? rules.RestoreState(json);

    private ICallAgent Choose(IReadOnlyList<string> order)
    {
        foreach (var name in order)
        {
            if (name.Equals(rules.Name, StringComparison.OrdinalIgnoreCase))
                break;
            if (agents.GetOrAdd(name, withModel) is { } agent)
                return agent;
        }

        return rules;
    }
}
