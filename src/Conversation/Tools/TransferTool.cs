using System.Text.Json.Nodes;
using NodaTime;
using Parley.Conversation.Agents;
using Parley.Conversation.Llm;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tools;

/// <summary>Connects the caller to a person once the answer was heard.</summary>
internal sealed class TransferTool : ICallTool
{
    public string Name => "transfer_to";

    public ToolEffect Effect => ToolEffect.Reads;

    public ModelTool? Describe(Tenant tenant) => tenant.Departments.Count == 0
        ? null
        : ToolSchema.Tool(
            Name, $"Connect the caller to a person. Say so in the same answer. Departments: {string.Join(", ", tenant.Departments.Select(static d => d.Name))}.",
            new("department", "string", "One of the departments.", true, MostChars: 100),
            new("summary", "string", "What the person who answers should know, in one or two sentences.", MostChars: 400));

    public Task<ToolResult> RunAsync(ToolInvocation call, CancellationToken cancellationToken)
    {
        var wanted = call.Text("department") ?? "";
        var reachable = call.Call.Tenant.ReachableAt(Instant.FromDateTimeOffset(call.Now));
        if (reachable.Count == 0)
            return Task.FromResult(ToolResult.Failure(ToolError.NotPossible, "Nobody can be reached now. Offer to take a message."));
        var department = reachable.FirstOrDefault(d => d.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase))
            ?? reachable.FirstOrDefault(d => d.Keywords.Any(k => wanted.Contains(k, StringComparison.OrdinalIgnoreCase)))
            ?? (reachable.Count == 1 ? reachable[0] : null);
        if (department is null)
            return Task.FromResult(ToolResult.Failure(ToolError.BadArguments, $"There is no such department. There are: {string.Join(", ", reachable.Select(static d => d.Name))}."));
        var facts = call.Facts.Intent is CallIntent.None or CallIntent.Question ? call.Facts with { Intent = CallIntent.Person } : call.Facts;
        return Task.FromResult(new ToolResult
        {
            Text = "The caller is connected after your words. Say so now.",
            Data = new JsonObject { ["department"] = department.Name },
            Facts = facts,
            Events = [new AgentEvent.TransferCall(department, call.Text("summary"))],
        });
    }
}
