using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>The pieces of a booking found in what was said.</summary>
internal sealed record Slots
{
    public int? PartySize { get; init; }

    public int? Nights { get; init; }

    public Service? Service { get; init; }

    /// <summary>Services that fit alike when it is not clear which one is meant.</summary>
    public IReadOnlyList<Service> ServiceChoices { get; init; } = [];

    public SpokenWhen When { get; init; } = SpokenWhen.Nothing;

    public string? Name { get; init; }

    public string? Phone { get; init; }

    /// <summary>Digits that were meant as a telephone number but are none.</summary>
    public string? BadPhone { get; init; }

    public bool IsEmpty => PartySize is null && Nights is null && Service is null && ServiceChoices.Count == 0 && When.IsEmpty && Name is null && Phone is null && BadPhone is null;
}
