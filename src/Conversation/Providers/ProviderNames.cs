namespace Parley.Conversation.Providers;

/// <summary>The providers there are, by their names in configuration and tenant files.</summary>
public static class ProviderNames
{
    /// <summary>The parts that need no server and no key; last in every chain.</summary>
    public const string Embedded = "embedded";

    /// <summary>The embedded agent; it decides by rules, without a language model.</summary>
    public const string Rules = "rules";

    /// <summary>OpenAI's speech-to-speech model; used only where it is named, and first.</summary>
    public const string OpenAiRealtime = "openai-realtime";

    // The order is the default one of a chain.
    private static readonly string[] Recognisers = ["deepgram", "azure", "openai", Embedded];
    private static readonly string[] Thinkers = [OpenAiRealtime, "openai", Rules];
    private static readonly string[] Voices = ["elevenlabs", "azure", "openai", Embedded];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> All { get; } = ["deepgram", "elevenlabs", "azure", "openai", OpenAiRealtime, Embedded, Rules];

    /// <summary>Those that can do something, in the order in which they are preferred.</summary>
    public static IReadOnlyList<string> For(Capability capability) => capability switch
    {
        Capability.Recognise => Recognisers,
        Capability.Think => Thinkers,
        _ => Voices,
    };

    /// <summary>Whether it is a model that hears and speaks itself, and so stands before a chain and not in it.</summary>
    public static bool IsSpeechToSpeech(string name) => name == OpenAiRealtime;

    /// <summary>The configuration section of a cloud provider below <c>Providers</c>.</summary>
    internal static string SectionOf(string name) => name switch
    {
        "openai" => "OpenAI",
        OpenAiRealtime => "OpenAiRealtime",
        "elevenlabs" => "ElevenLabs",
        _ => char.ToUpperInvariant(name[0]) + name[1..],
    };

    /// <summary>How metrics call it.</summary>
    internal static string Stage(Capability capability) => capability switch
    {
        Capability.Recognise => "stt",
        Capability.Think => "llm",
        _ => "tts",
    };
}
