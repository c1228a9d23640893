namespace Parley.Persistence.Calendars;

/// <summary>A calendar elsewhere could not be read or written.</summary>
/// <param name="message">Why, for the log and the staff: without addresses, which may be secrets.</param>
/// <param name="mayPass">Whether trying again may help.</param>
/// <param name="retryAfter">When the other side said so.</param>
internal sealed class CalendarFailure(string message, bool mayPass = true, TimeSpan? retryAfter = null) : Exception(message)
{
    public bool MayPass { get; } = mayPass;

    public TimeSpan? RetryAfter { get; } = retryAfter;
}
