using System.Collections.Concurrent;
using Parley.Conversation.Agents;

namespace Parley.Evaluation;

/// <summary>Gives each scenario's business its own agent.</summary>
internal sealed class EvalAgents : ICallAgent
{
    private readonly ConcurrentDictionary<Guid, ICallAgent> agents = new();
    private volatile ICallAgent? last;

    /// <inheritdoc/>
    public string Name => last?.Name ?? "none";

    /// <summary>From now on this agent answers for a tenant; scenarios follow each other.</summary>
    public void Put(Guid tenantId, ICallAgent agent) => last = agents[tenantId] = agent;

    /// <inheritdoc/>
    public IAsyncEnumerable<AgentEvent> RespondAsync(AgentRequest request, CancellationToken cancellationToken) =>
        agents[request.Call.Tenant.Id].RespondAsync(request, cancellationToken);

    /// <inheritdoc/>
    public AgentState? RestoreState(string json) => last?.RestoreState(json);
}
