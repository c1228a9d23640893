using Parley.Conversation.Stores;

namespace Parley.MediaGateway.Messaging;

/// <summary>The way text messages leave the house.</summary>
public interface IMessageSender
{
    /// <summary>Tries once to send a message; failures are outcomes, not exceptions.</summary>
    Task<SendOutcome> SendAsync(OutgoingMessage message, CancellationToken cancellationToken);
}
