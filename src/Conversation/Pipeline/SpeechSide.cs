using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Llm;
using Parley.Conversation.Playout;
using Parley.Conversation.Providers;
using Parley.Conversation.Stores;
using Parley.Conversation.Sts;

namespace Parley.Conversation.Pipeline;

/// <summary>
/// A call's session with a model that hears and speaks itself. To the loop it is a maker of replies like any other: what the model speaks becomes
/// clauses of the reply that the loop asked for, so that playout, marks, deadlines and the journal are the cascade's. It also tells the turns that
/// the model hears. Belongs to the call's loop.
/// </summary>
internal sealed class SpeechSide(SpeechToSpeechUse use, ISpeechHost host, CallClock clock, Func<CallEvent, ValueTask> post) : IReplyMaker, IAsyncDisposable
{
    private const long Never = long.MaxValue;
    private const int BytesPerMs = 8;

    // An answer, and what the model says after two rounds of tools.
    private const int MostRounds = 3;

    // Four minutes of speech: whatever a model wants to say after that, it is out of order.
    private const int MostAnswerBytes = 4 * 60 * 1000 * BytesPerMs;
    private const int MostAnswerChars = 8000;
    private const int MostTurnChars = 4000;

    // When the caller has spoken and the session has told nothing for so long, it is asked whether it is there.
    private const int ProbeAfterMs = 1000;
    private const int ProbedSpeechMs = 200;

    // Words that have not come by then do not come.
    private const int WordsLateMs = 10_000;

    private readonly List<Spoken> spoken = [];
    private readonly List<Unwritten> unwritten = [];
    private readonly Dictionary<AnswerItem, bool> unwanted = [];    // what the caller does not hear of an answer that goes on; whether the model knows
    private IReplyMaker cascade = null!;
    private ISpeechToSpeechSession? session;
    private Task closing = Task.CompletedTask;
    private SpeechTools tools = null!;
    private Reply? reply;           // the last one asked for
    private bool isMaking;          // and more of it comes
    private bool hasSound;
    private string? response;       // the model's answer that is part of it, while it is being made
    private int rounds;
    private int speechStartMs;
    private long heardBytes;
    private long askedAtMs;
    private long lastEventMs;
    private long dueMs = Never;
    private bool isProbing;

    /// <summary>Carries the call.</summary>
    public bool IsLive { get; private set; } = true;

    /// <summary>The caller is speaking, as far as the model hears.</summary>
    public bool CallerSpeaks { get; private set; }

    /// <summary>The caller said something that has not been written down.</summary>
    public bool HasUnwritten => unwritten.Count > 0;

    /// <summary>When <see cref="Watch"/> has something to do at the latest.</summary>
    public long NextDeadline => IsLive ? dueMs : Never;

    /// <summary>Puts itself before the maker that carries on when the session fails.</summary>
    public IReplyMaker Over(IReplyMaker maker)
    {
        cascade = maker;
        return this;
    }

    /// <summary>Whether the rest of a reply comes from here.</summary>
    public bool Makes(Reply? other) => IsLive && isMaking && reply == other;

    /// <inheritdoc/>
    public void Start(Reply wanted, AgentRequest request)
    {
        if (!IsLive)
        {
            cascade.Start(wanted, request);
            return;
        }

        tools = new SpeechTools(request);
        session ??= use.Model.Open(SpeechTools.Begin(request), (e, audio) => post(CallEvent.Speech(e, audio)));
        reply = wanted;
        isMaking = true;
        hasSound = isProbing = false;
        response = null;
        rounds = 0;
        spoken.Clear();
        askedAtMs = clock.NowMs;
        dueMs = askedAtMs + use.Deadlines.FirstOutputMs;
        if (SpeechTools.Told(request) is { } told)
            session.Respond(wanted.Id, told);
    }

    /// <inheritdoc/>
    public void Start(Reply wanted, string text) => cascade.Start(wanted, text);

    /// <inheritdoc/>
    public void StartClause(Clause clause) => cascade.StartClause(clause);

    /// <inheritdoc/>
    public void Stopped(Reply stopped, Clause? at, int heardMs)
    {
        if (!IsLive || stopped != reply || session is null)
            return;

        // What the caller broke into, the model has broken off itself.
        if (response is not null && !CallerSpeaks)
            session.Cancel(response);
        var position = at is null ? int.MaxValue : stopped.Clauses.IndexOf(at);
        foreach (var item in spoken)
        {
            var heard = stopped.Clauses.IndexOf(item.Clause).CompareTo(position) switch
            {
                < 0 => item.Ms,
                0 => Math.Min(heardMs, item.Ms),
                _ => 0,
            };
            if (heard == item.Ms && !isMaking)
                continue;
            session.Truncate(item.Item, heard);
            if (response is not null)
                unwanted[item.Item] = true;
        }

        spoken.Clear();
        isMaking = false;
        response = null;
        dueMs = Never;
    }

    /// <summary>Gives the model a frame, as it came.</summary>
    public void Hear(AudioFrame frame)
    {
        if (!IsLive || session is null)
            return;
        session.Hear(frame.Bytes);
        heardBytes += frame.Bytes.Length;
    }

