using Microsoft.Extensions.Logging;
using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Providers;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tools;

/// <summary>All tools there are; gives each call its own <see cref="CallTools"/>.</summary>
/// <param name="tools">The tools. Two of the same name are a mistake of the installation.</param>
/// <param name="ledger">Remembers what was done.</param>
/// <param name="options">Bounds.</param>
/// <param name="clock">The clock.</param>
/// <param name="loggers">Makes the log.</param>
/// <param name="allowed">Whether a tenant has a feature, such as <c>tool.send_link</c>; null allows all.</param>
public sealed class ToolBox(
    IEnumerable<ICallTool> tools, IToolLedger ledger, ToolOptions options, TimeProvider clock, ILoggerFactory loggers,
    Func<Tenant, string, bool>? allowed = null)
{
    private readonly Dictionary<string, ICallTool> all = tools.ToDictionary(static tool => tool.Name, StringComparer.Ordinal);

    internal IToolLedger Ledger => ledger;

    internal ToolOptions Options => options;

    internal TimeProvider Clock => clock;

    internal ILogger Log { get; } = loggers.CreateLogger<CallTools>();

    /// <summary>The tools for a call.</summary>
    public CallTools Open(CallContext call, CallMeter? meter, ResumePoint? resume = null) => new(this, call, meter, resume);

    /// <summary>A tool that the tenant has, at this moment; null when there is none of the name.</summary>
    internal ICallTool? Find(Tenant tenant, string name) => all.TryGetValue(name, out var tool) && IsAllowed(tenant, tool) ? tool : null;

    /// <summary>The tenant's tools, by name.</summary>
    internal IEnumerable<ICallTool> Of(Tenant tenant) => all.Values.Where(tool => IsAllowed(tenant, tool)).OrderBy(static tool => tool.Name, StringComparer.Ordinal);

    private bool IsAllowed(Tenant tenant, ICallTool tool) =>
        (tenant.Agent?.Tools is not { } own || own.Contains(tool.Name, StringComparer.Ordinal)) && (allowed is null || allowed(tenant, "tool." + tool.Name));
}
