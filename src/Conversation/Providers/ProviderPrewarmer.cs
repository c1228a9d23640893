using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Llm;
using Parley.Conversation.Sts;
using Parley.Conversation.Stt;
using Parley.Conversation.Tts;

namespace Parley.Conversation.Providers;

/// <summary>
/// Opens what a call will need of its providers while it rings. Nobody waits for it: a call that is answered before, or rings while too many
/// others do, opens its connections at first use.
/// </summary>
public sealed class ProviderPrewarmer
{
    private readonly ProviderChain<ISpeechToText> recognisers;
    private readonly ProviderChain<ILanguageModel> models;
    private readonly ProviderChain<ITextToSpeech> voices;
    private readonly SpeechToSpeechModels? speech;
    private readonly ProviderOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private int running;

    internal ProviderPrewarmer(
        ProviderChain<ISpeechToText> recognisers, ProviderChain<ILanguageModel> models, ProviderChain<ITextToSpeech> voices,
        IOptions<ProviderOptions> options, TimeProvider clock, ILogger<ProviderPrewarmer> log,
        SpeechToSpeechModels? speech = null)
    {
        this.recognisers = recognisers;
        this.models = models;
        this.voices = voices;
        this.speech = speech;
        this.options = options.Value;
        this.clock = clock;
        this.log = log;
    }

    /// <summary>A call rings. Returns at once.</summary>
    public void Ring(ExpectedCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var providers = Of(call.Providers);
        if (providers.Count == 0)
            return;
        if (Interlocked.Increment(ref running) > options.PrewarmsAtOnce)
        {
            Interlocked.Decrement(ref running);
            return;
        }

        _ = Task.Run(() => WarmAllAsync(providers, call));
    }

    private async Task WarmAllAsync(List<(string Name, IPrewarmed Provider)> providers, ExpectedCall call)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(options.Deadlines.ConnectMs), clock);
            await Task.WhenAll(providers.Select(p => WarmAsync(p.Name, p.Provider, call, limit.Token)));
        }
        finally
        {
            Interlocked.Decrement(ref running);
        }
    }

    private async Task WarmAsync(string name, IPrewarmed provider, ExpectedCall call, CancellationToken cancellationToken)
    {
        try
        {
            // One that ignores its cancellation must not keep its place for ever.
            await provider.PrewarmAsync(call, cancellationToken).WaitAsync(cancellationToken);
        }
        catch (Exception e)
        {
            // The call's own first use tells.
            ConversationLog.PrewarmFailed(log, name, ProviderFailures.Reason(e));
        }
    }

    /// <summary>What can be warmed of the chains; not what the breaker keeps calls from.</summary>
    private List<(string Name, IPrewarmed Provider)> Of(ProviderChoice? choice)
    {
        var found = new List<(string, IPrewarmed)>();
        if (speech?.Find(choice) is { } first)
            Add([first]);
        Add(recognisers.For(choice));
        Add(models.For(choice));
        Add(voices.For(choice));
        return found;

        void Add<T>(ProviderCandidate<T>[] candidates)
        {
            foreach (var candidate in candidates)
            {
                var provider = (candidate.Provider as PhraseCache)?.Inner ?? (object?)candidate.Provider;
                if (candidate.Gate.State == BreakerState.Closed && provider is IPrewarmed warmed && !found.Exists(f => f.Item2 == warmed))
                    found.Add((candidate.Name, warmed));
            }
        }
    }
}
