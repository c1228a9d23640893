using Microsoft.Extensions.Options;

namespace Parley.Conversation.Providers.Azure;

/// <summary>Tells at start everything that is wrong with the configuration, without ever quoting a key.</summary>
internal sealed class AzureSpeechOptionsValidator : IValidateOptions<AzureSpeechOptions>
{
    private const int ShortestKey = 32;
    private const int LongestKey = 128;

    public ValidateOptionsResult Validate(string? name, AzureSpeechOptions options)
    {
        var errors = new List<string>();
        void Check(bool holds, string error)
        {
            if (!holds)
                errors.Add($"{AzureSpeechOptions.Section}:{error}");
        }

        // 32 hexadecimal digits, or 84 letters and digits for newer resources.
        var wrong = options.Key is { Length: > 0 } key ? ProviderSettings.KeyError(key, ShortestKey, LongestKey) : "is missing.";
        Check(wrong is null, $"Key {wrong}");
        Check(options.Region is null or { Length: 0 } || options.Region.All(char.IsAsciiLetterOrDigit),
            "Region must be a region's short name, such as westeurope.");
        Check(options.Region is { Length: > 0 } || options.Endpoint is not null, "Region (or Endpoint) is missing.");
        Check(options.Endpoint is null || options.Endpoint is { IsAbsoluteUri: true, Scheme: "http" or "https" or "ws" or "wss" },
            "Endpoint must be an absolute address, such as https://name.cognitiveservices.azure.com.");
        Check(!options.UseToken || options.Region is { Length: > 0 } || options.Endpoint is not null, "UseToken needs Region.");
        Check(options.Language is { Length: > 0 }, "Language is missing.");
        Range(options.SegmentationSilenceMs, 100, 5000, nameof(options.SegmentationSilenceMs));
        Range(options.ChunkMs, 20, 200, nameof(options.ChunkMs));
        Range(options.BestGuessAfterMs, 50, 10_000, nameof(options.BestGuessAfterMs));
        Range(options.FinalDeadlineMs, options.BestGuessAfterMs, 10_000, nameof(options.FinalDeadlineMs));
        Range(options.ReplayMs, 1000, 30_000, nameof(options.ReplayMs));
        Range(options.Retries, 0, 20, nameof(options.Retries));
        Range(options.RetryDelayMs, 0, 2000, nameof(options.RetryDelayMs));
        Range(options.ConnectTimeoutMs, 100, 30_000, nameof(options.ConnectTimeoutMs));
        Range(options.IdleConnections, 0, 100, nameof(options.IdleConnections));
        Range(options.IdleSeconds, 1, 600, nameof(options.IdleSeconds));
        Range(options.RatePercent, -50, 100, nameof(options.RatePercent));
        Range(options.FirstSoundMs, 100, 30_000, nameof(options.FirstSoundMs));
        Range(options.StallMs, 100, 30_000, nameof(options.StallMs));
        Range(options.MaxClauseSeconds, 1, 600, nameof(options.MaxClauseSeconds));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Range(int value, int least, int most, string what) => Check(value >= least && value <= most, $"{what} must be {least} to {most}.");
    }
}
