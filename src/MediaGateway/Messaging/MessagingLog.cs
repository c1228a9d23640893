using Microsoft.Extensions.Logging;

namespace Parley.MediaGateway.Messaging;

/// <summary>What message sending reports; ids 2300 to 2399. Numbers are masked before they come here.</summary>
internal static partial class MessagingLog
{
    [LoggerMessage(2300, LogLevel.Information, "Message {MessageId} to {To} stays on this machine: {Body}")]
    public static partial void SentLocally(ILogger logger, Guid messageId, string to, string body);

    [LoggerMessage(2301, LogLevel.Information, "Message {MessageId} had been taken before as {Sid}.")]
    public static partial void FoundSent(ILogger logger, Guid messageId, string sid);

    [LoggerMessage(2302, LogLevel.Error, "Sending messages failed; next try in {Wait}.")]
    public static partial void QueueFailed(ILogger logger, TimeSpan wait, Exception exception);

    [LoggerMessage(2303, LogLevel.Information, "Message {MessageId} to {To}, attempt {Attempt}: {Result} {Error}")]
    public static partial void Tried(ILogger logger, Guid messageId, string to, int attempt, Parley.Conversation.Stores.SendResult result, string error);
}
