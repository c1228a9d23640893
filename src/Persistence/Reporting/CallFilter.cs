using Parley.Conversation.Agents;

namespace Parley.Persistence.Reporting;

/// <summary>Narrows a list of calls; times are when they started.</summary>
public sealed record CallFilter : ListFilter
{
    /// <summary>What the caller wanted.</summary>
    public CallIntent? Intent { get; init; }

    /// <summary>The caller's or the called number: E.164 to match it whole, digits to match a part; punctuation is ignored.</summary>
    public string? Number { get; init; }
}
