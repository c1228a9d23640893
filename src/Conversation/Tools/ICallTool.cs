using Parley.Conversation.Llm;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tools;

/// <summary>Something an agent can have done during a call. One instance serves all calls; <see cref="CallTools"/> decides whether and when it runs.</summary>
public interface ICallTool
{
    /// <summary>Its name, as models call it: lower-case letters, digits and underscores.</summary>
    string Name { get; }

    /// <summary>What running it changes.</summary>
    ToolEffect Effect { get; }

    /// <summary>
    /// Its effect and the ledger's entry are written in one transaction (<see cref="ToolReceipt{T}"/>): a run that was cut off or failed changed
    /// nothing, so it may be run again under the same key.
    /// </summary>
    bool IsAtomic => false;

    /// <summary>How it is offered to a tenant's agent; null when the tenant does not have it.</summary>
    ModelTool? Describe(Tenant tenant);

    /// <summary>Runs once. The arguments fit the schema of <see cref="Describe"/>. Whatever it throws becomes a failed result.</summary>
    Task<ToolResult> RunAsync(ToolInvocation call, CancellationToken cancellationToken);
}

/// <summary>What a tool changes.</summary>
public enum ToolEffect
{
    /// <summary>
    /// Nothing but the answer in the making: its events and facts take effect when the answer is spoken. May run for an answer that is thrown away.
    /// </summary>
    Reads,

    /// <summary>The world: runs only once the caller's turn is over, and once per call, turn and arguments.</summary>
    Writes,
}
