namespace Parley.Conversation.Calendars;

/// <summary>A text is no calendar, or one that is larger than anybody's.</summary>
/// <param name="message">Why.</param>
public sealed class CalendarFormatException(string message) : Exception(message);
