using Microsoft.Extensions.Logging;

namespace Parley.MediaGateway.Messaging;

/// <summary>What message sending reports; ids 2100 to 2199. Numbers are masked before they come here.</summary>
internal static partial class MessagingLog
{
    [LoggerMessage(2100, LogLevel.Information, "Message {MessageId} to {To} stays on this machine: {Body}")]
    public static partial void SentLocally(ILogger logger, Guid messageId, string to, string body);

    [LoggerMessage(2101, LogLevel.Information, "Message {MessageId} had been taken before as {Sid}.")]
    public static partial void FoundSent(ILogger logger, Guid messageId, string sid);

    [LoggerMessage(2102, LogLevel.Error, "Sending messages failed; next try in {Wait}.")]
    public static partial void QueueFailed(ILogger logger, TimeSpan wait, Exception exception);

    [LoggerMessage(2103, LogLevel.Information, "Message {MessageId} to {To}, attempt {Attempt}: {Result} {Error}")]
    public static partial void Tried(ILogger logger, Guid messageId, string to, int attempt, Parley.Conversation.Stores.SendResult result, string error);
}
