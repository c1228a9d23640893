using Microsoft.Extensions.Logging;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Sts;

/// <summary>
/// The speech-to-speech models that are configured. One carries a call when it stands first in the order of what thinks, the tenant's or the
/// installation's, and its breaker is closed; what stands behind it is the cascade's, which goes on when the session fails.
/// </summary>
public sealed class SpeechToSpeechModels
{
    private readonly Dictionary<string, ProviderCandidate<ISpeechToSpeech>> all;
    private readonly ProviderOptions options;
    private readonly ConversationMetrics metrics;
    private readonly ILogger log;
    private readonly HashSet<string> said = new(StringComparer.Ordinal);

    /// <summary>Makes them of what is registered.</summary>
    public SpeechToSpeechModels(
        IEnumerable<(string Name, ISpeechToSpeech Provider)> models, ProviderOptions options, TimeProvider clock, ConversationMetrics metrics, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        this.metrics = metrics;
        this.log = log;
        all = models.ToDictionary(
            m => m.Name, m => new ProviderCandidate<ISpeechToSpeech>(m.Name, m.Provider, new ProviderGate(m.Name, Capability.Think, options.Breaker, clock, metrics, log)));
    }

    /// <summary>Whether a tenant's calls are to be carried by one.</summary>
    public bool IsWanted(ProviderChoice? choice) => Find(choice) is not null;

    /// <summary>The model of a tenant's calls; null when it has none.</summary>
    internal ProviderCandidate<ISpeechToSpeech>? Find(ProviderChoice? choice)
    {
        if ((choice?.Think ?? options.Think) is not [var first, ..])
            return null;
        if (all.TryGetValue(first, out var found))
            return found;
        if (ProviderNames.IsSpeechToSpeech(first) && IsNews(first))
            ConversationLog.ProviderNotConfigured(log, ProviderNames.Stage(Capability.Think), first);
        return null;
    }

    /// <summary>Lets a call use its model; null when it has none, or none that works.</summary>
    internal SpeechToSpeechUse? TryEnter(ProviderChoice? choice, string language)
    {
        if (Find(choice) is not { } model || model.Gate.TryEnter(ProviderChain<ISpeechToSpeech>.Variant(model.Name, language, choice)) is not { } use)
            return null;
        var next = (choice?.Think ?? options.Think) is [_, var second, ..] ? second : ProviderNames.Rules;
        return new SpeechToSpeechUse(model, use, options.Deadlines.Think, next, metrics, log);
    }

    private bool IsNews(string name)
    {
        lock (said)
            return said.Add(name);
    }
}

/// <summary>A call's use of a model.</summary>
internal sealed class SpeechToSpeechUse(
    ProviderCandidate<ISpeechToSpeech> model, ProviderUse use, StreamDeadlines deadlines, string next, ConversationMetrics metrics, ILogger log)
{
    public string Name => model.Name;

    public ISpeechToSpeech Model => model.Provider;

    public StreamDeadlines Deadlines => deadlines;

    /// <summary>An answer is there.</summary>
    public void Answered(double afterMs)
    {
        use.Succeeded();
        metrics.FirstOutput(ProviderNames.Stage(Capability.Think), model.Name, afterMs);
    }

    /// <summary>The model is left for this call: because of a failure, or because the call is over.</summary>
    public void Leave(ProviderException? failure)
    {
        if (failure is null)
        {
            use.Abandoned();
            return;
        }

        use.Failed(failure);
        ConversationLog.ProviderLeft(log, ProviderNames.Stage(Capability.Think), model.Name, next, ProviderFailures.Reason(failure));
    }
}
