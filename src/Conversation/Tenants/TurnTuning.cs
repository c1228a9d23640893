namespace Parley.Conversation.Tenants;

/// <summary>A tenant's changes to the turn-taking defaults; a null keeps the default.</summary>
public sealed record TurnTuning
{
    /// <summary>Multiplies the silence that ends a turn: 1.5 for callers who speak slowly.</summary>
    public double? Patience { get; init; }

    /// <summary>Silences that end a turn, by rule.</summary>
    public EndpointingTuning? SilenceMs { get; init; }

    /// <summary>How easily the agent is interrupted, 0 (never by speech) to 1 (by the shortest word).</summary>
    public double? BargeInSensitivity { get; init; }
}
