namespace Parley.Conversation.Tenants;

/// <summary>What a tenant wants of its agent.</summary>
public sealed record AgentSettings
{
    /// <summary>Confidence under which a question about the business is left to people, where a tenant says nothing else.</summary>
    public const double DefaultConfidence = 0.35;

    /// <summary>Longest <see cref="Instructions"/>, in characters: they are paid for with every answer.</summary>
    public const int MostInstructionChars = 4000;

    /// <summary>Longest <see cref="Style"/>, in characters.</summary>
    public const int MostStyleChars = 300;

    /// <summary>The owner's own rules for a language model, behind ours, which they do not change. The agent that speaks by rules has no use for them.</summary>
    public string? Instructions { get; init; }

    /// <summary>How it should sound: <c>warm and brief</c>; null for friendly and brief.</summary>
    public string? Style { get; init; }

    /// <summary>From 0 (never) to 1: under this confidence a question about the business is left to people; null for <see cref="DefaultConfidence"/>.</summary>
    public double? Confidence { get; init; }

    /// <summary>
    /// Nothing that a speech-to-speech model says is heard before its words are there and were checked, however long they take. Otherwise sound whose words
    /// are late is let go after a moment, and cut when they turn out wrong. Other models' words are always checked first.
    /// </summary>
    public bool Strict { get; init; }

    /// <summary>Names of the tools that it may use, and no others; null for all that the tenant has.</summary>
    public IReadOnlyList<string>? Tools { get; init; }
}
