namespace Parley.MediaGateway.Twilio;

/// <summary>How a REST request ended.</summary>
public enum TwilioOutcome
{
    /// <summary>Done.</summary>
    Success,

    /// <summary>Refused; repeating it would be refused again.</summary>
    Refused,

    /// <summary>Not processed; it may be repeated.</summary>
    NotProcessed,

    /// <summary>Nobody knows whether it was processed: no answer, or a failure of the server.</summary>
    Ambiguous,
}

/// <summary>Outcome of a REST request.</summary>
/// <param name="Outcome">The kind.</param>
/// <param name="Sid">Id of what was created or changed.</param>
/// <param name="HttpStatus">0 when there was no answer.</param>
/// <param name="Code">Code of Twilio's error dictionary; 0 when there is none.</param>
/// <param name="Error">What went wrong, with numbers masked.</param>
/// <param name="RetryAfter">How long to wait, when the server said so.</param>
public sealed record TwilioResult(
    TwilioOutcome Outcome, string? Sid = null, int HttpStatus = 0, int Code = 0, string? Error = null, TimeSpan? RetryAfter = null);

/// <summary>A message as the list of messages shows it.</summary>
/// <param name="Sid">Id of the message.</param>
/// <param name="Body">Its text.</param>
/// <param name="Direction"><c>outbound-api</c> for those sent here.</param>
/// <param name="CreatedAt">When it was taken; null when unreadable.</param>
public sealed record TwilioMessage(string Sid, string Body, string Direction, DateTimeOffset? CreatedAt);
