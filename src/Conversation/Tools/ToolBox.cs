using Microsoft.Extensions.Logging;
using Parley.Conversation.Agents;
using Parley.Conversation.Flags;
using Parley.Conversation.Net;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Providers;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools.Http;

namespace Parley.Conversation.Tools;

/// <summary>All tools there are; gives each call its own <see cref="CallTools"/>.</summary>
/// <param name="tools">The tools. Two of the same name are a mistake of the installation.</param>
/// <param name="ledger">Remembers what was done.</param>
/// <param name="options">Bounds.</param>
/// <param name="clock">The clock.</param>
/// <param name="loggers">Makes the log.</param>
/// <param name="features">What tenants have; null for everything.</param>
/// <param name="http">Asks tenants' own services; null where their tools are not to be had.</param>
public sealed class ToolBox(
    IEnumerable<ICallTool> tools, IToolLedger ledger, ToolOptions options, TimeProvider clock, ILoggerFactory loggers,
    IFeatureFlags? features = null, OutgoingHttp? http = null)
{
    private readonly Dictionary<string, ICallTool> all = tools.ToDictionary(static tool => tool.Name, StringComparer.Ordinal);

    internal IToolLedger Ledger => ledger;

    internal ToolOptions Options => options;

    internal TimeProvider Clock => clock;

    internal ILogger Log { get; } = loggers.CreateLogger<CallTools>();

    /// <summary>The tools for a call.</summary>
    public CallTools Open(CallContext call, CallMeter? meter, ResumePoint? resume = null) => new(this, call, meter, resume);

    /// <summary>Whether a tenant has a tool at this moment.</summary>
    internal bool IsAllowed(Tenant tenant, string name) => features?.For(tenant.Id).Has(Features.Tool(name)) ?? true;

    /// <summary>The tenant's tools, its own ones included, by name.</summary>
    internal IEnumerable<ICallTool> Of(Tenant tenant)
    {
        // A name of ours is never a tenant's, whatever its settings say.
        var own = http is null ? [] : tenant.Tools.Where(one => !all.ContainsKey(one.Name)).DistinctBy(static one => one.Name)
            .Select(one => new HttpTool(one, http, options, clock));
        return all.Values.Concat(own).Where(tool => (tenant.Agent?.Tools?.Contains(tool.Name, StringComparer.Ordinal) ?? true) && IsAllowed(tenant, tool.Name)).OrderBy(static tool => tool.Name, StringComparer.Ordinal);
    }
}
