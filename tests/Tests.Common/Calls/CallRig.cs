using System.Diagnostics.Metrics;
using NodaTime;
using Parley.Conversation.Agents;
using Parley.Conversation.Audio;
using Parley.Conversation.Capture;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Escalations;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Rag;
using Parley.Conversation.Stores;
using Parley.Conversation.Sts;
using Parley.Conversation.Stt;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;
using Parley.Conversation.Tts;
using Parley.Conversation.Turns;
using Parley.Conversation.Vad;
using Parley.Tests.Common.Time;
using Parley.Tests.Common.Tools;

namespace Parley.Tests.Common.Calls;

/// <summary>
/// A whole call on a manual clock with scripted speech: who says what when, and what must be heard. Everything runs on the test's thread, so a
/// conversation takes milliseconds and goes the same way every time.
/// </summary>
public sealed class CallRig : IDisposable
{
    private const int FrameMs = 20;
    private const int MsPerWord = 300;

    private readonly SingleThread thread = new();
    private readonly Queue<(string Word, int LeftMs)> speech = new();
    private Task<CallOutcome> running = null!;
    private CallPipeline pipeline = null!;
    private long timestampMs;
    private bool disposed;
    private int silentMs;

    public CallRig()
    {
        Recogniser = new ScriptedRecogniser(Clock);
        Voice = new ScriptedVoice(Clock);
        Agent = new ScriptedAgent(Clock);
        Tools = PlainTools.Box(Clock);
    }

    public ManualClock Clock { get; } = new();

    public PipelineOptions Options { get; } = new();

    public ScriptedRecogniser Recogniser { get; }

    public ScriptedVoice Voice { get; }

    public ScriptedAgent Agent { get; }

    /// <summary>Real parts in place of the scripted ones; null for those.</summary>
    public ISpeechToText? RealRecogniser { get; set; }

    /// <inheritdoc cref="RealRecogniser"/>
    public ITextToSpeech? RealVoice { get; set; }

    /// <inheritdoc cref="RealRecogniser"/>
    public IVoiceActivityDetectorFactory? RealDetector { get; set; }

    /// <inheritdoc cref="RealRecogniser"/>
    public ICallAgent? RealAgent { get; set; }

    /// <inheritdoc cref="RealRecogniser"/>
    public ICallJournal? RealJournal { get; set; }

    /// <summary>Models that hear and speak themselves; null for none.</summary>
    public SpeechToSpeechModels? SpeechToSpeech { get; set; }

    /// <summary>What was logged as an error or worse.</summary>
    public ErrorLog Errors { get; } = new();

    /// <summary>The words that the caller spoke to their end.</summary>
    public List<string> Said { get; } = [];

    /// <summary>The longest time in which neither side was heard, while the call was running.</summary>
    public int LongestSilenceMs { get; private set; }

    /// <summary>What the line carries in a frame of 20 ms, given when it starts; null while the scripted caller speaks.</summary>
    public Func<int, short[]>? Line { get; set; }

    /// <summary>Captures the call; null for none.</summary>
    public CallCaptures? Captures { get; set; }

    /// <summary>Takes what a person is to be told; null for nobody.</summary>
    public IEscalations? Escalations { get; set; }

    /// <summary>What the agent can have done; null for nothing.</summary>
    public ToolBox? Tools { get; set; }

    /// <summary>What the tenant's documents say; null for nothing.</summary>
    public IKnowledge? Knowledge { get; set; }

    public FakeCarrier Carrier { get; } = new();

    public MemoryJournal Journal { get; } = new();

    public Tenant Tenant { get; set; } = new()
    {
        Id = new Guid("01900000-0000-7000-8000-000000000001"),
        Slug = "test",
        Name = "Test",
        Kind = BusinessKind.Restaurant,
        TimeZone = DateTimeZone.Utc,
        Greeting = "Hello there.",
    };

    /// <summary>Who calls, E.164; null when withheld.</summary>
    public string? CallerNumber { get; set; } = "+12125550123";

    /// <summary>Milliseconds since the call began.</summary>
    public int NowMs { get; private set; }

    /// <summary>How the call ended; fails while it has not.</summary>
    public CallOutcome Outcome => IsOver ? running.GetAwaiter().GetResult() : throw new InvalidOperationException("The call is not over.");

    public bool IsOver => running.IsCompleted;

    /// <summary>Caller and agent lines as they were stored: "caller: ...", "agent: ..." with what was heard.</summary>
    public IReadOnlyList<string> Transcript =>
        [.. Journal.Turns.OrderBy(t => t.Ordinal).Select(t => $"{(t.Speaker == Speaker.Caller ? "caller" : "agent")}: {t.HeardText}")];

    /// <summary>Begins the call.</summary>
    public CallRig Start(ResumePoint? resume = null)
    {
        var call = new CallContext(
            new Guid("01900000-0000-7000-8000-0000000000aa"), "CA1", Tenant, CallerNumber, "+12125550101", CallDirection.Inbound);
        var services = new CallServices(
            RealAgent ?? Agent, RealRecogniser ?? Recogniser, RealVoice ?? Voice, RealDetector ?? new LoudnessDetector(), new AdaptiveEndpointing(Options.Endpointing), new SpeechInterruption(),
            RealJournal ?? Journal, new ConversationMetrics(new NoMeters()), Clock, Errors, Captures, Escalations, Tools: Tools, SpeechToSpeech: SpeechToSpeech, Knowledge: Knowledge);
        thread.Run(() =>
        {
            pipeline = new CallPipeline(call, Carrier, services, Options, resume);
            Carrier.MarkReturned = name => _ = pipeline.MarkAsync(name).AsTask();
            running = pipeline.RunAsync();
        });
        return this;
    }

