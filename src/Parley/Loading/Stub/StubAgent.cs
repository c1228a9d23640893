using Parley.Conversation.Agents;

namespace Parley.Loading.Stub;

/// <summary>An agent that answers everything at once with the same two sentences.</summary>
internal sealed class StubAgent : ICallAgent
{
    private static readonly AgentEvent[] Answer =
    [
        new AgentEvent.Say("We have everything that you could wish for on Sunday. "),
        new AgentEvent.Say("Is there anything else that you would like to know?"),
    ];

    /// <inheritdoc/>
    public string Name => "stub";

    /// <inheritdoc/>
#pragma warning disable CS1998 // The interface is asynchronous; a stub has nothing to wait for.
    public async IAsyncEnumerable<AgentEvent> RespondAsync(
        AgentRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var part in Answer)
            yield return part;
    }
#pragma warning restore CS1998

    /// <inheritdoc/>
    public AgentState? RestoreState(string json) => null;
}
