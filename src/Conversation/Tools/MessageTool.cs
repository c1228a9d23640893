using System.Text.Json.Nodes;
using Parley.Conversation.Agents;
using Parley.Conversation.Llm;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tools;

/// <summary>Takes a message for the business; it becomes the call's lead.</summary>
internal sealed class MessageTool : ICallTool
{
    /// <summary>Longest message, in characters.</summary>
    public const int MostChars = 1000;

    private static readonly ModelTool Description = ToolSchema.Tool(
        "take_message", "Note a message for the staff. A later message of the call takes the place of an earlier one.",
        new("text", "string", "The message, in the caller's words.", true, MostChars), ToolPerson.Name, ToolPerson.Number);

    public string Name => "take_message";

    public ToolEffect Effect => ToolEffect.Writes;

    // The ledger's entry is all there is to it.
    public bool IsAtomic => true;

    public ModelTool Describe(Tenant tenant) => Description;

    public Task<ToolResult> RunAsync(ToolInvocation call, CancellationToken cancellationToken)
    {
        var facts = call.Facts;
        if (ToolPerson.Read(call, ref facts) is { } failure)
            return Task.FromResult(failure);
        if (call.Text("text") is not { } text)
            return Task.FromResult(ToolResult.Failure(ToolError.BadArguments, "The message is empty. Ask the caller what it is."));

        facts = Noted(facts, text);
        return Task.FromResult(new ToolResult
        {
            Text = ToolPerson.Phone(call, facts) is null ? "Noted, but there is no number to call back: ask for one."
                : facts.Name is null ? "Noted, without a name: ask for it once."
                : "Noted.",
            Data = new JsonObject { ["message"] = text, ["name"] = facts.Name },
            Facts = facts,
        });
    }

    /// <summary>The facts with a message; a booking stays one.</summary>
    public static CallFacts Noted(CallFacts facts, string text) =>
        facts with { Message = text, Intent = facts.Intent == CallIntent.Booking ? CallIntent.Booking : CallIntent.Message };
}
