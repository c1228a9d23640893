using Microsoft.Extensions.Logging;
using Parley.Conversation.Diagnostics;
using Polly;
using Polly.CircuitBreaker;

namespace Parley.Conversation.Providers;

/// <summary>
/// The circuit breaker of one provider for one capability, for all calls. Polly's breaker counts and decides; the gate asks it before a use and
/// tells it afterwards, because a use is a stream that Polly cannot wrap: its outcome is known long before it ends. While the breaker is open
/// nobody gets through; after the break one call tries, and its outcome closes or opens it. Never waits; thread safe.
/// </summary>
internal sealed class ProviderGate
{
    private readonly Lock gate = new();
    private readonly CircuitBreakerStateProvider states = new();
    private readonly CircuitBreakerManualControl control = new();
    private readonly ResiliencePipeline pipeline;
    private readonly Capability capability;
    private readonly BreakerOptions options;
    private readonly TimeProvider clock;
    private readonly ConversationMetrics metrics;
    private readonly ILogger log;
    private readonly Dictionary<string, DateTimeOffset> unsuitable = new(StringComparer.Ordinal);
    private DateTimeOffset openUntil;
    private BreakerState told;
    private bool probing;

    public ProviderGate(string provider, Capability capability, BreakerOptions options, TimeProvider clock, ConversationMetrics metrics, ILogger log)
    {
        Provider = provider;
        this.capability = capability;
        this.options = options;
        this.clock = clock;
        this.metrics = metrics;
        this.log = log;
        pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = options.FailureShare,
                MinimumThroughput = options.MinimumRequests,
                SamplingDuration = TimeSpan.FromSeconds(options.WindowSeconds),
                BreakDurationGenerator = arguments => new ValueTask<TimeSpan>(OpenFor((arguments.Context.Properties.GetValue(Failure, null!) as ProviderException)?.RetryAfter, options.BreakSeconds)),
                ShouldHandle = static arguments => new ValueTask<bool>(arguments.Outcome.Exception is not null),
                StateProvider = states,
                ManualControl = control,
            })
            .Build();
        metrics.Breaker(ProviderNames.Stage(capability), provider, BreakerState.Closed);
    }

    private static readonly ResiliencePropertyKey<Exception> Failure = new("parley.failure");

    /// <summary>The provider's name.</summary>
    public string Provider { get; }

    /// <summary>How long its first output took lately.</summary>
    public RecentTimes Times { get; } = new();

    /// <summary>Where it stands.</summary>
    public BreakerState State
    {
        get
        {
            lock (gate)
                return Current();
        }
    }

    /// <summary>
    /// Lets a use through, or says no with null. <paramref name="variant"/> is the model, voice and language wanted. A <paramref name="forced"/>
    /// use passes always: there is nobody else.
    /// </summary>
    public ProviderUse? TryEnter(string variant, bool forced = false)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (!forced && unsuitable.Count > 0 && unsuitable.TryGetValue(variant, out var until))
            {
                if (now < until)
                    return null;
                unsuitable.Remove(variant);
            }

            if (states.CircuitState == CircuitState.Closed)
                return new ProviderUse(this, variant, isProbe: false);
            if (probing || now < openUntil)
                return forced ? new ProviderUse(this, variant, isProbe: false) : null;

            probing = true;
            Tell(null);
            return new ProviderUse(this, variant, isProbe: true);
        }
    }

    /// <summary>A use did what it should.</summary>
    internal void Succeeded(bool isProbe)
    {
        lock (gate)
        {
            // Late outcomes of uses from before the break decide nothing.
            if (!isProbe && states.CircuitState != CircuitState.Closed)
                return;

            if (states.CircuitState == CircuitState.Isolated)
                Finish(control.CloseAsync());
            else
                Report(null);
            probing &= !isProbe;
            Tell(null);
        }
    }

    /// <summary>A use failed.</summary>
    internal void Failed(bool isProbe, string variant, Exception failure)
    {
        metrics.ProviderFailed(ProviderNames.Stage(capability), Provider);
        lock (gate)
        {
            var wasClosed = states.CircuitState == CircuitState.Closed;
            if (isProbe)
                probing = false;
            if (ProviderFailures.IsUnsuitable(failure))
            {
                // Bounded by what tenants' files ask for, and that much at most.
                if (unsuitable.Count >= 1000)
                    unsuitable.Clear();
                unsuitable[variant] = clock.GetUtcNow() + TimeSpan.FromSeconds(options.RefusalSeconds);
            }
            else if (ProviderFailures.IsRefusal(failure))
            {
                // The breaker asks for the length of a break here too, and then keeps to none: ours counts.
                if (states.CircuitState != CircuitState.Isolated)
                    Finish(control.IsolateAsync());
                OpenFor((failure as ProviderException)?.RetryAfter, options.RefusalSeconds);
            }
            else if (!ProviderFailures.IsOfTheRequest(failure) && (isProbe || wasClosed))
            {
                if (states.CircuitState == CircuitState.Isolated)
                    OpenFor((failure as ProviderException)?.RetryAfter, options.BreakSeconds);
                else
                    Report(failure);
            }

            Tell(failure);
        }
    }

    /// <summary>A use ended without telling anything about the provider.</summary>
    internal void Abandoned(bool isProbe)
    {
        if (!isProbe)
            return;

        lock (gate)
        {
            probing = false;
            Tell(null);
        }
    }

    private TimeSpan OpenFor(TimeSpan? asked, int seconds)
    {
        // As long as the provider asks for, within reason.
        var time = asked is { } wish && wish > TimeSpan.Zero ? wish : TimeSpan.FromSeconds(seconds);
        var most = TimeSpan.FromSeconds(Math.Max(options.RefusalSeconds, options.BreakSeconds));
        time = time < most ? time : most;
        openUntil = clock.GetUtcNow() + time;
        return time;
    }

    private void Report(Exception? failure)
    {
        var context = ResilienceContextPool.Shared.Get();
        if (failure is not null)
            context.Properties.Set(Failure, failure);
        var outcome = failure is null ? Outcome.FromResult(true) : Outcome.FromException<bool>(failure);
        Finish(pipeline.ExecuteOutcomeAsync(static (_, known) => new ValueTask<Outcome<bool>>(known), context, outcome));
        ResilienceContextPool.Shared.Return(context);
    }

    // Without callbacks on its events the breaker only counts: it is done when it returns.
    private static void Finish(Task done) => done.GetAwaiter().GetResult();

    private static void Finish(ValueTask<Outcome<bool>> done) => done.AsTask().GetAwaiter().GetResult();

    private BreakerState Current() => states.CircuitState == CircuitState.Closed ? BreakerState.Closed : probing ? BreakerState.HalfOpen : BreakerState.Open;

    private void Tell(Exception? failure)
    {
        var now = Current();
        if (now == told)
            return;

        told = now;
        var stage = ProviderNames.Stage(capability);
        metrics.Breaker(stage, Provider, now);
        switch (now)
        {
            case BreakerState.Open when failure is not null:
                ConversationLog.BreakerOpened(log, stage, Provider, (openUntil - clock.GetUtcNow()).TotalSeconds, ProviderFailures.Reason(failure));
                break;
            case BreakerState.Open:
                ConversationLog.BreakerStaysOpen(log, stage, Provider);
                break;
            case BreakerState.HalfOpen:
                ConversationLog.BreakerProbes(log, stage, Provider);
                break;
            case BreakerState.Closed:
                ConversationLog.BreakerClosed(log, stage, Provider);
                break;
        }
    }
}

/// <summary>Where a breaker stands; the value of its metric.</summary>
internal enum BreakerState
{
    /// <summary>Calls use the provider.</summary>
    Closed,

    /// <summary>One call tries whether it is back.</summary>
    HalfOpen,

    /// <summary>Calls leave it out.</summary>
    Open,
}
