using System.Runtime.CompilerServices;
using Parley.Conversation.Agents;

namespace Parley.Evaluation;

/// <summary>Knows whether an agent is at work: meanwhile no simulated time passes.</summary>
internal sealed class AgentWatch(ICallAgent agent) : ICallAgent
{
    private int atWork;

    /// <inheritdoc/>
    public string Name => agent.Name;

    /// <summary>Answers are in the making.</summary>
    public bool IsAtWork => Volatile.Read(ref atWork) > 0;

    /// <inheritdoc/>
    public AgentState? RestoreState(string json) => agent.RestoreState(json);

    /// <inheritdoc/>
    public async IAsyncEnumerable<AgentEvent> RespondAsync(AgentRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref atWork);
        try
        {
            await foreach (var given in agent.RespondAsync(request, cancellationToken))
                yield return given;
        }
        finally
        {
            Interlocked.Decrement(ref atWork);
        }
    }
}
