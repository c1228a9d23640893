using System.Text.Json.Nodes;
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
            Name, "Connect the caller to a person. Say so in the same answer.",
            new("department", "string", "Who.", true, OneOf: [.. tenant.Departments.Select(static d => d.Name)]),
            new("summary", "string", "What the person who answers should know, in one or two sentences.", MostChars: 400));

    public Task<ToolResult> RunAsync(ToolInvocation call, CancellationToken cancellationToken)
    {
        var wanted = call.Text("department");
        var department = call.Call.Tenant.Departments.First(d => d.Name == wanted);
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
