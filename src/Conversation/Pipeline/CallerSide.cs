using Parley.Conversation.Frames;
using Parley.Conversation.Providers;
using Parley.Conversation.Stores;
using Parley.Conversation.Stt;
using Parley.Conversation.Tenants;
using Parley.Conversation.Turns;

namespace Parley.Conversation.Pipeline;

/// <summary>The caller's half of a conversation: listener, recogniser and turn controller, wired together.</summary>
internal sealed class CallerSide : IAsyncDisposable
{
    /// <summary>The request for the last words of a caller who hung up.</summary>
    public const int LastRequest = int.MaxValue;

    /// <summary>The request for what a session heard and did not write down.</summary>
    public const int MissingRequest = int.MaxValue - 1;

    private readonly CallerListener listener;
    private readonly HeldRecognition? held;
    private readonly TurnController turns;
    private readonly PipelineOptions options;
    private readonly CallServices services;
    private long lastFrameMs;
    private int lastRequest = -1;
    private long requestedAt;

    public CallerSide(
        Tenant tenant, CallServices services, PipelineOptions options, CallMeter meter, ITurnHost host, Action<TranscriptEvent> sink,
        bool isReserve = false)
    {
        this.options = options;
        this.services = services;
        var call = ExpectedCall.Of(tenant);
        held = isReserve ? new HeldRecognition(Open) : null;
        listener = new CallerListener(services.VoiceActivity.Create(), held ?? Open(), options);
        turns = new TurnController(
            host, services.Endpointing, services.Interruption, options,
            tenant.Turns?.Patience ?? 1, tenant.Turns?.BargeInSensitivity ?? options.Interruption.Sensitivity,
            tenant.Turns?.SilenceMs?.Over(options.Endpointing), call.Language);

        ISpeechToTextStream Open() => services.SpeechToText.Open(new SpeechToTextOptions(call.Language, call.Hints, call.Providers, meter), sink);
    }

    /// <summary>Where the audio of utterances has come to, in samples; for <see cref="WrittenDown"/>.</summary>
    public long Position => held?.Position ?? 0;

    /// <summary>When the last text came.</summary>
    public int? TextMs { get; private set; }

    /// <summary>Takes a frame of audio; <paramref name="echoFloor"/> is the level under which it may be the agent's echo.</summary>
    public void Hear(AudioFrame frame, double echoFloor, long nowMs)
    {
        lastFrameMs = nowMs;
        listener.EchoFloor = echoFloor;
        listener.Hear(frame, nowMs);
    }

    /// <summary>Lets the turn controller look at what the caller does now.</summary>
    public void Advance(in AgentActivity agent, long nowMs) => turns.Advance(Activity(nowMs), agent, nowMs);

    /// <summary>Whether an utterance is open.</summary>
    public bool IsOpen(long nowMs) => Activity(nowMs).IsOpen;

    /// <summary>Whether an utterance is open and long enough to hold words.</summary>
    public bool HasSpeech(long nowMs) => Activity(nowMs) is { IsOpen: true } activity && activity.SpeechMs >= options.MinSpeechMs;

    /// <summary>The recogniser heard something, and may take the caller to be done.</summary>
    public void OnText(string text, int request, bool endOfSpeech, in AgentActivity agent, long nowMs)
    {
        if (request >= 0)
            TextMs = (int)nowMs;
        if (request >= 0 && request == lastRequest)
        {
            services.Metrics.FirstOutput("stt", services.SpeechToText.Name, services.Clock.GetElapsedTime(requestedAt).TotalMilliseconds);
            lastRequest = -1;
        }

        if (endOfSpeech)
            turns.OnEndOfSpeech(Activity(nowMs), agent, nowMs);
        turns.OnText(text, request, Activity(nowMs), agent, nowMs);
    }

    /// <summary>Asks for the text of the utterance so far.</summary>
    public void RequestText(int request)
    {
        lastRequest = request;
        requestedAt = services.Clock.GetTimestamp();
        listener.RequestFinal(request);
    }

    /// <summary>When the open utterance began.</summary>
    public int SpeechStartMs(long nowMs) => Activity(nowMs).SpeechStartMs;

    /// <summary>In reserve: somebody else has written down the audio up to a position, and heard the caller say no more when <paramref name="all"/>.</summary>
    public void WrittenDown(long position, bool all, long nowMs)
    {
        if (all && !Activity(nowMs).IsSpeaking)
            Close();
        else
            held?.ForgetUpTo(position);
    }

    /// <summary>No longer in reserve: what nobody has written down is recognised.</summary>
    public void Release() => held?.Release();

    /// <summary>What the caller does, as far as it can be heard here.</summary>
    public CallerActivity Look(long nowMs) => Activity(nowMs);

    /// <summary>The utterance is over.</summary>
    public void Close()
    {
        listener.Close();
        turns.Reset();
    }

    /// <summary>When the open utterance began and ended.</summary>
    public TurnTimes Times(long nowMs)
    {
        var activity = Activity(nowMs);
        return new TurnTimes
        {
            SpeechStartMs = activity.SpeechStartMs,
            SpeechEndMs = activity.SpeechEndMs,
            FinalTextMs = (int)nowMs,
            EndOfTurnMs = (int)nowMs,
        };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => listener.DisposeAsync();

    private CallerActivity Activity(long nowMs) => listener.Activity(nowMs, lastFrameMs);
}
