using Microsoft.Extensions.Options;

namespace Parley.Conversation.Sts.OpenAi;

/// <summary>Finds at start what would fail at the first call, all of it at once. Says what is wrong with a key, never what the key is.</summary>
internal sealed class RealtimeOptionsValidator : IValidateOptions<RealtimeOptions>
{
    private const int ShortestKey = 8;
    private const int LongestKey = 512;

    public ValidateOptionsResult Validate(string? name, RealtimeOptions options)
    {
        var failures = new List<string>();
        Check(KeyFault(options) is null, $"ApiKey {KeyFault(options)}");
        Check(
            options.BaseAddress is not { } address || (address.IsAbsoluteUri && address.UserInfo.Length == 0 && address.Query.Length == 0
                && (address.Scheme is "https" or "wss" || (address.Scheme is "http" or "ws" && address.IsLoopback))),
            "BaseAddress must be an absolute https or wss address without user and query, such as https://api.openai.com/v1; http and ws only on this machine.");
        Check(!string.IsNullOrWhiteSpace(options.Model), "Model is empty.");
        Check(!string.IsNullOrWhiteSpace(options.Voice), "Voice is empty.");
        Check(!string.IsNullOrWhiteSpace(options.TranscriptionModel), "TranscriptionModel is empty: without it nothing is written down.");
        Check(options.Speed is >= 0.25 and <= 1.5, "Speed must be 0.25 to 1.5.");
        Check(options.Threshold is >= 0 and <= 1, "Threshold must be 0 to 1.");
        Check(options.SilenceMs is >= 100 and <= 3000, "SilenceMs must be 100 to 3000.");
        Check(options.MaxOutputTokens is >= 1 and <= 4096, "MaxOutputTokens must be 1 to 4096.");
        Check(options.ConnectTimeoutMs is >= 100 and <= 30_000, "ConnectTimeoutMs must be 100 to 30000.");
        Check(options.MostWarm is >= 0 and <= 1000, "MostWarm must be 0 to 1000.");
        Check(options.WarmSeconds is >= 1 and <= 600, "WarmSeconds must be 1 to 600.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Check(bool holds, string otherwise)
        {
            if (!holds)
                failures.Add($"{RealtimeOptions.Section}:{otherwise}");
        }
    }

    private static string? KeyFault(RealtimeOptions options) => options.ApiKey switch
    {
        null or "" => options.BaseAddress is null ? "is missing." : null,
        var key when key.Any(static c => c is <= ' ' or > '~') => "holds blanks or characters that no key has: was more than the key copied?",
        { Length: < ShortestKey or > LongestKey } key => $"is {key.Length} characters long, which no key is.",
        var key when options.BaseAddress is null && !key.StartsWith("sk-", StringComparison.Ordinal) => "is not a key of OpenAI, which begin with \"sk-\".",
        _ => null,
    };
}
