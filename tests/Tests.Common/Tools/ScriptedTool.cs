using System.Text.Json.Nodes;
using Parley.Conversation.Llm;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;

namespace Parley.Tests.Common.Tools;

/// <summary>A tool that does what a test says, and remembers each run.</summary>
public sealed class ScriptedTool(string name, ToolEffect effect, Func<ToolInvocation, CancellationToken, Task<ToolResult>>? run = null) : ICallTool
{
    public string Name => name;

    public ToolEffect Effect => effect;

    public bool IsAtomic { get; init; }

    public List<ToolInvocation> Runs { get; } = [];

    public ModelTool? Describe(Tenant tenant) => new(name, "For tests.", new JsonObject
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["what"] = new JsonObject { ["type"] = "string", ["maxLength"] = 4000 },
            ["count"] = new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 9 },
        },
    });

    public async Task<ToolResult> RunAsync(ToolInvocation call, CancellationToken cancellationToken)
    {
        lock (Runs)
            Runs.Add(call);
        return run is null ? new ToolResult { Text = $"Done {Runs.Count}." } : await run(call, cancellationToken);
    }
}
