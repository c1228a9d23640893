using Microsoft.Extensions.Options;

namespace Parley.Conversation.Providers.OpenAi;

/// <summary>Finds at start what would fail at the first call. Says what is wrong with a key, never what the key is.</summary>
internal sealed class OpenAiOptionsValidator : IValidateOptions<OpenAiOptions>
{
    private const int ShortestKey = 8;
    private const int LongestKey = 512;

    public ValidateOptionsResult Validate(string? name, OpenAiOptions options)
    {
        var compatible = name != OpenAiOptions.OpenAi;
        var section = compatible ? $"{OpenAiOptions.CompatibleSection}:{name}" : OpenAiOptions.Section;
        var failures = new List<string>();
        if (!string.IsNullOrEmpty(options.ApiKey) && KeyFault(options.ApiKey, ofOpenAi: !compatible && options.BaseAddress is null) is { } fault)
            failures.Add($"{section}:ApiKey {fault}");
        if (options.BaseAddress is { } address && (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0))
            failures.Add($"{section}:BaseAddress must be an absolute http or https address without a user, such as https://api.example.com/v1.");
        if (compatible && options.BaseAddress is null)
            failures.Add($"{section}:BaseAddress is missing.");
        if (compatible && string.IsNullOrWhiteSpace(options.Model))
            failures.Add($"{section}:Model is missing.");
        if (options.Temperature is not (null or (>= 0 and <= 2)))
            failures.Add($"{section}:Temperature must be 0 to 2.");
        if (options.TimeoutMs is < 100 or > 120_000)
            failures.Add($"{section}:TimeoutMs must be 100 to 120000.");
        if (options.ConnectTimeoutMs is < 50 or > 30_000)
            failures.Add($"{section}:ConnectTimeoutMs must be 50 to 30000.");
        if (options.EmbeddingDimensions is < 1 or > 3_072)
            failures.Add($"{section}:EmbeddingDimensions must be 1 to 3072.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static string? KeyFault(string key, bool ofOpenAi)
    {
        if (ProviderSettings.KeyError(key, ShortestKey, LongestKey, anySign: true) is { } wrong)
            return wrong;
        return ofOpenAi && !key.StartsWith("sk-", StringComparison.Ordinal) ? "is not a key of OpenAI, which begin with \"sk-\"." : null;
    }
}
