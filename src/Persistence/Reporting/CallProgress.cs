using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;

namespace Parley.Persistence.Reporting;

/// <summary>How far a call is.</summary>
/// <param name="EndedAt">When it ended; null while it goes on. No turn is missing from <paramref name="Turns"/> when it is set.</param>
/// <param name="EndReason">Why it ended.</param>
/// <param name="Turns">Turns that are new to the reader, in order.</param>
public sealed record CallProgress(DateTimeOffset? EndedAt, CallEndReason? EndReason, IReadOnlyList<TurnRecord> Turns);
