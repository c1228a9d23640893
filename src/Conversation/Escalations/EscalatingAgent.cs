using System.Runtime.CompilerServices;
using Parley.Conversation.Agents;

namespace Parley.Conversation.Escalations;

/// <summary>
/// Sees to it that staff learn of callers who need a person, whichever agent talks with them: adds what the caller's mood and a transfer mean, and gives
/// a transfer its summary. The agents themselves offer the person.
/// </summary>
/// <param name="agent">Who talks.</param>
public sealed class EscalatingAgent(ICallAgent agent) : ICallAgent
{
    /// <inheritdoc/>
    public string Name => agent.Name;

    /// <inheritdoc/>
    public AgentState? RestoreState(string json) => agent.RestoreState(json);

    /// <inheritdoc/>
    public async IAsyncEnumerable<AgentEvent> RespondAsync(AgentRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var facts = request.State?.Facts ?? CallFacts.None;
        var signs = CallerMood.Read(request.History, request.Trigger);
        if (signs.Angry)
            yield return new AgentEvent.Escalate(EscalationReason.Anger, CallSummary.Of(request, facts));
        if (signs.Misunderstood)
            yield return new AgentEvent.Escalate(EscalationReason.RepeatedMisunderstanding, CallSummary.Of(request, facts));
        var told = false;
        await foreach (var given in agent.RespondAsync(request, cancellationToken))
        {
            switch (given)
            {
                case AgentEvent.Escalate { Reason: EscalationReason.AskedFor }:
                    told = true;
                    break;
                case AgentEvent.Remember remember:
                    // A caller who wants a person wants one also when none can be reached.
                    if (!told && remember.State.Facts.Intent == CallIntent.Person && facts.Intent != CallIntent.Person)
                    {
                        told = true;
                        yield return new AgentEvent.Escalate(EscalationReason.AskedFor, CallSummary.Of(request, remember.State.Facts));
                    }

                    facts = remember.State.Facts;
                    break;
                case AgentEvent.TransferCall transfer:
                    var summary = transfer.Summary ?? CallSummary.Of(request, facts);
                    if (!told)
                        yield return new AgentEvent.Escalate(EscalationReason.AskedFor, summary);
                    yield return transfer with { Summary = summary };
                    continue;
            }

            yield return given;
        }
    }
}