    /// <summary>The caller says this, a word each 300 ms, and the clock runs until the last word is over. "..." is a pause of 300 ms.</summary>
    public CallRig Say(string words)
    {
        Speak(words);
        while (speech.Count > 0)
            Step();
        return this;
    }

    /// <summary>The caller begins to say this; the clock does not move.</summary>
    public CallRig Speak(string words)
    {
        foreach (var word in words.Split(' '))
            speech.Enqueue((word, MsPerWord));
        return this;
    }

    /// <summary>Sound that holds no words: a cough.</summary>
    public CallRig Noise(int ms)
    {
        speech.Enqueue(("", ms));
        return this;
    }

    /// <summary>Lets time pass.</summary>
    public CallRig Wait(int ms)
    {
        for (var until = NowMs + ms; NowMs < until;)
            Step();
        return this;
    }

    /// <summary>Lets time pass until <paramref name="condition"/> holds, at most <paramref name="atMostMs"/>.</summary>
    public CallRig Until(Func<bool> condition, int atMostMs = 20_000)
    {
        var until = NowMs + atMostMs;
        while (!condition())
        {
            if (NowMs >= until)
                throw new TimeoutException($"It did not happen within {atMostMs} ms. Heard so far:\n{string.Join('\n', Transcript)}");
            Step();
        }

        return this;
    }

    /// <summary>Until the agent has begun to be heard.</summary>
    public CallRig UntilAgentSpeaks() => Until(() => Carrier.IsSounding);

    /// <summary>Until the agent has said all it wants to.</summary>
    public CallRig UntilAgentDone()
    {
        UntilAgentSpeaks();
        var turns = Journal.Turns.Count(t => t.Speaker == Speaker.Agent);
        return Until(() => Journal.Turns.Count(t => t.Speaker == Speaker.Agent) > turns || IsOver);
    }

    /// <summary>The recogniser takes the caller to be done.</summary>
    public CallRig HintEndOfSpeech()
    {
        thread.Run(Recogniser.Hint);
        return this;
    }

    public CallRig Press(string keys)
    {
        foreach (var key in keys)
            thread.Run(() => _ = pipeline.PressAsync(key).AsTask());
        return this;
    }

    public CallRig HangUp()
    {
        thread.Run(() => _ = pipeline.EndAsync(CallEndReason.CallerHungUp).AsTask());
        return this;
    }

    /// <summary>The carrier returns a mark, one that it was given or not.</summary>
    public CallRig ReturnMark(string name)
    {
        thread.Run(() => _ = pipeline.MarkAsync(name).AsTask());
        return this;
    }

    /// <summary>Does something on the call's thread, and everything that follows from it.</summary>
    public CallRig Do(Action action)
    {
        thread.Run(action);
        return this;
    }

    /// <summary>Time passes without anything from the carrier.</summary>
    public CallRig StallMedia(int ms)
    {
        for (var done = 0; done < ms && !IsOver; done += FrameMs)
            Pass(withFrame: false);
        return this;
    }

    public void Dispose()
    {
        if (!disposed)
            thread.Run(() => _ = pipeline.DisposeAsync().AsTask());
        disposed = true;
    }

    private void Step() => Pass(withFrame: true);

    private void Pass(bool withFrame)
    {
        var frame = AudioFrame.Rent(AudioFormat.Telephone, 160);
        frame.Bytes.Fill(MuLaw.Silence);
        frame.TimestampMs = timestampMs;
        if (Line is not null)
            MuLaw.Encode(Line(NowMs), frame.Bytes);
        string? finished = null;
        if (speech.TryPeek(out var word))
        {
            if (word.Word != "...")
                frame.Bytes.Fill(MuLaw.Encode(5000));
            speech.Dequeue();
            if (word.LeftMs > FrameMs)
                Requeue((word.Word, word.LeftMs - FrameMs));
            else
                finished = word.Word;
        }

        if (finished is { Length: > 0 } and not "...")
        {
            Recogniser.Spoken(finished);
            Said.Add(finished);
        }

        var callerIsHeard = Math.Abs((int)MuLaw.Decode(frame.Bytes[0])) > 200;
        NowMs += FrameMs;
        timestampMs += FrameMs;
        thread.Run(() => Clock.Advance(TimeSpan.FromMilliseconds(FrameMs)));
        thread.Run(() => Carrier.Play(FrameMs));
        silentMs = callerIsHeard || Carrier.IsSounding ? 0 : silentMs + FrameMs;
        if (!IsOver)
            LongestSilenceMs = Math.Max(LongestSilenceMs, silentMs);
        if (withFrame)
            thread.Run(() => pipeline.Hear(frame));
        else
            frame.Dispose();
    }

    private void Requeue((string, int) rest)
    {
        var others = speech.ToArray();
        speech.Clear();
        speech.Enqueue(rest);
        foreach (var other in others)
            speech.Enqueue(other);
    }

    private sealed class NoMeters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
