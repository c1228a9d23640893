using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Playout;
using Parley.Conversation.Providers;
using Parley.Conversation.Rag;
using Parley.Conversation.Sts;

namespace Parley.Conversation.Pipeline;

/// <summary>
/// A call's session with a model that hears and speaks itself. To the loop it is a maker of replies like any other: what the model speaks becomes
/// clauses of the reply that the loop asked for, so that playout, marks, deadlines and the journal are the cascade's. It also tells the turns that
/// the model hears. Belongs to the call's loop.
/// </summary>
internal sealed class SpeechSide : IReplyMaker, IAsyncDisposable
{
    private const long Never = long.MaxValue;

    // When the caller has spoken and the session has told nothing for so long, it is asked whether it is there.
    private const int ProbeAfterMs = 1000;
    private const int ProbedSpeechMs = 200;

    private readonly SpeechToSpeechUse use;
    private readonly ISpeechHost host;
    private readonly CallClock clock;
    private readonly Func<CallEvent, ValueTask> post;
    private readonly IKnowledge? knowledge;
    private readonly CallerWords words;
    private readonly SpeechAnswer answer;
    private IReplyMaker cascade = null!;
    private ISpeechToSpeechSession? session;
    private Task closing = Task.CompletedTask;
    private long lastEventMs;
    private long probeDueMs = Never;

    public SpeechSide(
        SpeechToSpeechUse use, ISpeechHost host, CallClock clock, Func<CallEvent, ValueTask> post, PipelineOptions options, IKnowledge? knowledge = null)
    {
        (this.use, this.host, this.clock, this.post, this.knowledge) = (use, host, clock, post, knowledge);
        words = new CallerWords(clock);
        answer = new SpeechAnswer(use, host, clock, post, knowledge, options.SpeechHoldMs);
    }

    /// <summary>Carries the call.</summary>
    public bool IsLive { get; private set; } = true;

    /// <summary>The caller is speaking, as far as the model hears.</summary>
    public bool CallerSpeaks => words.CallerSpeaks;

    /// <summary>The caller said something that has not been written down.</summary>
    public bool HasUnwritten => words.HasUnwritten;

    /// <summary>When <see cref="Watch"/> has something to do at the latest.</summary>
    public long NextDeadline => IsLive ? Math.Min(probeDueMs, answer.NextDeadline) : Never;

    /// <summary>Puts itself before the maker that carries on when the session fails.</summary>
    public IReplyMaker Over(IReplyMaker maker)
    {
        cascade = maker;
        return this;
    }

    /// <summary>Whether the rest of a reply comes from here.</summary>
    public bool Makes(Reply? other) => IsLive && answer.Makes(other);

    /// <inheritdoc/>
    public void Start(Reply wanted, AgentRequest request)
    {
        if (!IsLive)
        {
            cascade.Start(wanted, request);
            return;
        }

        session ??= use.Model.Open(SpeechTools.Begin(request, knowledge), (e, audio) => post(CallEvent.Speech(e, audio)));
        probeDueMs = Never;
        answer.Begin(wanted, request, session, cascade, HasUnwritten);
    }

    /// <inheritdoc/>
    public void Start(Reply wanted, string text) => cascade.Start(wanted, text);

    /// <inheritdoc/>
    public void StartClause(Clause clause) => cascade.StartClause(clause);

    /// <inheritdoc/>
    public void Stopped(Reply stopped, Clause? at, int heardMs)
    {
        if (IsLive && session is not null)
            answer.Stopped(stopped, at, heardMs, brokenOff: CallerSpeaks);
    }

    /// <summary>Gives the model a frame, as it came.</summary>
    public void Hear(AudioFrame frame)
    {
        if (!IsLive || session is null)
            return;
        session.Hear(frame.Bytes);
        words.Hear(frame.Bytes.Length);
    }

    /// <summary>Takes an event of the session.</summary>
    public void Handle(in CallEvent e, AgentSide agent, CallerSide caller)
    {
        if (!IsLive)
            return;

        var now = lastEventMs = clock.NowMs;
        if (probeDueMs != Never)
        {
            // It is there, and what was heard here was no speech to it.
            probeDueMs = Never;
            if (e.Subject is SpeechEvent.Alive && !CallerSpeaks && !HasUnwritten)
                caller.WrittenDown(0, all: true, now);
        }

        switch (e.Subject)
        {
            case ToolsRun run:
                answer.OnToolsRun(run, agent, now);
                break;
            case SpeechEvent.CallerBegan began:
                words.Begin(began.AudioMs);
                host.CallerBegan();
                break;
            case SpeechEvent.CallerStopped stopped:
                host.CallerStopped(words.Stop(stopped.Item, stopped.AudioMs, agent, caller, now));
                break;
            case SpeechEvent.CallerSaid said:
                Write(said.Item, said.Text, agent, caller, now);
                break;
            case SpeechEvent.AnswerBegan began:
                answer.Begin(began);
                break;
            case SpeechEvent.AnswerText text:
                answer.Add(text, agent, now);
                break;
            case SpeechEvent.AnswerAudio audio:
                answer.Add(audio.Item, e, agent, now);
                break;
            case SpeechEvent.AnswerDone done:
                answer.End(done, agent, now);
                break;
            case SpeechEvent.Failed failed:
                host.SpeechFailed(failed.Failure);
                break;
        }
    }

    /// <summary>What follows from time passing.</summary>
    public void Watch(AgentSide agent, CallerSide caller)
    {
        if (!IsLive || session is null)
            return;

        var now = clock.NowMs;
        if (words.Late(now) is { } late)
            Write(late, "", agent, caller, now);
        answer.Advance(agent, now);
        if (now >= answer.DueMs)
        {
            host.SpeechFailed(Failure("There was no sound in time."));
        }
        else if (now >= probeDueMs)
        {
            host.SpeechFailed(Failure("The session gave no sign of life."));
        }
        else if (answer.DueMs == Never && probeDueMs == Never && now - lastEventMs >= ProbeAfterMs
            && caller.Look(now) is { IsOpen: true, IsSpeaking: false, SilenceMs: >= ProbeAfterMs, SpeechMs: >= ProbedSpeechMs })
        {
            probeDueMs = now + use.Deadlines.FirstOutputMs;
            session.Probe();
        }
    }

    /// <summary>The session does not carry the call any longer: from now on replies are the cascade's. No failure: the call is over.</summary>
    public void Leave(ProviderException? failure)
    {
        if (!IsLive)
            return;

        IsLive = false;
        words.Leave();
        use.Leave(failure);
        answer.Leave();
        closing = CloseAsync();
    }

    /// <summary>What was not written down was this, or is never known.</summary>
    public void Fill(string text, long nowMs) => words.Fill(text, nowMs);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Leave(null);
        await closing;
    }

    private async Task CloseAsync()
    {
        try
        {
            if (session is not null)
                await session.DisposeAsync();
        }
        catch (Exception)
        {
            // It was left: how it ends does not matter any more.
        }
    }

    private void Write(string item, string text, AgentSide agent, CallerSide caller, long now)
    {
        if (words.Write(item, text, agent, caller, now) is { } written)
            answer.CallerSaid(written, all: !HasUnwritten, agent, now);
    }

    private ProviderException Failure(string message) => new(use.Name, ProviderErrorKind.Timeout, message);
}
