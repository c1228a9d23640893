using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Agents.Rules.Nlu;
using Parley.Conversation.Llm;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tools;

/// <summary>Notes that the caller wants to be called back; it becomes the call's lead.</summary>
internal sealed class CallBackTool : ICallTool
{
    private static readonly ModelTool Description = ToolSchema.Tool(
        "request_call_back", "Note that a person should call the caller back.",
        new("about", "string", "What it is about, in the caller's words.", true, MessageTool.MostChars),
        new("date_time", "string", "From when on the caller would like to be called: local, such as 2026-03-05T15:00, or in the caller's words; leave out when it does not matter.", MostChars: 100),
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

        LocalDateTime? at = null;
        if (call.Text("date_time") is { } time)
        {
            var now = Instant.FromDateTimeOffset(call.Now);
            // A day alone is from when the business opens.
            at = LocalDatePattern.Iso.Parse(time.Trim()) is { Success: true, Value: var day } ? CallBackTime.Settle(new SpokenWhen { Day = day }, call.Call.Tenant, now)
                : ToolTime.Read(time) is { } exact ? exact.InZoneLeniently(call.Call.Tenant.TimeZone).LocalDateTime
                : CallBackTime.Read(time, call.Call.Tenant, now);
            if (at is not { } when)
                return ToolResult.Failure(ToolError.BadArguments, "date_time is not like 2026-03-05T15:00, or that time is over.");
            if (when.InZoneLeniently(call.Call.Tenant.TimeZone).ToInstant() < now - Duration.FromMinutes(1))
                return ToolResult.Failure(ToolError.NotPossible, "That time is over. Ask for another one.");
        }

        var from = at is { } told ? " from " + ToolTime.Write(told) : "";
        return new ToolResult
        {
            Text = $"Noted: the staff calls back{from}.{(facts.Name is null ? " The name is missing: ask for it once." : "")}",
            Data = new JsonObject { ["about"] = about, ["at"] = at is { } noted ? ToolTime.Data(noted) : null },
            Facts = MessageTool.Noted(facts, $"Please call back: {about}") with { CallBackFor = at?.ToDateTimeUnspecified() },
        };
    }
}
