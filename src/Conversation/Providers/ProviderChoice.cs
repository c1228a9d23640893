namespace Parley.Conversation.Providers;

/// <summary>Which providers a tenant's calls use, in order of preference; null leaves the installation's own order.</summary>
public sealed record ProviderChoice
{
    /// <summary>Speech recognition: names such as <c>deepgram</c>, <c>azure</c>, <c>openai</c>, <c>embedded</c>.</summary>
    public IReadOnlyList<string>? Recognise { get; init; }

    /// <summary>Dialogue: language models such as <c>openai</c>, and <c>rules</c> for the embedded agent.</summary>
    public IReadOnlyList<string>? Think { get; init; }

    /// <summary>Speech synthesis: names such as <c>elevenlabs</c>, <c>azure</c>, <c>openai</c>, <c>embedded</c>.</summary>
    public IReadOnlyList<string>? Speak { get; init; }

    /// <summary>Model by provider, where the provider's configured one is not wanted.</summary>
    public IReadOnlyDictionary<string, string> Models { get; init; } = new Dictionary<string, string>();

    /// <summary>Voice by provider; a voice's name means something to one provider only.</summary>
    public IReadOnlyDictionary<string, string> Voices { get; init; } = new Dictionary<string, string>();

    /// <summary>The language model's temperature, 0 to 2.</summary>
    public double? Temperature { get; init; }
}
