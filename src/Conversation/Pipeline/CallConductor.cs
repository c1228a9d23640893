using Microsoft.Extensions.Logging;
using NodaTime;
using Parley.Conversation.Agents;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Playout;
using Parley.Conversation.Providers;
using Parley.Conversation.Stores;
using Parley.Conversation.Turns;

namespace Parley.Conversation.Pipeline;

/// <summary>
/// Leads a conversation: gives each event to the caller's or the agent's side, carries out what the turn controller decides, watches the
/// deadlines, and says when the call is to end (<see cref="CallEnding"/>). Belongs to the call's loop; never waits.
/// </summary>
internal sealed class CallConductor : ITurnHost, ISpeechHost, IAsyncDisposable
{
    private readonly CallContext call;
    private readonly CallServices services;
    private readonly PipelineOptions options;
    private readonly ILogger log;
    private readonly CallClock clock;
    private readonly ICallTap? tap;
    private readonly CallerSide caller;
    private readonly AgentSide agent;
    private readonly SpeechSide? speech;    // of a model that hears and speaks itself; null where the cascade carries the call from its beginning
    private readonly FailureDesk desk;
    private readonly KeyCollector keys;
    private readonly CallDeadlines deadlines;
    private readonly CallEnding ending;
    private readonly ResumePoint? resumed;

    // Whose rule it was that a turn is over.
    private const string SessionRule = "session";

    private int notUnderstood;
    private int silences;
    private int brokenReplies;  // in a row
    private CallEndReason goodbyeReason = CallEndReason.AgentEnded;
    private bool goesOn;            // the session failed in the middle of a reply: the cascade takes up what was left
    private long writtenDownByMs = long.MaxValue;   // and what the caller said before is being recognised

    public CallConductor(
        CallContext call, ICallTransport transport, CallServices services, PipelineOptions options, ResumePoint? resume,
        Func<CallEvent, ValueTask> post, ILogger log, ICallTap? tap = null)
    {
        this.call = call;
        this.services = services;
        this.options = options;
        this.log = log;
        this.tap = tap;
        clock = new CallClock(services.Clock);
        var meter = new CallMeter();
        resumed = resume;
        keys = new KeyCollector(options.InterKeyMs);
        deadlines = new CallDeadlines(options);
        speech = services.SpeechToSpeech?.TryEnter(call.Tenant.Providers, call.Tenant.Language) is { } use ? new SpeechSide(use, this, clock, post, options, services.Knowledge) : null;
        agent = new AgentSide(call, transport, services, options, resume, deadlines, meter, clock, post, tap, speech);
        desk = new FailureDesk(call, agent, clock, call.Tenant.ReachableAt(Instant.FromDateTimeOffset(clock.UtcNow)), personIsAway: resume?.Reason == ResumeReason.TransferFailed);
        caller = new CallerSide(call.Tenant, services, options, meter, this, transcript => _ = post(CallEvent.Transcript(transcript)).AsTask(), isReserve: speech is not null);
        ending = new CallEnding(call, transport, services, caller, agent, speech, desk, deadlines, meter, clock, log);
    }

    /// <summary>Milliseconds since the call's media began, read now; the event being handled has its own moment.</summary>
    public long ReadClock() => clock.ReadMs();

    private long NowMs => clock.NowMs;

    /// <summary>The call has ended and everything was written down.</summary>
    public bool IsOver => ending.IsOver;

    /// <summary>How it ended.</summary>
    public CallOutcome Outcome => ending.Outcome;

    /// <summary>Greets the caller, or goes on where a broken call stopped.</summary>
    public void Start()
    {
        clock.Advance();
        tap?.Begin(clock);
        services.Metrics.CallStarted(call.Tenant, resumed is not null);
        deadlines.CallBegan();
        Ask(resumed is null ? new AgentTrigger.CallStarted() : new AgentTrigger.CallResumed(resumed.Reason));
    }

