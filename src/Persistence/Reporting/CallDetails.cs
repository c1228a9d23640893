using Parley.Conversation.PostCall;
using Parley.Conversation.Providers;
using Parley.Conversation.Stores;

namespace Parley.Persistence.Reporting;

/// <summary>A call with all that belongs to it.</summary>
/// <param name="Call">The call.</param>
/// <param name="Turns">What was said, in order.</param>
/// <param name="Lead">What came of it.</param>
/// <param name="Messages">Texts to the caller, oldest first.</param>
/// <param name="Usage">What it used of its providers.</param>
/// <param name="Cost">What that costs; null when it is not known.</param>
/// <param name="Currency">Of <paramref name="Cost"/>, ISO 4217.</param>
public sealed record CallDetails(
    CallRow Call, IReadOnlyList<TurnRecord> Turns, LeadRow? Lead, IReadOnlyList<MessageRow> Messages,
    IReadOnlyList<ProviderUsage> Usage, decimal? Cost, string? Currency)
{
    /// <summary>What it was about; null until it was analysed.</summary>
    public CallAnalysis? Analysis { get; init; }

    /// <summary>Why it needed a person, in order.</summary>
    public IReadOnlyList<EscalationRow> Escalations { get; init; } = [];
}
