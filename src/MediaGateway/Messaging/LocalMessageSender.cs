using Microsoft.Extensions.Logging;
using Parley.Conversation.Stores;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Messaging;

/// <summary>Takes messages when no carrier is configured: they are logged and count as sent.</summary>
public sealed class LocalMessageSender(ILogger<LocalMessageSender> logger) : IMessageSender
{
    /// <inheritdoc/>
    public Task<SendOutcome> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        MessagingLog.SentLocally(logger, message.Id, PhoneNumbers.Mask(message.To), PhoneNumbers.MaskIn(message.Body));
        return Task.FromResult(new SendOutcome(SendResult.Sent, $"local-{message.Id:N}"));
    }
}
