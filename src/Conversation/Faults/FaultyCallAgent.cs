using Parley.Conversation.Agents;

namespace Parley.Conversation.Faults;

/// <summary>An agent whose answers come with faults. The moments of the plan count from the beginning of each answer.</summary>
/// <param name="inner">The agent.</param>
/// <param name="plan">The faults.</param>
/// <param name="clock">The clock.</param>
/// <param name="applies">Which requests are answered with faults; null: all.</param>
public sealed class FaultyCallAgent(ICallAgent inner, FaultPlan plan, TimeProvider clock, Func<AgentRequest, bool>? applies = null) : ICallAgent
{
    private int answers;

    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public IAsyncEnumerable<AgentEvent> RespondAsync(AgentRequest request, CancellationToken cancellationToken)
    {
        var answer = inner.RespondAsync(request, cancellationToken);
        return applies?.Invoke(request) == false
            ? answer
            : FaultyStream.Apply(answer, new FaultInjector(plan, clock, Interlocked.Increment(ref answers)), new Items(), clock, cancellationToken);
    }

    /// <inheritdoc/>
    public AgentState? RestoreState(string json) => inner.RestoreState(json);

    private sealed class Items : IFaultItems<AgentEvent>
    {
        public AgentEvent Copy(AgentEvent item) => item;

        public AgentEvent Damage(AgentEvent item, FaultInjector faults) =>
            item is AgentEvent.Say say ? new AgentEvent.Say(faults.Damage(say.Text)) : item;

        public void Drop(AgentEvent item)
        {
        }
    }
}
