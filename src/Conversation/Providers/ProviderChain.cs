using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Diagnostics;

namespace Parley.Conversation.Providers;

/// <summary>The providers of one capability: the installation's order, and that of each tenant that has its own.</summary>
internal sealed class ProviderChain<T>
    where T : class
{
    private readonly Dictionary<string, ProviderCandidate<T>> all;
    private readonly ProviderCandidate<T>[] usual;
    private readonly ConditionalWeakTable<ProviderChoice, ProviderCandidate<T>[]> chosen = [];
    private readonly ConditionalWeakTable<CallMeter, StrongBox<int>> calls = [];
    private readonly HashSet<string> said = new(StringComparer.Ordinal);
    private int requests;
    private int hedges;

    /// <param name="capability">What they do.</param>
    /// <param name="providers">All that are configured, in the installation's order.</param>
    /// <param name="options">The settings.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="metrics">Where failures are counted.</param>
    /// <param name="log">Where changes are said.</param>
    /// <param name="order">The names of those that are used unless a tenant chooses; null: all.</param>
    public ProviderChain(
        Capability capability, IEnumerable<(string Name, T Provider)> providers, ProviderOptions options, TimeProvider clock,
        ConversationMetrics metrics, ILogger log, IReadOnlyList<string>? order = null)
    {
        Capability = capability;
        Options = options;
        Clock = clock;
        Metrics = metrics;
        Log = log;
        all = new Dictionary<string, ProviderCandidate<T>>(StringComparer.Ordinal);
        foreach (var (name, provider) in providers)
            all[name] = new ProviderCandidate<T>(name, provider, new ProviderGate(name, capability, options.Breaker, clock, metrics, log));
        usual = [.. (order ?? [.. all.Keys]).Select(name => all[name])];
    }

    /// <summary>What they do.</summary>
    public Capability Capability { get; }

    /// <summary>The settings.</summary>
    public ProviderOptions Options { get; }

    /// <summary>When a provider is given up.</summary>
    public StreamDeadlines Deadlines => Options.Deadlines.Of(Capability);

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Where times and failures are counted.</summary>
    public ConversationMetrics Metrics { get; }

    /// <summary>Where changes are said.</summary>
    public ILogger Log { get; }

    /// <summary>A name for what callers experience of the chain.</summary>
    public string Name => usual.Length == 1 ? usual[0].Name : "chain";

    /// <summary>A tenant's providers, first choice first. Names that are not configured are left out, which is said once.</summary>
    public ProviderCandidate<T>[] For(ProviderChoice? choice) =>
        choice is null || WishOf(choice) is null ? usual : chosen.GetValue(choice, Choose);

    /// <summary>What of its chain a call has left, a bit each: that is not asked again.</summary>
    public StrongBox<int> LeftBy(CallMeter? call) => call is null ? new StrongBox<int>() : calls.GetValue(call, static _ => new StrongBox<int>());

    /// <summary>What a request wants of a provider, to tell one tenant's wrong voice from a provider that is broken.</summary>
    public static string Variant(string provider, string language, ProviderChoice? choice)
    {
        var model = choice?.Models.GetValueOrDefault(provider);
        var voice = choice?.Voices.GetValueOrDefault(provider);
        return model is null && voice is null ? language : $"{language}\n{model}\n{voice}";
    }

    /// <summary>A provider is left for the next one.</summary>
    public void Left(string provider, string? next, Exception failure)
    {
        if (next is not null)
            ConversationLog.ProviderLeft(Log, ProviderNames.Stage(Capability), provider, next, ProviderFailures.Reason(failure));
    }

    /// <summary>A request is made; needed for the budget of hedges.</summary>
    public void CountRequest() => Interlocked.Increment(ref requests);

    /// <summary>Takes a hedge out of the budget; false when it is spent.</summary>
    public bool TryHedge()
    {
        if (Interlocked.Increment(ref hedges) <= Volatile.Read(ref requests) * Options.Hedging.Budget)
            return true;
        Interlocked.Decrement(ref hedges);
        return false;
    }

    private IReadOnlyList<string>? WishOf(ProviderChoice choice) => Capability switch
    {
        Capability.Recognise => choice.Recognise,
        Capability.Think => choice.Think,
        _ => choice.Speak,
    };

    private ProviderCandidate<T>[] Choose(ProviderChoice choice)
    {
        var candidates = new List<ProviderCandidate<T>>();
        foreach (var name in ProviderRegistrations.Complete(Capability, WishOf(choice)!))
        {
            if (all.TryGetValue(name, out var candidate))
                candidates.Add(candidate);
            else if (!ProviderNames.IsSpeechToSpeech(name) && IsNews(name))
                ConversationLog.ProviderNotConfigured(Log, ProviderNames.Stage(Capability), name);
        }

        return [.. candidates];
    }

    private bool IsNews(string name)
    {
        lock (said)
            return said.Add(name);
    }
}
