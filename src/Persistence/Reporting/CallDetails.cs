using Parley.Conversation.Stores;

namespace Parley.Persistence.Reporting;

/// <summary>A call with all that belongs to it.</summary>
/// <param name="Call">The call.</param>
/// <param name="Turns">What was said, in order.</param>
/// <param name="Lead">What came of it.</param>
/// <param name="Messages">Texts to the caller, oldest first.</param>
public sealed record CallDetails(
    CallRow Call, IReadOnlyList<TurnRecord> Turns, LeadRow? Lead, IReadOnlyList<MessageRow> Messages);
