using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;

namespace Parley.Conversation.Stores;

/// <summary>Text messages with links that are sent during a call.</summary>
public interface ILinkOutbox
{
    /// <summary>
    /// Queues a message in one transaction with the ledger's entry; the outcome is false when the same link was sent in this call before.
    /// </summary>
    Task<ToolResult> QueueAsync(Tenant tenant, Guid callId, LinkMessage message, ToolReceipt<bool> receipt, CancellationToken cancellationToken);
}

/// <summary>A message with a link.</summary>
/// <param name="Link">The link's name.</param>
/// <param name="IsReservation">It is the page where a booking is seen and changed, which is not sent again after the call.</param>
/// <param name="From">Sender, E.164.</param>
/// <param name="To">Recipient, E.164.</param>
/// <param name="Body">What it says.</param>
public sealed record LinkMessage(string Link, bool IsReservation, string From, string To, string Body);
