namespace Parley.Conversation.Providers.OpenAi;

/// <summary>
/// One server that speaks OpenAI's HTTP API: OpenAI itself (section <c>Providers:OpenAi</c>), or a compatible one such as DeepSeek, Ollama, vLLM or
/// Groq (<c>Providers:Compatible:{name}</c>; language model only).
/// </summary>
public sealed class OpenAiOptions
{
    /// <summary>Section of OpenAI itself.</summary>
    public const string Section = "Providers:OpenAi";

    /// <summary>Section of the compatible servers, by name.</summary>
    public const string CompatibleSection = "Providers:Compatible";

    /// <summary>Name of OpenAI among the providers.</summary>
    public const string OpenAi = "openai";

    /// <summary>The secret key; null for a server that wants none. Never logged.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Where the API is, version included: <c>https://api.deepseek.com</c>, <c>http://localhost:11434/v1</c>. Null for OpenAI itself.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>The language model. Default: <c>gpt-4o-mini</c> for OpenAI; must be named for others.</summary>
    public string? Model { get; set; }

    /// <summary>0 to 2; null leaves the model's own, which reasoning models insist on.</summary>
    public double? Temperature { get; set; }

    /// <summary>Longest wait for the head of an answer, and between two pieces of it, in milliseconds (100 to 120,000). Default 8,000.</summary>
    public int TimeoutMs { get; set; } = 8_000;

    /// <summary>Longest time to make a connection, TLS included, in milliseconds (50 to 30,000). Default 2,000.</summary>
    public int ConnectTimeoutMs { get; set; } = 2_000;

    /// <summary>Model of transcription. Default <c>gpt-4o-mini-transcribe</c>.</summary>
    public string TranscriptionModel { get; set; } = "gpt-4o-mini-transcribe";

    /// <summary>Model of synthesis. Default <c>gpt-4o-mini-tts</c>.</summary>
    public string SpeechModel { get; set; } = "gpt-4o-mini-tts";

    /// <summary>Voice of synthesis where a tenant has not chosen one. Default <c>marin</c>.</summary>
    public string Voice { get; set; } = "marin";

    /// <summary>How to speak, in words; null for a calm telephone voice in the tenant's language.</summary>
    public string? SpeechInstructions { get; set; }

    /// <summary>Model of embeddings. Default <c>text-embedding-3-small</c>.</summary>
    public string EmbeddingModel { get; set; } = "text-embedding-3-small";

    /// <summary>Length of an embedding (1 to 3,072); null for the model's own.</summary>
    public int? EmbeddingDimensions { get; set; }
}
