using System.Collections.Concurrent;

namespace Parley.Conversation.Providers;

/// <summary>What a provider does for a call.</summary>
public enum Capability
{
    /// <summary>Speech to text.</summary>
    Recognise,

    /// <summary>Deciding what to say.</summary>
    Think,

    /// <summary>Text to speech.</summary>
    Speak,
}

/// <summary>What is counted.</summary>
public enum UsageUnit
{
    /// <summary>Milliseconds of audio.</summary>
    AudioMs,

    /// <summary>Tokens a model read.</summary>
    InputTokens,

    /// <summary>Tokens a model read from its cache, part of no other count.</summary>
    CachedInputTokens,

    /// <summary>Tokens a model wrote.</summary>
    OutputTokens,

    /// <summary>Characters spoken.</summary>
    Characters,

    /// <summary>Requests made.</summary>
    Requests,

    /// <summary>Tokens of audio a model heard.</summary>
    InputAudioTokens,

    /// <summary>Tokens of audio a model had heard before and kept, part of no other count.</summary>
    CachedInputAudioTokens,

    /// <summary>Tokens of audio a model spoke.</summary>
    OutputAudioTokens,
}

/// <summary>One line of a call's bill.</summary>
/// <param name="Capability">What it was for.</param>
/// <param name="Provider">The provider's name in configuration.</param>
/// <param name="Model">The model or voice family priced; empty when there is only one.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="Amount">How much.</param>
public readonly record struct ProviderUsage(Capability Capability, string Provider, string Model, UsageUnit Unit, long Amount);

/// <summary>Counts what a call uses of its providers. Providers report from any thread what they were charged for, speculative work included.</summary>
public sealed class CallMeter
{
    private readonly ConcurrentDictionary<(Capability, string, string, UsageUnit), long> counts = new();

    /// <summary>Adds to a count.</summary>
    public void Add(Capability capability, string provider, string? model, UsageUnit unit, long amount)
    {
        if (amount > 0)
            counts.AddOrUpdate((capability, provider, model ?? "", unit), static (_, more) => more, static (_, before, more) => before + more, amount);
    }

    /// <summary>Everything counted so far, in a stable order.</summary>
    public IReadOnlyList<ProviderUsage> Totals =>
        [.. counts.Select(e => new ProviderUsage(e.Key.Item1, e.Key.Item2, e.Key.Item3, e.Key.Item4, e.Value))
            .OrderBy(u => u.Capability).ThenBy(u => u.Provider, StringComparer.Ordinal).ThenBy(u => u.Model, StringComparer.Ordinal).ThenBy(u => u.Unit)];
}
