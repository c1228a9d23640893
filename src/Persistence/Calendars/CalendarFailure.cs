namespace Parley.Persistence.Calendars;

/// <summary>A calendar elsewhere could not be read.</summary>
/// <param name="message">Why, for the log and the staff: without addresses, which may be secrets.</param>
internal sealed class CalendarFailure(string message) : Exception(message);
