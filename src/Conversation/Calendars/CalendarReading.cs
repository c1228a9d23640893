using NodaTime;

namespace Parley.Conversation.Calendars;

/// <summary>What a calendar says of when somebody is busy.</summary>
/// <param name="Busy">Times, in order, none touching another.</param>
/// <param name="Notes">What was not understood, for the log; each once, without titles or names.</param>
public sealed record CalendarReading(IReadOnlyList<Interval> Busy, IReadOnlyList<string> Notes);
