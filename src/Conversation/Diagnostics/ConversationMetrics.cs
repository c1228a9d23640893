using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Providers;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Diagnostics;

/// <summary>
/// Counters and histograms of the voice loop; meter <c>Parley.Conversation</c>. Times are milliseconds. Tags are few and bounded: reasons,
/// rules, providers, and the tenant's slug only where <see cref="MetricsOptions.TenantLabel"/> wants it; never a number or a name.
/// </summary>
public sealed class ConversationMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Parley.Conversation";

    /// <summary>Name of the histogram of <see cref="AudioFrame.ReceivedAt"/> to the recogniser.</summary>
    public const string FrameDelayName = "parley.audio.frame_delay";

    /// <summary>Name of the counter of frames that were dropped.</summary>
    public const string DroppedFramesName = "parley.audio.dropped";

    // Around what people notice in a conversation: gaps of 200 ms are natural, from a second on the line seems dead.
    private static readonly InstrumentAdvice<double> TurnBuckets = new()
    {
        HistogramBucketBoundaries = [10, 25, 50, 100, 150, 200, 300, 400, 500, 600, 800, 1000, 1250, 1500, 2000, 3000, 5000, 10_000],
    };

    private static readonly InstrumentAdvice<double> CallBuckets = new()
    {
        HistogramBucketBoundaries = [5_000, 10_000, 20_000, 30_000, 60_000, 90_000, 120_000, 180_000, 300_000, 600_000, 900_000, 1_800_000],
    };

    private static readonly InstrumentAdvice<double> FrameBuckets = new()
    {
        HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 50, 100],
    };

    private readonly bool byTenant;
    private readonly Counter<long> started;
    private readonly Counter<long> calls;
    private readonly Histogram<double> callDuration;
    private readonly Counter<long> interruptions;
    private readonly Counter<long> speculations;
    private readonly Counter<long> droppedFrames;
    private readonly Counter<long> holdingPhrases;
    private readonly Counter<long> apologies;
    private readonly Counter<long> providerErrors;
    private readonly Gauge<int> breaker;
    private readonly Histogram<double> firstOutput;
    private readonly Histogram<double> bargeIn;
    private readonly Histogram<double> frameDelay;
    private readonly Histogram<double> endOfTurn;
    private readonly Histogram<double> finalText;
    private readonly Histogram<double> firstText;
    private readonly Histogram<double> firstAudio;
    private readonly Histogram<double> firstFrame;
    private readonly Histogram<double> response;

    /// <summary>Creates the instruments.</summary>
    public ConversationMetrics(IMeterFactory meters, IOptions<MetricsOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(meters);
        byTenant = options?.Value.TenantLabel ?? false;
        var meter = meters.Create(MeterName);
        started = meter.CreateCounter<long>("parley.calls.started", "{call}", "Conversations begun, and by whether a broken call came back.");
        calls = meter.CreateCounter<long>("parley.calls.ended", "{call}", "Calls ended, by reason.");
        callDuration = Histogram("parley.calls.duration", "Length of calls, by reason.", CallBuckets);
        interruptions = meter.CreateCounter<long>("parley.turns.interrupted", "{turn}", "Agent turns that the caller cut short.");
        speculations = meter.CreateCounter<long>("parley.turns.speculations", "{reply}", "Replies prepared early, by whether they were used.");
        droppedFrames = meter.CreateCounter<long>(DroppedFramesName, "{frame}", "Inbound frames dropped because a call did not keep up.");
        holdingPhrases = meter.CreateCounter<long>("parley.replies.holding_phrases", "{phrase}", "Holding phrases spoken because a reply was late.");
        apologies = meter.CreateCounter<long>("parley.replies.apologies", "{reply}", "Replies that became an apology, by why: late or failed.");
        providerErrors = meter.CreateCounter<long>("parley.provider.errors", "{error}", "Failures of providers, by stage (stt, llm, agent, tts) and provider.");
        breaker = meter.CreateGauge<int>("parley.provider.breaker", null, "Circuit breakers, by stage and provider: 0 closed, 1 one call tries, 2 open.");
        firstOutput = Histogram("parley.provider.first_output", "Request to the first text or audio, by stage (stt, llm, agent, tts) and provider.");
        bargeIn = Histogram("parley.turn.barge_in", "Onset of speech over the agent to the reaction: hold (nothing more is sent), cut, yield.");
        frameDelay = Histogram(FrameDelayName, "Frame read from the carrier to frame given to the recogniser.", FrameBuckets);
        endOfTurn = Histogram("parley.turn.end_of_turn", "Last speech to end of turn declared, by rule.");
        finalText = Histogram("parley.turn.final_text", "Last speech to final text.");
        firstText = Histogram("parley.turn.first_text", "Last speech to the agent's first words.");
        firstAudio = Histogram("parley.turn.first_audio", "Last speech to the first synthesised audio.");
        firstFrame = Histogram("parley.turn.first_frame", "End of turn declared to the first frame sent.");
        response = Histogram("parley.turn.response", "Last speech to the first frame sent (voice to voice, without the network).");

        Histogram<double> Histogram(string name, string description, InstrumentAdvice<double>? buckets = null) =>
            meter.CreateHistogram(name, "ms", description, tags: null, buckets ?? TurnBuckets);
    }

    internal void CallStarted(Tenant tenant, bool resumed)
    {
        var tags = new TagList { { "resumed", resumed } };
        AddTenant(ref tags, tenant);
        started.Add(1, tags);
    }

    internal void CallEnded(Tenant tenant, CallEndReason reason, long durationMs)
    {
        var tags = new TagList { { "reason", reason.ToString() } };
        callDuration.Record(durationMs, tags);
        AddTenant(ref tags, tenant);
        calls.Add(1, tags);
    }

    internal void Interrupted() => interruptions.Add(1);

    internal void Speculated(bool used) => speculations.Add(1, new KeyValuePair<string, object?>("used", used));

    internal void FrameHeard(AudioFrame frame, TimeProvider clock)
    {
        if (frameDelay.Enabled && frame.ReceivedAt != 0)
            frameDelay.Record(clock.GetElapsedTime(frame.ReceivedAt).TotalMilliseconds);
    }

    internal void FrameDropped() => droppedFrames.Add(1);

    internal void HoldingPhrase() => holdingPhrases.Add(1);

    internal void Apologised(string why) => apologies.Add(1, new KeyValuePair<string, object?>("why", why));

    /// <summary>A provider gave its first text or audio.</summary>
    internal void FirstOutput(string stage, string provider, double ms) => firstOutput.Record(
        ms, new KeyValuePair<string, object?>("stage", stage), new KeyValuePair<string, object?>("provider", provider));

    internal void ProviderFailed(string stage, string provider) => providerErrors.Add(
        1, new KeyValuePair<string, object?>("stage", stage), new KeyValuePair<string, object?>("provider", provider));

    internal void Breaker(string stage, string provider, BreakerState state) => breaker.Record(
        (int)state, new KeyValuePair<string, object?>("stage", stage), new KeyValuePair<string, object?>("provider", provider));

    internal void BargedIn(string reaction, long ms) => bargeIn.Record(ms, new KeyValuePair<string, object?>("reaction", reaction));

    internal void TurnEnded(long delayMs, string rule) => endOfTurn.Record(delayMs, new KeyValuePair<string, object?>("rule", rule));

    internal void Replied(TurnTimes times)
    {
        if (times.EndOfTurnMs is { } end && times.FirstFrameSentMs is { } sent)
            firstFrame.Record(sent - end);
        if (times.SpeechEndMs is not { } speechEnd)
            return;

        Record(finalText, times.FinalTextMs);
        Record(firstText, times.FirstAgentTextMs);
        Record(firstAudio, times.FirstAudioMs);
        Record(response, times.FirstFrameSentMs);

        void Record(Histogram<double> histogram, int? at)
        {
            if (at is { } ms)
                histogram.Record(ms - speechEnd);
        }
    }

    private void AddTenant(ref TagList tags, Tenant tenant)
    {
        if (byTenant)
            tags.Add("tenant", tenant.Slug);
    }
}
