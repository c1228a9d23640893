using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Parley.Conversation.Stores;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Messaging;

/// <summary>
/// Sends messages through Twilio, which has no idempotency key: before a message is tried again, the account's list of messages is asked
/// whether an earlier attempt went through after all.
/// </summary>
public sealed class TwilioMessageSender(
    TwilioRestClient client, IOptions<TwilioOptions> options, TimeProvider time, ILogger<TwilioMessageSender> logger) : IMessageSender
{
    /// <summary>
    /// How far back an equal text to the same number counts as the earlier attempt. Long enough for all attempts of the queue; should a
    /// caller have received the very same text from another call within it, one copy is enough.
    /// </summary>
    public static readonly TimeSpan LookBack = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public async Task<SendOutcome> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Attempt > 1)
        {
            var since = time.GetUtcNow() - LookBack;
            var from = string.IsNullOrEmpty(options.Value.MessagingServiceSid) ? message.From : null;
            if (await client.ListMessagesAsync(from, message.To, since, cancellationToken) is not { } earlier)
                return new SendOutcome(SendResult.Retry, Error: "Earlier attempts could not be looked up.");

            if (earlier.FirstOrDefault(sent => IsEarlierAttempt(sent, message, since)) is { } found)
            {
                MessagingLog.FoundSent(logger, message.Id, found.Sid);
                return new SendOutcome(SendResult.Sent, found.Sid);
            }
        }

        var callback = options.Value.PublicBaseUrl is { } publicBase
            ? new Uri(publicBase.OriginalString.TrimEnd('/') + "/twilio/message-status")
            : null;
        var result = await client.CreateMessageAsync(message.From, message.To, message.Body, callback, cancellationToken);
        return result.Outcome switch
        {
            TwilioOutcome.Success => new SendOutcome(SendResult.Sent, result.Sid),
            TwilioOutcome.Refused => new SendOutcome(SendResult.Failed, Error: result.Error),
            _ => new SendOutcome(SendResult.Retry, Error: result.Error, RetryAfter: result.RetryAfter),
        };
    }

    private static bool IsEarlierAttempt(TwilioMessage sent, OutgoingMessage message, DateTimeOffset since) =>
        sent.Direction == "outbound-api" && sent.CreatedAt >= since && string.Equals(sent.Body, message.Body, StringComparison.Ordinal);
}
