using Parley.Conversation.Agents;
using Parley.Conversation.Audio;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;

namespace Parley.Evaluation;

/// <summary>
/// A call through the real conversation loop in simulated time: the caller's lines come in as recognised speech, the agent's words go out to a carrier
/// that plays them, and nothing waits for a clock on the wall. Agent, tools and stores are those of a server; while they work, no time passes.
/// </summary>
internal sealed class TextCall : IAsyncDisposable
{
    private const int FrameMs = 20;
    private const int SpeechMs = 160;
    private const int NoiseMs = 700;
    private const short SpeechLevel = 6000;

    // In case an agent waits for simulated time itself, it passes slowly.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(60);

    private readonly CallThread thread = new();
    private readonly TextRecogniser recogniser = new();
    private readonly TextVoice voice = new();
    private readonly TextCarrier carrier = new();
    private readonly SimulatedClock clock;
    private readonly AgentWatch agent;
    private readonly JournalWatch journal;
    private readonly CancellationToken stop;
    private CallPipeline pipeline = null!;
    private Task<CallOutcome> running = null!;
    private long timestampMs;
    private int answersBefore;

    private TextCall(ICallAgent agent, ICallJournal journal, DateTimeOffset now, CancellationToken stop)
    {
        clock = new SimulatedClock(now);
        this.agent = new AgentWatch(agent);
        this.journal = new JournalWatch(journal);
        this.stop = stop;
    }

    /// <summary>The call is over.</summary>
    public bool IsOver => running.IsCompleted;

    /// <summary>The simulated time.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>What was said and heard so far.</summary>
    public IReadOnlyList<TurnRecord> Turns => journal.Turns;

    /// <summary>Begins a call, or goes on with one.</summary>
    /// <param name="call">The call.</param>
    /// <param name="server">What a server's calls are made of.</param>
    /// <param name="options">The loop's settings.</param>
    /// <param name="resume">Where it goes on.</param>
    /// <param name="now">When it begins.</param>
    /// <param name="interrupts">The first words are going to be interrupted.</param>
    /// <param name="stop">Gives it up.</param>
    public static TextCall Start(
        CallContext call, CallServices server, PipelineOptions options, ResumePoint? resume, DateTimeOffset now, bool interrupts,
        CancellationToken stop)
    {
        var text = new TextCall(server.Agent, server.Journal, now, stop);
        text.SpeakNaturally(interrupts);
        var services = server with
        {
            Agent = text.agent,
            SpeechToText = text.recogniser,
            TextToSpeech = text.voice,
            VoiceActivity = new LevelDetector(),
            Endpointing = new TextEndpointing(),
            Journal = text.journal,
            Clock = text.clock,
        };
        text.thread.Run(() =>
        {
            text.pipeline = new CallPipeline(call, text.carrier, services, options, resume);
            text.carrier.MarkReturned = name => _ = text.pipeline.MarkAsync(name).AsTask();
            text.running = text.pipeline.RunAsync();
        });
        return text;
    }

    /// <summary>How it ended; only when it has.</summary>
    public Task<CallOutcome> OutcomeAsync() => running;

    /// <summary>The next answer is spoken as a person speaks, so that the caller can interrupt it at a given word.</summary>
    public void SpeakNaturally(bool isWanted) => voice.MsPerCharacter = isWanted ? TextVoice.Natural : TextVoice.Fast;

    /// <summary>Waits until the agent has said all it wants to since the last step, or the call is over.</summary>
    /// <exception cref="TimeoutException">It does not come to that.</exception>
    public Task ListenAsync() => UntilAsync(() => journal.Answers > answersBefore);

    /// <summary>Waits until so much of the agent's speech has been heard since the last step; false when there is not so much.</summary>
    public async Task<bool> ListenAsync(int ms)
    {
        await UntilAsync(() => carrier.PlayedMs >= ms || journal.Answers > answersBefore);
        return carrier.PlayedMs >= ms;
    }

    /// <summary>The caller says this.</summary>
    public Task SayAsync(string words)
    {
        recogniser.Text = words;
        return SoundAsync(SpeechMs);
    }

    /// <summary>The caller coughs at length.</summary>
    public Task MakeNoiseAsync()
    {
        recogniser.Text = "";
        return SoundAsync(NoiseMs);
    }

    /// <summary>The caller presses keys.</summary>
    public async Task PressAsync(string keys)
    {
        Begin();
        foreach (var key in keys)
        {
            thread.Run(() => _ = pipeline.PressAsync(key).AsTask());
            await StepAsync(loud: false);
        }
    }

    /// <summary>The caller says nothing.</summary>
    public void StaySilent() => Begin();

    /// <summary>The caller hangs up.</summary>
    public async Task HangUpAsync()
    {
        thread.Run(() => _ = pipeline.EndAsync(CallEndReason.CallerHungUp).AsTask());
        await UntilAsync(() => IsOver);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        var disposed = Task.CompletedTask;
        thread.Run(() => disposed = pipeline.DisposeAsync().AsTask());
        while (!disposed.IsCompleted)
            await thread.RunNextAsync(Patience, CancellationToken.None);
        thread.Dispose();
    }

    private void Begin()
    {
        answersBefore = journal.Answers;
        carrier.PlayedMs = 0;
    }

    private async Task SoundAsync(int ms)
    {
        Begin();
        for (var done = 0; done < ms && !IsOver; done += FrameMs)
            await StepAsync(loud: true);
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        var deadline = clock.GetUtcNow() + LongestAnswer;
        while (!IsOver && !condition())
        {
            if (clock.GetUtcNow() >= deadline)
                throw new TimeoutException($"nothing came for {LongestAnswer.TotalSeconds:0} s of simulated time");
            await StepAsync(loud: false);
        }
    }

    private async Task StepAsync(bool loud)
    {
        stop.ThrowIfCancellationRequested();
        while (agent.IsAtWork && await thread.RunNextAsync(Patience, stop))
        {
            // Something of an answer came.
        }

        var frame = AudioFrame.Rent(AudioFormat.Telephone, FrameMs * 8);
        frame.Bytes.Fill(loud ? MuLaw.Encode(SpeechLevel) : MuLaw.Silence);
        frame.TimestampMs = timestampMs;
        timestampMs += FrameMs;
        thread.Run(() => clock.Advance(TimeSpan.FromMilliseconds(FrameMs)));
        thread.Run(() => carrier.Play(FrameMs));
        thread.Run(() => pipeline.Hear(frame));
    }
}
