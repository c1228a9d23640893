namespace Parley.Conversation.Sts.OpenAi;

/// <summary>OpenAI's Realtime API; section <c>Providers:OpenAiRealtime</c>. On when a key or an address is set.</summary>
public sealed class RealtimeOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Providers:OpenAiRealtime";

    /// <summary>The secret key. Never logged.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Where the API is, version included; null for <c>https://api.openai.com/v1</c>. The session's address is <c>/realtime</c> below it, as WebSocket.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>The model, unless a tenant names another one. Default <c>gpt-realtime</c>.</summary>
    public string Model { get; set; } = "gpt-realtime";

    /// <summary>The voice, unless a tenant names another one. Default <c>marin</c>.</summary>
    public string Voice { get; set; } = "marin";

    /// <summary>How fast it speaks, 0.25 to 1.5. Default 1.</summary>
    public double Speed { get; set; } = 1;

    /// <summary>The model that writes down what callers say. Default <c>gpt-4o-mini-transcribe</c>.</summary>
    public string TranscriptionModel { get; set; } = "gpt-4o-mini-transcribe";

    /// <summary>Silence that ends a caller's turn, in milliseconds (100 to 3,000). Default 500, OpenAI's own.</summary>
    public int SilenceMs { get; set; } = 500;

    /// <summary>How loud speech must be, 0 to 1. Default 0.5, OpenAI's own.</summary>
    public double Threshold { get; set; } = 0.5;

    /// <summary>Most tokens of an answer, sound included, at about 20 for a second (1 to 4,096). Default 1,200: a minute.</summary>
    public int MaxOutputTokens { get; set; } = 1200;

    /// <summary>Longest time to connect, in milliseconds (100 to 30,000). Default 3,000.</summary>
    public int ConnectTimeoutMs { get; set; } = 3000;

    /// <summary>Sessions that wait for ringing calls to be answered (0 to 1,000). Default 8.</summary>
    public int MostWarm { get; set; } = 8;

    /// <summary>How long one waits, in seconds (1 to 600). Default 40: a telephone rings no longer.</summary>
    public int WarmSeconds { get; set; } = 40;
}
