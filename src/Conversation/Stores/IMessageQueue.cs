namespace Parley.Conversation.Stores;

/// <summary>Text messages that wait to be sent. Taken by any node, each by one at a time.</summary>
public interface IMessageQueue
{
    /// <summary>
    /// Takes one due message, if there is one, and hands it to <paramref name="send"/>; its outcome is stored with the message and its
    /// job (sent, retried later with backoff, or failed). Returns false when nothing was due.
    /// </summary>
    Task<bool> SendNextAsync(Func<OutgoingMessage, CancellationToken, Task<SendOutcome>> send, CancellationToken cancellationToken);

    /// <summary>Waits until a message may be due: a new one was queued, or <paramref name="atMost"/> passed.</summary>
    Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken);

    /// <summary>The carrier's word on a sent message. A final status never goes back.</summary>
    Task UpdateStatusAsync(string carrierMessageId, string status, string? errorCode, DateTimeOffset at, CancellationToken cancellationToken);
}

/// <summary>A message to send.</summary>
/// <param name="Id">Parley's id.</param>
/// <param name="TenantId">Whose message it is.</param>
/// <param name="From">Sender, E.164.</param>
/// <param name="To">Recipient, E.164.</param>
/// <param name="Body">At most 1,600 characters.</param>
/// <param name="Attempt">From 1.</param>
public sealed record OutgoingMessage(Guid Id, Guid TenantId, string From, string To, string Body, int Attempt);

/// <summary>What became of an attempt.</summary>
/// <param name="Result">The kind of outcome.</param>
/// <param name="CarrierMessageId">The carrier's id when it took the message.</param>
/// <param name="Error">What went wrong, without secrets or numbers.</param>
/// <param name="RetryAfter">When the carrier said so.</param>
public sealed record SendOutcome(SendResult Result, string? CarrierMessageId = null, string? Error = null, TimeSpan? RetryAfter = null);

/// <summary>How an attempt ended.</summary>
public enum SendResult
{
    /// <summary>Taken by the carrier.</summary>
    Sent,

    /// <summary>Not processed; may be tried again.</summary>
    Retry,

    /// <summary>Refused for good.</summary>
    Failed,
}
