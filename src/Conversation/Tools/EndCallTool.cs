using Parley.Conversation.Agents;
using Parley.Conversation.Llm;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tools;

/// <summary>Hangs up once the answer was heard.</summary>
internal sealed class EndCallTool : ICallTool
{
    private static readonly ModelTool Description = ToolSchema.Tool("end_call", "Hang up, when the caller needs nothing else. Say goodbye in the same answer.");

    public string Name => "end_call";

    public ToolEffect Effect => ToolEffect.Reads;

    public ModelTool Describe(Tenant tenant) => Description;

    public Task<ToolResult> RunAsync(ToolInvocation call, CancellationToken cancellationToken) => Task.FromResult(new ToolResult
    {
        Text = "The call ends after your words. Say goodbye now.",
        Events = [new AgentEvent.EndCall()],
    });
}
