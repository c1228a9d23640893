namespace Parley.Conversation.Providers.Azure;

/// <summary>How Azure Speech is reached and used; section <c>Providers:Azure</c>. Times are milliseconds unless they say otherwise.</summary>
public sealed class AzureSpeechOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Providers:Azure";

    /// <summary>The provider's name in configuration and in bills.</summary>
    public const string Name = "azure";

    /// <summary>The resource's key: 32 hexadecimal digits, or 84 letters and digits for newer resources.</summary>
    public string? Key { get; set; }

    /// <summary>The resource's region, such as <c>westeurope</c>. Regions of the sovereign clouds are known by their names.</summary>
    public string? Region { get; set; }

    /// <summary>Instead of a region: a custom domain (<c>https://name.cognitiveservices.azure.com</c>) or a Speech container.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>Exchange the key for a token of 10 minutes and send only that. Needs <see cref="Region"/>. Default false.</summary>
    public bool UseToken { get; set; }

    /// <summary>Language of a call that tells none. Default <c>en-US</c>.</summary>
    public string Language { get; set; } = "en-US";

    /// <summary>
    /// Send mu-law untouched, half the traffic, instead of linear samples. Default false: the service documents PCM as the format that always works.
    /// </summary>
    public bool MuLaw { get; set; }

    /// <summary>
    /// Silence after which the service itself ends a phrase, 100 to 5,000. Parley ends phrases at a pause on its own; this decides where noise
    /// hides the pause. Default 300.
    /// </summary>
    public int SegmentationSilenceMs { get; set; } = 300;

    /// <summary>Audio sent in one message, 20 to 200. Default 100, as the official client.</summary>
    public int ChunkMs { get; set; } = 100;

    /// <summary>When the final text is asked for and has not come, the best guess is the answer after this long. Default 700.</summary>
    public int BestGuessAfterMs { get; set; } = 700;

    /// <summary>When there is not even a guess, the request has failed after this long. Default 2,000.</summary>
    public int FinalDeadlineMs { get; set; } = 2000;

    /// <summary>Audio kept to be sent again over a new connection, 1,000 to 30,000. Default 10,000.</summary>
    public int ReplayMs { get; set; } = 10_000;

    /// <summary>New connections in a row without a phrase between them, 0 to 20. Default 4, as the official client.</summary>
    public int Retries { get; set; } = 4;

    /// <summary>Wait before the first retry; each further one waits twice as long, at most 2,000. Default 100.</summary>
    public int RetryDelayMs { get; set; } = 100;

    /// <summary>Longest wait for a connection. Default 3,000.</summary>
    public int ConnectTimeoutMs { get; set; } = 3000;

    /// <summary>Connections kept open while no call uses them, 0 to 100. Default 4.</summary>
    public int IdleConnections { get; set; } = 4;

    /// <summary>Seconds after which an unused connection is closed; the service closes them after some minutes itself. Default 90.</summary>
    public int IdleSeconds { get; set; } = 90;

    /// <summary>Voice by language (<c>es-MX</c>) or primary language (<c>es</c>); adds to and replaces the built-in ones.</summary>
    public Dictionary<string, string> Voices { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How much faster (or, negative, slower) than the voice's own pace, in percent, -50 to 100. Default 0.</summary>
    public int RatePercent { get; set; }

    /// <summary>Longest wait for the first sound of a clause. Default 3,000.</summary>
    public int FirstSoundMs { get; set; } = 3000;

    /// <summary>Longest gap within a clause's audio. Default 3,000.</summary>
    public int StallMs { get; set; } = 3000;

    /// <summary>Longest audio of one clause, in seconds; more is an error of the service. Default 120.</summary>
    public int MaxClauseSeconds { get; set; } = 120;
}
