using Microsoft.Extensions.Options;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Tts.ElevenLabs;

/// <summary>Which of the two interfaces is used.</summary>
public enum ElevenLabsTransport
{
    /// <summary>One HTTP request a clause; connections are kept and shared.</summary>
    Http,

    /// <summary>One WebSocket a clause; tells when each word is spoken, so that an interruption is known to the word.</summary>
    WebSocket,
}

/// <summary>How ElevenLabs' synthesis is used; section <see cref="Section"/>. Without a key there is no such synthesiser.</summary>
public sealed class ElevenLabsOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Providers:ElevenLabs";

    /// <summary>The account's API key.</summary>
    public string? ApiKey { get; set; }

    /// <summary>The service; residency regions have their own. <c>http</c> for this machine only.</summary>
    public Uri BaseUrl { get; set; } = new("https://api.elevenlabs.io");

    /// <summary>Id of the voice for tenants that chose none. The default is a premade voice that every account has.</summary>
    public string Voice { get; set; } = "JBFqnCBsd6RMkjVDRZzb";

    /// <summary>The model. <c>eleven_flash_v2_5</c> is the fastest with many languages.</summary>
    public string Model { get; set; } = "eleven_flash_v2_5";

    /// <summary>HTTP or WebSocket.</summary>
    public ElevenLabsTransport Transport { get; set; }

    /// <summary>How steady the voice is, 0 to 1; null for the voice's own.</summary>
    public double? Stability { get; set; }

    /// <summary>How near to the original voice, 0 to 1; null for the voice's own.</summary>
    public double? SimilarityBoost { get; set; }

    /// <summary>Exaggeration of the voice's style, 0 to 1; costs time. Null for the voice's own.</summary>
    public double? Style { get; set; }

    /// <summary>More likeness to the speaker for more computing; null for the voice's own.</summary>
    public bool? UseSpeakerBoost { get; set; }

    /// <summary>Pace, 0.7 to 1.2; null for the voice's own.</summary>
    public double? Speed { get; set; }

    /// <summary>How long a connection may take to open, 100 to 30,000 ms.</summary>
    public int ConnectTimeoutMs { get; set; } = 3000;

    /// <summary>How long the first audio, or the next, may take, 100 to 60,000 ms.</summary>
    public int IdleTimeoutMs { get; set; } = 5000;

    /// <summary>HTTP connections at most, 1 to 1,000; WebSockets that may wait for a clause, the same.</summary>
    public int MostConnections { get; set; } = 50;

    /// <summary>How long a connection waits to be used, 1 to 20 s (a WebSocket is closed by ElevenLabs after 20 s without text).</summary>
    public int WarmSeconds { get; set; } = 18;
}

/// <summary>Checks <see cref="ElevenLabsOptions"/> at start and reports everything that is wrong at once; the key is never quoted.</summary>
internal sealed class ElevenLabsOptionsValidator : IValidateOptions<ElevenLabsOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ElevenLabsOptions options)
    {
        List<string> errors = [];

        void Check(bool holds, string error)
        {
            if (!holds)
                errors.Add($"{ElevenLabsOptions.Section}:{error}");
        }

        if (options.ApiKey is { } key && ProviderSettings.KeyError(key) is { } wrong)
            errors.Add($"{ElevenLabsOptions.Section}:ApiKey {wrong}");
        Check(ProviderSettings.IsBase(options.BaseUrl, Uri.UriSchemeHttps, Uri.UriSchemeHttp),
            "BaseUrl must be an absolute https address without query or fragment (http only for this machine).");
        Check(!string.IsNullOrWhiteSpace(options.Voice), "Voice must be set.");
        Check(!string.IsNullOrWhiteSpace(options.Model), "Model must be set.");
        Check(options.Transport != ElevenLabsTransport.WebSocket || options.Model?.StartsWith("eleven_v3", StringComparison.Ordinal) != true,
            "Model eleven_v3 cannot be used over a WebSocket.");
        Check(Enum.IsDefined(options.Transport), "Transport must be Http or WebSocket.");
        Check(options.Stability is null or (>= 0 and <= 1), "Stability must be from 0 to 1.");
        Check(options.SimilarityBoost is null or (>= 0 and <= 1), "SimilarityBoost must be from 0 to 1.");
        Check(options.Style is null or (>= 0 and <= 1), "Style must be from 0 to 1.");
        Check(options.Speed is null or (>= 0.7 and <= 1.2), "Speed must be from 0.7 to 1.2.");
        Check(options.ConnectTimeoutMs is >= 100 and <= 30_000, "ConnectTimeoutMs must be from 100 to 30000.");
        Check(options.IdleTimeoutMs is >= 100 and <= 60_000, "IdleTimeoutMs must be from 100 to 60000.");
        Check(options.MostConnections is >= 1 and <= 1000, "MostConnections must be from 1 to 1000.");
        Check(options.WarmSeconds is >= 1 and <= 20, "WarmSeconds must be from 1 to 20.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
