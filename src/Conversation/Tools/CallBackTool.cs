using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using Parley.Conversation.Llm;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tools;

/// <summary>Notes that the caller wants to be called back; it becomes the call's lead.</summary>
internal sealed class CallBackTool : ICallTool
{
    private static readonly ModelTool Description = ToolSchema.Tool(
        "request_call_back", "Note that a person should call the caller back.",
        new("about", "string", "What it is about, in the caller's words.", true, MessageTool.MostChars),
        new("date_time", "string", "When the caller would like to be called, local, such as 2026-03-05T15:00; leave out when it does not matter.", MostChars: 32),
        ToolPerson.Name, ToolPerson.Number);

    public string Name => "request_call_back";

    public ToolEffect Effect => ToolEffect.Writes;

    // The ledger's entry is all there is to it.
    public bool IsAtomic => true;

    public ModelTool Describe(Tenant tenant) => Description;

    public Task<ToolResult> RunAsync(ToolInvocation call, CancellationToken cancellationToken) => Task.FromResult(Run(call));

    private static ToolResult Run(ToolInvocation call)
    {
        var facts = call.Facts;
        if (ToolPerson.Read(call, ref facts) is { } failure)
            return failure;
        if (call.Text("about") is not { } about)
            return ToolResult.Failure(ToolError.BadArguments, "What it is about is missing. Ask the caller.");
        if (ToolPerson.Phone(call, facts) is null)
            return ToolResult.Failure(ToolError.NotPossible, "There is no number to call back: ask for one, and call this again with it.");

        var at = "";
        if (call.Text("date_time") is { } time)
        {
            if (ToolTime.Read(time) is not { } when)
                return ToolResult.Failure(ToolError.BadArguments, "date_time is not like 2026-03-05T15:00.");
            if (when.InZoneLeniently(call.Call.Tenant.TimeZone).ToInstant() < Instant.FromDateTimeOffset(call.Now))
                return ToolResult.Failure(ToolError.NotPossible, "That time is over. Ask for another one.");
            at = " on " + ToolTime.Write(when);
        }

        return new ToolResult
        {
            Text = string.Create(CultureInfo.InvariantCulture, $"Noted: the staff calls back{at}.{(facts.Name is null ? " The name is missing: ask for it once." : "")}"),
            Data = new JsonObject { ["about"] = about, ["at"] = at.Length > 0 ? call.Text("date_time") : null },
            Facts = MessageTool.Noted(facts, $"Please call back{at}: {about}"),
        };
    }
}
