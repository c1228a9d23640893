using System.Text.Json.Nodes;
using Parley.Conversation.Llm;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tools;

/// <summary>Texts the caller a link, each once in a call.</summary>
internal sealed class LinkTool(ILinkOutbox outbox) : ICallTool
{
    /// <summary>Name of the page of <see cref="BookingRules.ReservationLink"/>.</summary>
    public const string Reservation = "reservation";

    public string Name => "send_link";

    public ToolEffect Effect => ToolEffect.Writes;

    public bool IsAtomic => true;

    public ModelTool? Describe(Tenant tenant)
    {
        var links = Links(tenant);
        return links.Count == 0 ? null : ToolSchema.Tool(
            Name, "Send the caller a link by text message, when the caller wants it.",
            new("link", "string", "Which.", true, OneOf: [.. links.Select(static l => l.Name)]), ToolPerson.Number);
    }

    public async Task<ToolResult> RunAsync(ToolInvocation call, CancellationToken cancellationToken)
    {
        var tenant = call.Call.Tenant;
        var facts = call.Facts;
        if (ToolPerson.Read(call, ref facts) is { } failure)
            return failure;
        if (ToolPerson.Phone(call, facts) is not { } to)
            return ToolResult.Failure(ToolError.NotPossible, "There is no number to text: ask for one, and call this again with it.");
        var from = tenant.Messages.From ?? call.Call.CalledNumber;
        if (to == from || to == call.Call.CalledNumber)
            return ToolResult.Failure(ToolError.NotPossible, "That is our own number. Ask for another one.");

        var link = Links(tenant).First(l => l.Name == call.Text("link"));
        return await outbox.QueueAsync(
            tenant, call.Call.CallId, new LinkMessage(link.Name, link.Name == Reservation, from, to, $"{tenant.Name}: {link.Url}"),
            new ToolReceipt<bool>(call.Key, queued => new ToolResult
            {
                Text = queued ? "The text message is on its way." : "That link was sent in this call already.",
                Data = new JsonObject { ["link"] = link.Name, ["sent"] = queued },
                Facts = facts == call.Facts ? null : facts,
            }),
            cancellationToken);
    }

    private static List<TextLink> Links(Tenant tenant)
    {
        List<TextLink> links = [.. tenant.Messages.Links];
        if (tenant.Booking?.ReservationLink is { Length: > 0 } page && !links.Exists(static l => l.Name == Reservation))
            links.Insert(0, new TextLink(Reservation, page));
        return links;
    }
}
