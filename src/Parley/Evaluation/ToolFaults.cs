using System.Collections.Frozen;
using Parley.Conversation.Llm;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;

namespace Parley.Evaluation;

/// <summary>How a tool fails.</summary>
/// <param name="TimesOut">It comes to no end in its time. A tool of Parley's is said to have done so at once; a business's own service is truly silent.</param>
/// <param name="Status">What a business's own service answers; null for a tool of Parley's, which throws as without its database.</param>
internal sealed record ToolFault(bool TimesOut = false, int? Status = null);

/// <summary>Has the server's own tools fail as the scenario that runs says. Scenarios follow each other.</summary>
internal sealed class ToolFaults
{
    private volatile IReadOnlyDictionary<string, ToolFault> current = FrozenDictionary<string, ToolFault>.Empty;

    /// <summary>From now on these fail, by name, and no others.</summary>
    public void To(IReadOnlyDictionary<string, ToolFault> faults) => current = faults;

    /// <summary>Puts itself before every tool that is registered.</summary>
    public void Wrap(IServiceCollection services)
    {
        for (var i = 0; i < services.Count; i++)
        {
            if (services[i] is { IsKeyedService: false, ImplementationType: { } type } tool && tool.ServiceType == typeof(ICallTool))
                services[i] = ServiceDescriptor.Singleton<ICallTool>(s => new FaultyTool((ICallTool)ActivatorUtilities.CreateInstance(s, type), this));
        }
    }

    private sealed class FaultyTool(ICallTool tool, ToolFaults faults) : ICallTool
    {
        public string Name => tool.Name;

        public ToolEffect Effect => tool.Effect;

        public bool IsAtomic => tool.IsAtomic;

        public ModelTool? Describe(Tenant tenant) => tool.Describe(tenant);

        public Task<ToolResult> RunAsync(ToolInvocation call, CancellationToken cancellationToken) => faults.current.GetValueOrDefault(Name) switch
        {
            null => tool.RunAsync(call, cancellationToken),
            { TimesOut: true } => throw new TimeoutException("The scenario has it take too long."),
            _ => throw new InvalidOperationException("The scenario has it fail."),
        };
    }
}
