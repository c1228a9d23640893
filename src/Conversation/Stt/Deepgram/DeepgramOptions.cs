using Microsoft.Extensions.Options;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Stt.Deepgram;

/// <summary>How Deepgram's live recognition is used; section <see cref="Section"/>. Without a key there is no such recogniser.</summary>
public sealed class DeepgramOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Providers:Deepgram";

    /// <summary>The account's API key; temporary tokens do not live long enough for a server.</summary>
    public string? ApiKey { get; set; }

    /// <summary>The service; Deepgram's European and self-hosted ones have their own. <c>ws</c> for this machine only.</summary>
    public Uri BaseUrl { get; set; } = new("wss://api.deepgram.com");

    /// <summary>A model of the live API v1: <c>nova-3</c>, <c>nova-2-phonecall</c>, ... (Flux speaks another protocol).</summary>
    public string Model { get; set; } = "nova-3";

    /// <summary>Silence in ms after which Deepgram takes the caller to be done, 10 to 5,000. Its documents advise 300 to 500 for conversation.</summary>
    public int EndpointingMs { get; set; } = 300;

    /// <summary>Gap between words in ms that ends an utterance where noise hides the silence, 1,000 to 5,000 (Deepgram takes no less).</summary>
    public int UtteranceEndMs { get; set; } = 1000;

    /// <summary>Punctuation, numbers and dates as written text.</summary>
    public bool SmartFormat { get; set; } = true;

    /// <summary>How long a connection may take to open, 100 to 30,000 ms.</summary>
    public int ConnectTimeoutMs { get; set; } = 3000;

    /// <summary>
    /// How long the answer to <c>Finalize</c> is waited for, 50 to 10,000 ms. It is not guaranteed to come; what was recognised so far is
    /// taken instead.
    /// </summary>
    public int FinalizeDeadlineMs { get; set; } = 600;

    /// <summary>How often in a row a broken connection is made anew before the recogniser gives up, 0 to 10.</summary>
    public int MostReconnects { get; set; } = 2;

    /// <summary>Connections that may wait for a call at any time, 0 to 100.</summary>
    public int MostWarm { get; set; } = 8;

    /// <summary>How long a connection waits for its call, 1 to 300 s. Telephones ring for half a minute at most.</summary>
    public int WarmSeconds { get; set; } = 30;
}

/// <summary>Checks <see cref="DeepgramOptions"/> at start and reports everything that is wrong at once; the key is never quoted.</summary>
internal sealed class DeepgramOptionsValidator : IValidateOptions<DeepgramOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, DeepgramOptions options)
    {
        List<string> errors = [];

        void Check(bool holds, string error)
        {
            if (!holds)
                errors.Add($"{DeepgramOptions.Section}:{error}");
        }

        if (options.ApiKey is { } key && ProviderSettings.KeyError(key) is { } wrong)
            errors.Add($"{DeepgramOptions.Section}:ApiKey {wrong}");
        Check(ProviderSettings.IsBase(options.BaseUrl, Uri.UriSchemeWss, Uri.UriSchemeWs),
            "BaseUrl must be an absolute wss address without query or fragment (ws only for this machine).");
        Check(!string.IsNullOrWhiteSpace(options.Model), "Model must be set.");
        Check(options.Model?.StartsWith("flux", StringComparison.OrdinalIgnoreCase) != true,
            "Model must be one of the live API v1, such as nova-3; Flux models speak another protocol.");
        Check(options.EndpointingMs is >= 10 and <= 5000, "EndpointingMs must be from 10 to 5000.");
        Check(options.UtteranceEndMs is >= 1000 and <= 5000, "UtteranceEndMs must be from 1000 to 5000.");
        Check(options.ConnectTimeoutMs is >= 100 and <= 30_000, "ConnectTimeoutMs must be from 100 to 30000.");
        Check(options.FinalizeDeadlineMs is >= 50 and <= 10_000, "FinalizeDeadlineMs must be from 50 to 10000.");
        Check(options.MostReconnects is >= 0 and <= 10, "MostReconnects must be from 0 to 10.");
        Check(options.MostWarm is >= 0 and <= 100, "MostWarm must be from 0 to 100.");
        Check(options.WarmSeconds is >= 1 and <= 300, "WarmSeconds must be from 1 to 300.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