    /// <summary>Takes one event.</summary>
    public void Handle(in CallEvent e)
    {
        var now = clock.Advance();
        tap?.Take(now, e);
        switch (e.Kind)
        {
            case CallEventKind.Audio:
                deadlines.MediaCame(now);
                if (!ending.HasBegun)
                {
                    speech?.Hear(e.Frame!);
                    caller.Hear(e.Frame!, agent.Playout.EchoFloor(now, options.Interruption.EchoMarginDb), now);
                }

                services.Metrics.FrameHeard(e.Frame!, services.Clock);
                break;
            case CallEventKind.Mark:
                agent.Playout.OnMark((string)e.Subject!, now);
                break;
            case CallEventKind.Key:
                if (!ending.HasBegun && keys.Add((char)e.Number, agent.ExpectedDigits, now) is { } sequence)
                    OnKeys(sequence, now);
                break;
            case CallEventKind.Transcript:
                OnTranscript((string)e.Subject!, e.Number, (string?)e.Detail, e.EndOfSpeech, now);
                break;
            case CallEventKind.AgentOutput:
                AgentSide.OnOutput((Reply)e.Subject!, (AgentEvent)e.Detail!, now);
                break;
            case CallEventKind.ClauseAdded:
                var added = (Clause)e.Subject!;
                added.Reply.Clauses.Add(added);
                break;
            case CallEventKind.ClauseChunk:
                agent.OnClauseChunk((Clause)e.Subject!, e, now);
                break;
            case CallEventKind.ClauseDone:
                AgentSide.OnClauseDone((Clause)e.Subject!, e.Number);
                break;
            case CallEventKind.ReplyDone:
                OnReplyDone((Reply)e.Subject!, (Exception?)e.Detail, now);
                break;
            case CallEventKind.End:
                ending.Begin((CallEndReason)e.Number);
                break;
            case CallEventKind.Speech:
                speech?.Handle(e, agent, caller);
                break;
            case CallEventKind.Tick:
                break;
        }

        Advance(now);
    }

    /// <summary>When <see cref="Handle"/> wants a tick at the latest.</summary>
    public long NextDeadlineMs() => Math.Min(
        Math.Min(deadlines.Next(), Math.Min(speech?.NextDeadline ?? long.MaxValue, writtenDownByMs)),
        Math.Min(agent.Playout.NextDeadline(clock.ReadMs()) ?? long.MaxValue, keys.DeadlineMs ?? long.MaxValue));