    /// <summary>Takes an event of the session.</summary>
    public void Handle(in CallEvent e, AgentSide agent, CallerSide caller)
    {
        if (!IsLive)
            return;

        var now = lastEventMs = clock.NowMs;
        if (isProbing)
        {
            // It is there, and what was heard here was no speech to it.
            isProbing = false;
            dueMs = Never;
            if (e.Subject is SpeechEvent.Alive && !CallerSpeaks && !HasUnwritten)
                caller.WrittenDown(0, all: true, now);
        }

        switch (e.Subject)
        {
            case ToolsRun run when isMaking && run.Reply == reply:
                OnToolsRun(run.Results, agent, now);
                break;
            case ToolsRun run:
                Tell(run.Results);
                agent.Remember(run.Tools.State);
                break;
            case SpeechEvent.CallerBegan began:
                CallerSpeaks = true;
                speechStartMs = OnCall(began.AudioMs);
                host.CallerBegan();
                break;
            case SpeechEvent.CallerStopped stopped:
                OnCallerStopped(stopped, agent, caller, now);
                break;
            case SpeechEvent.CallerSaid said:
                OnCallerSaid(said, agent, caller, now);
                break;
            case SpeechEvent.AnswerBegan began when isMaking && response is null && (began.Reply is null || began.Reply == reply!.Id):
                response = began.Response;
                break;
            case SpeechEvent.AnswerBegan began:
                session!.Cancel(began.Response);
                break;
            case SpeechEvent.AnswerText words:
                OnText(words, now);
                break;
            case SpeechEvent.AnswerAudio audio:
                OnAudio(audio.Item, e, agent, now);
                break;
            case SpeechEvent.AnswerDone done:
                OnDone(done, agent, now);
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
        if (HasUnwritten && now - unwritten[0].SinceMs >= WordsLateMs)
            Write(unwritten[0].Item, "", agent, caller, now);
        if (now >= dueMs)
        {
            host.SpeechFailed(Failure(
                ProviderErrorKind.Timeout, isProbing ? "The session gave no sign of life." : "There was no sound in time."));
        }
        else if (dueMs == Never && now - lastEventMs >= ProbeAfterMs
            && caller.Look(now) is { IsOpen: true, IsSpeaking: false, SilenceMs: >= ProbeAfterMs, SpeechMs: >= ProbedSpeechMs })
        {
            isProbing = true;
            dueMs = now + use.Deadlines.FirstOutputMs;
            session.Probe();
        }
    }

    /// <summary>The session does not carry the call any longer: from now on replies are the cascade's. No failure: the call is over.</summary>
    public void Leave(ProviderException? failure)
    {
        if (!IsLive)
            return;

        IsLive = isMaking = CallerSpeaks = false;
        use.Leave(failure);
        foreach (var item in spoken)
            item.Clause.Complete(0);
        closing = CloseAsync();
    }

    /// <summary>What was not written down was this, or is never known.</summary>
    public void Fill(string text, long nowMs)
    {
        foreach (var (words, _, _, _) in unwritten)
        {
            words.Fill(text, nowMs);
            text = "";
        }

        unwritten.Clear();
    }

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

    private void OnCallerStopped(SpeechEvent.CallerStopped stopped, AgentSide agent, CallerSide caller, long now)
    {
        CallerSpeaks = false;
        var endedMs = Math.Max(OnCall(stopped.AudioMs), speechStartMs);
        var words = agent.UnfinishedWords ?? new SpokenWords();
        words.Add(stopped.Item);
        unwritten.Add(new Unwritten(words, stopped.Item, caller.Position - (now - endedMs) * BytesPerMs, now));
        host.CallerStopped(new CallerTurn("", "speech", new TurnTimes
        {
            SpeechStartMs = agent.UnfinishedSinceMs ?? speechStartMs,
            SpeechEndMs = endedMs,
            EndOfTurnMs = (int)now,
        })
        {
            Words = words,
        });
    }

    private void OnCallerSaid(SpeechEvent.CallerSaid said, AgentSide agent, CallerSide caller, long now) =>
        Write(said.Item, PlainText.Of(said.Text, MostTurnChars), agent, caller, now);

    private void Write(string item, string text, AgentSide agent, CallerSide caller, long now)
    {
        var index = unwritten.FindIndex(u => u.Item == item);
        if (index < 0)
            return;

        var (words, _, position, _) = unwritten[index];
        unwritten.RemoveAt(index);
        words.TrySet(item, text, now);
        agent.WordsCame();

        // What was said before and is not written down yet may have to be heard again.
        if (index == 0)
            caller.WrittenDown(position, all: !CallerSpeaks && unwritten.Count == 0, now);
    }

    private void OnText(SpeechEvent.AnswerText words, long now)
    {
        if (!isMaking || words.Item.Response != response)
            return;

        var text = PlainText.Of(words.Text, Math.Max(0, MostAnswerChars - reply!.GeneratedText.Length));
        ClauseOf(words.Item).Clause.AddText(text);
        AgentSide.OnOutput(reply, new AgentEvent.Say(text), now);
        Extend(now);
    }

    private void OnAudio(AnswerItem item, in CallEvent e, AgentSide agent, long now)
    {
        if (!isMaking || item.Response != response)
        {
            // Nobody hears it: the model is told so when it has said it all.
            unwanted.TryAdd(item, false);
            return;
        }

        var piece = ClauseOf(item);
        piece.Bytes += e.Frame!.Bytes.Length;
        if (piece.Bytes > MostAnswerBytes)
        {
            host.SpeechFailed(Failure(ProviderErrorKind.TooLarge, "The answer does not come to an end."));
            return;
        }

        if (!hasSound)
            use.Answered(now - askedAtMs);
        hasSound = true;
        agent.OnClauseChunk(piece.Clause, e, now);
        Extend(now);
    }

    private void OnDone(SpeechEvent.AnswerDone done, AgentSide agent, long now)
    {
        if (!isMaking || done.Response != response)
        {
            foreach (var (item, isKnown) in unwanted.Where(i => i.Key.Response == done.Response).ToArray())
            {
                unwanted.Remove(item);
                if (!isKnown)
                    session!.Truncate(item, 0);
            }

            return;
        }

        response = null;
        foreach (var item in spoken)
            item.Clause.Complete(0);
        if (done.Failure is { } failure && (!hasSound || !ProviderFailures.IsOfTheRequest(failure)))
        {
            host.SpeechFailed(failure);
            return;
        }

        if (done.Calls.Count > 0)
        {
            // A tool has its own deadline, and the caller that of the reply.
            dueMs = Never;
            _ = RunToolsAsync(reply!, tools, done.Calls);
        }
        else
        {
            Finish(agent);
        }
    }

    private async Task RunToolsAsync(Reply wanted, SpeechTools theirs, IReadOnlyList<ModelToolCall> calls)
    {
        var results = new List<(string CallId, string Result)>(calls.Count);
        foreach (var call in calls)
            results.Add((call.Id, await theirs.RunAsync(call)));
        await post(new CallEvent { Kind = CallEventKind.Speech, Subject = new ToolsRun(wanted, theirs, results) });
    }

    private void OnToolsRun(List<(string CallId, string Result)> results, AgentSide agent, long now)
    {
        Tell(results);

        // The model knows what it has done, so it stays done even if the caller hears nothing of this reply.
        agent.Remember(tools.State);
        var isOver = hasSound && (tools.Ends || tools.Transfer is not null);
        if (isOver || ++rounds >= MostRounds)
        {
            Finish(agent);
            return;
        }

        session!.Respond(reply!.Id, null);
        dueMs = now + use.Deadlines.FirstOutputMs;
    }

    private void Tell(List<(string CallId, string Result)> results)
    {
        foreach (var (callId, result) in results)
            session!.GiveResult(callId, result);
    }

    /// <summary>No more comes of the reply.</summary>
    private void Finish(AgentSide agent)
    {
        if (!hasSound)
        {
            host.SpeechFailed(Failure(ProviderErrorKind.MalformedAnswer, "The answer has no sound."));
            return;
        }

        isMaking = false;
        dueMs = Never;
        reply!.State = tools.State;
        agent.Remember(reply.State);
        reply.Transfer = tools.Transfer;
        reply.EndCall = reply.Transfer is null && (tools.Ends || SpeechTools.IsLast(reply.Trigger));
        reply.IsDone = true;
    }

    private void Extend(long now)
    {
        if (hasSound)
            dueMs = now + use.Deadlines.IdleMs;
    }

    private Spoken ClauseOf(AnswerItem item)
    {
        foreach (var known in spoken)
        {
            if (known.Item == item)
                return known;
        }

        if (spoken.Count > 0)
            spoken[^1].Clause.Complete(0);
        var clause = new Clause(reply!, "");
        reply!.Clauses.Add(clause);
        var added = new Spoken(item, clause);
        spoken.Add(added);
        return added;
    }

    /// <summary>A moment of the session's audio on the call's clock: as long ago as there is audio behind it.</summary>
    private int OnCall(int audioMs) => (int)Math.Clamp(clock.NowMs - (heardBytes / BytesPerMs - audioMs), 0, clock.NowMs);

    private ProviderException Failure(ProviderErrorKind kind, string message) => new(use.Name, kind, message);

    /// <summary>A message of the model as a clause of the reply.</summary>
    private sealed class Spoken(AnswerItem item, Clause clause)
    {
        public AnswerItem Item => item;

        public Clause Clause => clause;

        public int Bytes { get; set; }

        public int Ms => Bytes / BytesPerMs;
    }

    /// <summary>Tools that the model asked for have come to results.</summary>
    private sealed record ToolsRun(Reply Reply, SpeechTools Tools, List<(string CallId, string Result)> Results);

    /// <summary>A piece of a turn whose words have not come, and where its audio ends.</summary>
    private readonly record struct Unwritten(SpokenWords Words, string Item, long Position, long SinceMs);
}
