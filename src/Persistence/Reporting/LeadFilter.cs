using Parley.Conversation.Agents;

namespace Parley.Persistence.Reporting;

/// <summary>Narrows a list of leads; times are when they were made.</summary>
public sealed record LeadFilter : ListFilter
{
    /// <summary>What the caller wanted.</summary>
    public CallIntent? Intent { get; init; }

    /// <summary>How far it came.</summary>
    public LeadStatus? Status { get; init; }

    /// <summary>Whether a person has dealt with it.</summary>
    public bool? Handled { get; init; }
}