    /// <summary>Ends the call without further ado, after a fault.</summary>
    public void Abort(CallEndReason reason) => ending.Abort(reason);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        agent.Dispose();
        ending.Dispose();
        if (speech is not null)
            await speech.DisposeAsync();
        await caller.DisposeAsync();
    }

    void ITurnHost.RequestText(int request) => caller.RequestText(request);

    void ITurnHost.Speculate(string text)
    {
        if (options.Speculate && !desk.IsOpen)
            agent.Prepare(text);
    }

    void ITurnHost.DropSpeculation() => agent.DropPrepared();

    void ITurnHost.HoldAgent()
    {
        services.Metrics.BargedIn("hold", NowMs - caller.SpeechStartMs(NowMs));
        agent.Playout.Hold();
    }

    void ITurnHost.CutAgent()
    {
        services.Metrics.BargedIn("cut", NowMs - caller.SpeechStartMs(NowMs));
        agent.Playout.Cut(NowMs);
    }

    void ITurnHost.ResumeAgent() => agent.Playout.Resume(NowMs);

    void ITurnHost.YieldToCaller()
    {
        if (agent.Current is not null)
            services.Metrics.BargedIn("yield", NowMs - caller.SpeechStartMs(NowMs));
        agent.Stop(callerGoesOn: true, NowMs);
    }

    void ISpeechHost.CallerBegan()
    {
        if (agent.Current is not null)
            services.Metrics.BargedIn("yield", NowMs - caller.SpeechStartMs(NowMs));
        agent.Stop(callerGoesOn: true, NowMs);
    }

    void ISpeechHost.CallerStopped(CallerTurn turn)
    {
        var sinceMs = NowMs - (turn.Times.SpeechEndMs ?? NowMs);
        services.Metrics.TurnEnded(sinceMs, SessionRule);
        ConversationLog.TurnEnded(log, SessionRule, sinceMs);
        agent.Stop(callerGoesOn: false, NowMs);
        notUnderstood = 0;
        TakeTurn(turn, new AgentTrigger.CallerSaid(""), NowMs);
    }

    void ISpeechHost.SpeechFailed(ProviderException failure) => LeaveSpeech(failure);

    void ITurnHost.Dismiss(string text, string why)
    {
        ConversationLog.UtteranceDismissed(log, why);
        tap?.Note(CallOutputKind.Dismiss, 0, why);
        caller.Close();
        agent.DropPrepared();
        if (agent.Current is null)
            deadlines.IdleSince(NowMs);
    }

    void ITurnHost.EndTurn(string text, in CallerActivity activity, string rule)
    {
        var now = NowMs;
        caller.Close();
        var times = new TurnTimes
        {
            SpeechStartMs = agent.UnfinishedSinceMs ?? activity.SpeechStartMs,
            SpeechEndMs = activity.SpeechEndMs,
            FinalTextMs = caller.TextMs,
            EndOfTurnMs = (int)now,
        };
        services.Metrics.TurnEnded(now - activity.SpeechEndMs, rule);
        ConversationLog.TurnEnded(log, rule, now - activity.SpeechEndMs);
        tap?.Note(CallOutputKind.EndTurn, now - activity.SpeechEndMs, rule);

        var joined = agent.Joined(text);
        if (joined.Length == 0)
        {
            agent.DropPrepared();
            notUnderstood++;
            Ask(new AgentTrigger.NotUnderstood(notUnderstood), times);
            return;
        }

        notUnderstood = 0;
        TakeTurn(new CallerTurn(joined, "speech", times), new AgentTrigger.CallerSaid(joined), now);
    }

    /// <summary>What follows from time passing: after every event.</summary>
    private void Advance(long now)
    {
        if (IsOver)
            return;

        if (ending.HasBegun)
        {
            ending.Advance(now);
            return;
        }

        speech?.Watch(agent, caller);
        if (now >= writtenDownByMs)
            OnWrittenDown("", now);
        if (speech is not { IsLive: true } && writtenDownByMs == long.MaxValue)
            caller.Advance(agent.Activity(now), now);
        agent.Advance(now);
        if (agent.Current is { } reply)
        {
            if (agent.Playout.IsFinished(now))
                OnReplyHeard(reply, now);
            else if (!reply.HasAudio || agent.HasRunDry(now))
                WatchReply(reply, now);
        }
        else if (deadlines.IsIdle(now, speech is { IsLive: true } ? speech.CallerSpeaks : caller.IsOpen(now) || agent.HasPrepared))
        {
            OnIdle();
        }

        if (keys.TakeIfDue(now) is { } sequence)
            OnKeys(sequence, now);
        if (deadlines.IsTimeUp(now))
        {
            goodbyeReason = CallEndReason.MaxDuration;
            agent.Stop(callerGoesOn: false, now);
            Ask(new AgentTrigger.EndOfTime());
        }

        if (deadlines.IsOvertime(now))
            ending.Begin(CallEndReason.MaxDuration);
        if (deadlines.IsMediaLost(now))
            ending.Begin(CallEndReason.TransportLost);
    }

    private void OnTranscript(string text, int request, string? error, bool endOfSpeech, long now)
    {
        if (error is not null)
        {
            services.Metrics.ProviderFailed("stt", services.SpeechToText.Name);
            ConversationLog.RecognitionFailed(log, error);
        }

        if (request == CallerSide.MissingRequest)
            OnWrittenDown(text, now);
        else if (!ending.HasBegun)
            caller.OnText(text, request, endOfSpeech, agent.Activity(now), now);
        else if (request == CallerSide.LastRequest)
            ending.OnLastWords(text, now);
    }

    private void OnReplyDone(Reply reply, Exception? error, long now)
    {
        if (error is not null)
            ConversationLog.ReplyFailed(log, error);
        if (!agent.OnDone(reply, error))
            Apologise(reply, "failed", now);
        ending.OnReplyDone(reply);
    }

    private void OnKeys(string digits, long now)
    {
        agent.Stop(callerGoesOn: false, now);
        caller.Close();
        agent.DropPrepared();
        var times = new TurnTimes { EndOfTurnMs = (int)now, SpeechEndMs = (int)now };
        TakeTurn(new CallerTurn(digits, "keys", times), new AgentTrigger.CallerPressed(digits), now);
    }

    private void OnIdle()
    {
        silences++;
        if (silences > options.IdleReprompts)
            goodbyeReason = CallEndReason.CallerSilent;
        Ask(new AgentTrigger.CallerSilent(silences));
    }

    private void OnReplyHeard(Reply reply, long now)
    {
        brokenReplies = reply is { HasAudio: true, Error: null } ? 0 : brokenReplies + 1;
        agent.Finish(reply, interrupted: false, now);
        deadlines.IdleSince(now);
        if (reply.Transfer is { } department)
        {
            ending.Begin(CallEndReason.Transferred, department.Number, reply.TransferSummary);
        }
        else if (reply.EndCall || goodbyeReason != CallEndReason.AgentEnded)
        {
            ending.Begin(goodbyeReason);
        }
        else if (goesOn)
        {
            goesOn = false;
            Ask(new AgentTrigger.CallResumed(ResumeReason.LineLost));
        }
        else if (reply.Error is AgentFailedException)
        {
            // It broke off in the middle, and what there was of it has been heard.
            Apologise(reply, "failed", now);
        }
        else if (brokenReplies > 1)
        {
            Apologise(reply, "failed", now);
        }
        else if (brokenReplies > 0)
        {
            deadlines.IdleAfterBrokenReply(now);
        }
    }

    private void TakeTurn(CallerTurn turn, AgentTrigger trigger, long now)
    {
        silences = 0;
        goesOn = false;
        goodbyeReason = CallEndReason.AgentEnded;
        if (!desk.IsOpen)
        {
            agent.Answer(turn, trigger, now);
            return;
        }

        agent.OpenTurn(turn);
        Ask(trigger, turn.Times);
    }

    private void Ask(AgentTrigger trigger, TurnTimes? times = null)
    {
        var now = NowMs;
        times ??= new TurnTimes { EndOfTurnMs = (int)now };
        if (!desk.IsOpen)
            agent.Ask(trigger, times, now);
        else if (!desk.Answer(trigger, times, isLast: goodbyeReason != CallEndReason.AgentEnded, now))
            goodbyeReason = CallEndReason.AgentFailed;
    }

    /// <summary>Sees to it that a caller who waits for a reply hears something.</summary>
    private void WatchReply(Reply reply, long now)
    {
        if (reply.HasAudio)
            deadlines.ReplyRanDry(now);
        else if (deadlines.TakeHoldPhraseDue(now))
        {
            ConversationLog.HoldPhrase(log);
            services.Metrics.HoldingPhrase();
            agent.Bridge(reply);
        }

        if (deadlines.IsReplyLate(now))
        {
            ConversationLog.ReplyLate(log);
            Apologise(reply, "late", now);
        }
    }

    private void Apologise(Reply failed, string why, long now)
    {
        if (speech is { IsLive: true })
        {
            // The cascade is still there to answer.
            var isMade = speech.Makes(agent.Current);
            LeaveSpeech(new ProviderException(services.SpeechToSpeech!.Find(call.Tenant.Providers)!.Name, ProviderErrorKind.Timeout, "There was no answer in time."));
            if (isMade)
                return;
        }

        services.Metrics.Apologised(why);
        agent.Stop(callerGoesOn: false, now);
        agent.DropPrepared();
        if (goodbyeReason != CallEndReason.AgentEnded && !desk.IsOpen)
        {
            // It was to be the last word anyway.
            ending.Begin(goodbyeReason);
            return;
        }

        if (desk.TryApologise(failed, now))
        {
            deadlines.ApologyWanted(now);
            return;
        }

        if (desk.Person is { Number: { } number })
            ending.Begin(CallEndReason.Transferred, number, desk.Summary(failed.Trigger));
        else
            ending.Begin(CallEndReason.AgentFailed);
    }

    /// <summary>
    /// The session does not carry the call any longer: the recogniser hears what was not written down, and the agents and voices behind the model
    /// answer what is not answered, in the same reply where nothing of it was heard.
    /// </summary>
    private void LeaveSpeech(ProviderException failure)
    {
        if (speech is not { IsLive: true })
            return;

        var now = NowMs;
        var callerSpeaks = speech.CallerSpeaks;
        var reply = speech.Makes(agent.Current) ? agent.Current : null;
        speech.Leave(failure);
        if (ending.HasBegun)
            return;

        caller.Release();
        if (reply is { HasAudio: true })
        {
            // What there is of it plays to its end.
            reply.IsDone = goesOn = true;
        }

        if (!speech.HasUnwritten)
        {
            if (reply is { HasAudio: false })
                AnswerAnew(reply);
        }
        else if (callerSpeaks || !caller.HasSpeech(now))
        {
            // It is heard again together with what follows; or there is nothing to hear.
            speech.Fill("", now);
            agent.WordsCame();
            if (reply is { HasAudio: false })
                AnswerAnew(reply);
        }
        else
        {
            writtenDownByMs = now + options.FinalTextDeadlineMs;
            caller.RequestText(CallerSide.MissingRequest);
        }
    }

    /// <summary>What the caller said to the session before that failed was recognised, or could not be.</summary>
    private void OnWrittenDown(string text, long now)
    {
        if (writtenDownByMs == long.MaxValue)
            return;

        writtenDownByMs = long.MaxValue;
        speech!.Fill(text, now);
        agent.WordsCame();
        caller.Close();
        if (agent.Current is { HasAudio: false, IsDone: false, Trigger: AgentTrigger.CallerSaid { Text.Length: 0 } } reply)
            AnswerAnew(reply);
    }

    private void AnswerAnew(Reply reply)
    {
        var trigger = reply.Trigger;
        if (trigger is AgentTrigger.CallerSaid)
            trigger = agent.Asked is { Length: > 0 } text ? new AgentTrigger.CallerSaid(text) : new AgentTrigger.NotUnderstood(++notUnderstood);
        agent.Remake(reply, trigger);
    }
}
