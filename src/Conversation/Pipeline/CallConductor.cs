using Microsoft.Extensions.Logging;
using Parley.Conversation.Agents;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Playout;
using Parley.Conversation.Stores;
using Parley.Conversation.Tts;
using Parley.Conversation.Turns;

namespace Parley.Conversation.Pipeline;

/// <summary>
/// Leads a conversation: hands the caller's audio to the listener, lets the turn controller decide whose turn it is, has replies made and
/// played, watches the deadlines, and brings the call to its one end. Belongs to the call's loop; never waits.
/// </summary>
internal sealed class CallConductor : ITurnHost, IAsyncDisposable
{
    // Once this much of a reply was heard, the caller's turn before it stands; one who goes on earlier had not finished.
    private const int TurnStandsAfterHeardMs = 300;

    private readonly CallContext call;
    private readonly ICallTransport transport;
    private readonly CallServices services;
    private readonly PipelineOptions options;
    private readonly ILogger log;
    private readonly long startTimestamp;
    private readonly CallerSide caller;
    private readonly CallPlayout playout;
    private readonly ReplyMaker maker;
    private readonly CallTranscript transcript;
    private readonly KeyCollector keys;
    private readonly CallDeadlines deadlines;
    private readonly ResumePoint? resumed;

    private AgentState? state;
    private ReplyExpectation expectation = ReplyExpectation.Anything;
    private Reply? speculation;
    private CallerTurn? unfinished;     // a turn taken back, to be joined with what the caller says next
    private TurnTimes replyTimes = new();
    private int lastReplyId;
    private int notUnderstood;
    private int silences;
    private int failures;
    private int speculationsUsed;
    private int speculationsWasted;
    private CallEndReason goodbyeReason = CallEndReason.AgentEnded;
    private CallEndReason? endReason;
    private string? transferTo;
    private int lastWordsRequest = -1;
    private Reply? lastReply;           // made only for what it tells about the caller's wish, not to be spoken

    public CallConductor(
        CallContext call, ICallTransport transport, CallServices services, PipelineOptions options, ResumePoint? resume,
        Func<CallEvent, ValueTask> post, ILogger log)
    {
        this.call = call;
        this.transport = transport;
        this.services = services;
        this.options = options;
        this.log = log;
        startTimestamp = services.Clock.GetTimestamp();
        var startedAt = services.Clock.GetUtcNow();
        playout = new CallPlayout(transport, options.PlayoutLeadMs, options.MarkDeadlineMs);
        maker = new ReplyMaker(
            services.Agent, services.TextToSpeech, call.Tenant.Voice, call.Tenant.Language, Phrases.Fixed(call.Tenant), services.Clock, options, post);
        transcript = new CallTranscript(call.CallId, startedAt, services.Journal, resume?.NextOrdinal ?? 0, resume?.History ?? []);
        keys = new KeyCollector(options.InterKeyMs);
        deadlines = new CallDeadlines(options);
        resumed = resume;
        state = resume?.AgentStateJson is { } json ? services.Agent.RestoreState(json) : null;
        caller = new CallerSide(call.Tenant, services, options, this, transcriptEvent => _ = post(CallEvent.Transcript(transcriptEvent)).AsTask());
    }

    /// <summary>Milliseconds since the call's media began.</summary>
    public long NowMs => (long)services.Clock.GetElapsedTime(startTimestamp).TotalMilliseconds;

    /// <summary>The call has ended and everything was written down.</summary>
    public bool IsOver { get; private set; }

    /// <summary>How it ended.</summary>
    public CallOutcome Outcome => new(endReason ?? CallEndReason.AgentFailed, transferTo);

    /// <summary>Greets the caller, or goes on where a broken call stopped.</summary>
    public void Start()
    {
        deadlines.CallBegan();
        Ask(resumed is null ? new AgentTrigger.CallStarted() : new AgentTrigger.CallResumed(resumed.Reason));
    }

    /// <summary>Takes one event.</summary>
    public void Handle(in CallEvent e)
    {
        var now = NowMs;
        switch (e.Kind)
        {
            case CallEventKind.Audio:
                deadlines.MediaCame(now);
                if (endReason is null)
                    caller.Hear(e.Frame!, playout.EchoFloor(now, options.Interruption.EchoMarginDb), now);
                break;
            case CallEventKind.Mark:
                playout.OnMark((string)e.Subject!, now);
                break;
            case CallEventKind.Key:
                if (endReason is null && keys.Add((char)e.Number, ExpectedDigits, now) is { } sequence)
                    OnKeys(sequence, now);
                break;
            case CallEventKind.Transcript:
                OnTranscript((string)e.Subject!, e.Number, (string?)e.Detail, now);
                break;
            case CallEventKind.AgentOutput:
                OnAgentOutput((Reply)e.Subject!, (AgentEvent)e.Detail!, now);
                break;
            case CallEventKind.ClauseAdded:
                var added = (Clause)e.Subject!;
                added.Reply.Clauses.Add(added);
                break;
            case CallEventKind.ClauseChunk:
                OnClauseChunk((Clause)e.Subject!, e, now);
                break;
            case CallEventKind.ClauseDone:
                var clause = (Clause)e.Subject!;
                if (e.Number < clause.Text.Length)
                    clause.CutShort(e.Number);
                else
                    clause.Complete(ClausePause(clause.Text));
                break;
            case CallEventKind.ReplyDone:
                OnReplyDone((Reply)e.Subject!, (Exception?)e.Detail, now);
                break;
            case CallEventKind.End:
                End((CallEndReason)e.Number);
                break;
            case CallEventKind.Tick:
                break;
        }

        Advance(now);
    }

    /// <summary>When <see cref="Handle"/> wants a tick at the latest.</summary>
    public long NextDeadlineMs() => Math.Min(
        deadlines.Next(),
        Math.Min(playout.NextDeadline(NowMs) ?? long.MaxValue, keys.DeadlineMs ?? long.MaxValue));

    /// <summary>Ends the call without further ado, after a fault.</summary>
    public void Abort(CallEndReason reason)
    {
        endReason ??= reason;
        transport.Close();
        Complete();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        speculation?.Dispose();
        playout.Current?.Dispose();
        lastReply?.Dispose();
        await caller.DisposeAsync();
    }

    void ITurnHost.RequestText(int request) => caller.RequestText(request);

    void ITurnHost.Speculate(string text)
    {
        var trigger = new AgentTrigger.CallerSaid(Joined(text));
        if (speculation is not null && speculation.Trigger.Equals(trigger))
            return;

        ((ITurnHost)this).DropSpeculation();
        if (text.Length == 0)
            return;

        speculation = new Reply(++lastReplyId, trigger, speculative: true);
        maker.Start(speculation, Request(trigger, speculative: true));
    }

    void ITurnHost.DropSpeculation()
    {
        if (speculation is null)
            return;

        speculationsWasted++;
        services.Metrics.Speculated(used: false);
        speculation.Dispose();
        speculation = null;
    }

    void ITurnHost.HoldAgent() => playout.Hold();

    void ITurnHost.CutAgent() => playout.Cut(NowMs);

    void ITurnHost.ResumeAgent() => playout.Resume(NowMs);

    void ITurnHost.YieldToCaller() => StopReply(callerGoesOn: true, NowMs);

    void ITurnHost.Dismiss(string text, string why)
    {
        ConversationLog.UtteranceDismissed(log, why);
        caller.Close();
        ((ITurnHost)this).DropSpeculation();
        if (playout.Current is null)
            deadlines.IdleSince(NowMs);
    }

    void ITurnHost.EndTurn(string text, in CallerActivity activity, string rule)
    {
        var now = NowMs;
        caller.Close();
        var times = new TurnTimes
        {
            SpeechStartMs = unfinished?.Times.SpeechStartMs ?? activity.SpeechStartMs,
            SpeechEndMs = activity.SpeechEndMs,
            FinalTextMs = caller.TextMs,
            EndOfTurnMs = (int)now,
        };
        var joined = Joined(text);
        unfinished = null;
        services.Metrics.TurnEnded(now - activity.SpeechEndMs, rule);
        ConversationLog.TurnEnded(log, rule, now - activity.SpeechEndMs);

        if (joined.Length == 0)
        {
            ((ITurnHost)this).DropSpeculation();
            notUnderstood++;
            Ask(new AgentTrigger.NotUnderstood(notUnderstood), times);
            return;
        }

        notUnderstood = 0;
        TakeTurn(new CallerTurn(joined, "speech", times), new AgentTrigger.CallerSaid(joined));
    }

    private int ExpectedDigits => expectation.Kind == ReplyKind.Digits ? expectation.Digits : 0;

    private string Joined(string text) =>
        unfinished is null ? text : text.Length == 0 ? unfinished.Text : $"{unfinished.Text} {text}";

    private AgentActivity AgentActivity(long now) => playout.Current is { } reply
        ? new AgentActivity(true, playout.HeardMs(now), playout.RemainingMs(now), reply.GeneratedText, reply.Expectation)
        : new AgentActivity(false, 0, 0, "", expectation);

    /// <summary>What follows from time passing: after every event.</summary>
    private void Advance(long now)
    {
        if (IsOver)
            return;

        if (endReason is not null)
        {
            AdvanceEnd(now);
            return;
        }

        caller.Advance(AgentActivity(now), now);
        playout.Pump(now);
        if (playout.Current is { } reply)
        {
            if (transcript.Open is not null && playout.HeardMs(now) >= TurnStandsAfterHeardMs)
                transcript.CloseCallerTurn(reply.State);
            if (playout.IsFinished(now))
                OnReplyHeard(reply, now);
            else if (!reply.HasAudio)
                WatchReply(reply, now);
        }
        else if (deadlines.IsIdle(now, caller.IsOpen || speculation is not null))
        {
            OnIdle();
        }

        if (keys.TakeIfDue(now) is { } sequence)
            OnKeys(sequence, now);
        if (deadlines.IsTimeUp(now))
        {
            goodbyeReason = CallEndReason.MaxDuration;
            StopReply(callerGoesOn: false, now);
            Ask(new AgentTrigger.EndOfTime());
        }

        if (deadlines.IsOvertime(now))
            End(CallEndReason.MaxDuration);
        if (deadlines.IsMediaLost(now))
            End(CallEndReason.TransportLost);
    }

    private void OnTranscript(string text, int request, string? error, long now)
    {
        if (error is not null)
            ConversationLog.RecognitionFailed(log, error);
        if (endReason is null)
            caller.OnText(text, request, AgentActivity(now), now);
        else if (request == lastWordsRequest)
            OnLastWords(text, now);
    }

    private static void OnAgentOutput(Reply reply, AgentEvent output, long now)
    {
        switch (output)
        {
            case AgentEvent.Say say:
                reply.FirstTextMs ??= (int)now;
                reply.Add(say.Text);
                break;
            case AgentEvent.Expect expect:
                reply.Expectation = expect.Expectation;
                break;
            case AgentEvent.Remember remember:
                reply.State = remember.State;
                break;
            case AgentEvent.EndCall:
                reply.EndCall = true;
                break;
            case AgentEvent.TransferCall transfer:
                reply.Transfer = transfer.Department;
                break;
        }
    }

    private void OnClauseChunk(Clause clause, in CallEvent e, long now)
    {
        if (e.Detail is IReadOnlyList<WordTiming> words)
            clause.SetWords(words);
        if (e.Frame is null)
            return;

        clause.Append(e.Frame.Bytes, now);
        if (clause.Reply == playout.Current)
            deadlines.ReplyCame(clause.IsFiller);
        if (!clause.IsFiller)
            clause.Reply.FirstAudioMs ??= (int)now;
    }

    private void OnReplyDone(Reply reply, Exception? error, long now)
    {
        reply.IsDone = true;
        reply.Error = error;
        foreach (var clause in reply.Clauses)
            clause.Complete(0);
        if (error is not null)
        {
            ConversationLog.ReplyFailed(log, error);
            if (reply == speculation)
                ((ITurnHost)this).DropSpeculation();
            else if (reply == playout.Current && !reply.HasAudio)
                Apologise(now);
        }

        if (reply == lastReply)
            Complete();
    }

    private void OnKeys(string digits, long now)
    {
        StopReply(callerGoesOn: false, now);
        caller.Close();
        ((ITurnHost)this).DropSpeculation();
        var times = new TurnTimes { EndOfTurnMs = (int)now, SpeechEndMs = (int)now };
        TakeTurn(new CallerTurn(digits, "keys", times), new AgentTrigger.CallerPressed(digits));
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
        RecordReply(reply, interrupted: false, now);
        playout.Finish(clear: false, now);
        reply.Dispose();
        deadlines.IdleSince(now);
        if (reply.Transfer is { } department)
        {
            transferTo = department.Number;
            End(CallEndReason.Transferred);
        }
        else if (reply.EndCall || goodbyeReason != CallEndReason.AgentEnded)
        {
            End(goodbyeReason);
        }
    }

    /// <summary>The caller's turn is over: have it answered, if possible by what was prepared.</summary>
    private void TakeTurn(CallerTurn turn, AgentTrigger trigger)
    {
        silences = 0;
        goodbyeReason = CallEndReason.AgentEnded;
        transcript.OpenCallerTurn(turn);
        var prepared = speculation;
        speculation = null;
        if (prepared is not null && prepared.Trigger.Equals(trigger) && prepared.Error is null)
        {
            speculationsUsed++;
            services.Metrics.Speculated(used: true);
            Speak(prepared, turn.Times);
            return;
        }

        prepared?.Dispose();
        Ask(trigger, turn.Times);
    }

    private void Ask(AgentTrigger trigger, TurnTimes? times = null)
    {
        var reply = new Reply(++lastReplyId, trigger, speculative: false);
        maker.Start(reply, Request(trigger, speculative: false));
        Speak(reply, times ?? new TurnTimes { EndOfTurnMs = (int)NowMs });
    }

    private AgentRequest Request(AgentTrigger trigger, bool speculative) => new()
    {
        Call = call,
        Trigger = trigger,
        State = state,
        History = [.. transcript.Closed],
        Now = services.Clock.GetUtcNow(),
        Speculative = speculative,
    };

    private void Speak(Reply reply, TurnTimes times)
    {
        var now = NowMs;
        replyTimes = times;
        reply.Commit();
        playout.Begin(reply, now);
        deadlines.ReplyWanted(now);
        playout.Pump(now);
    }

    /// <summary>Sees to it that a caller who waits for a reply hears something.</summary>
    private void WatchReply(Reply reply, long now)
    {
        if (deadlines.TakeHoldPhraseDue(now))
        {
            var filler = new Clause(reply, Phrases.Hold(call.Tenant.Language, reply.Id), isFiller: true);
            reply.Clauses.Insert(0, filler);
            maker.StartClause(filler);
            ConversationLog.HoldPhrase(log);
        }

        if (deadlines.IsReplyLate(now))
        {
            ConversationLog.ReplyLate(log);
            Apologise(now);
        }
    }

    private void Apologise(long now)
    {
        StopReply(callerGoesOn: false, now);
        if (++failures > 1)
        {
            End(CallEndReason.AgentFailed);
            return;
        }

        var person = call.Tenant.Departments.Count > 0 ? call.Tenant.Departments[0] : null;
        var apology = new Reply(++lastReplyId, new AgentTrigger.EndOfTime(), speculative: false) { Transfer = person, EndCall = true };
        goodbyeReason = CallEndReason.AgentFailed;
        maker.Start(apology, person is null ? Phrases.Apology(call.Tenant.Language) : Phrases.ApologyTransfer(call.Tenant.Language));
        Speak(apology, new TurnTimes { EndOfTurnMs = (int)now });
    }

    /// <summary>
    /// The reply being played is over before its end. A caller who goes on (<paramref name="callerGoesOn"/>) before hearing any of it had not
    /// finished: both parts are one turn, and the reply never was.
    /// </summary>
    private void StopReply(bool callerGoesOn, long now)
    {
        if (playout.Current is not { } reply)
            return;

        services.Metrics.Interrupted();
        var unheard = playout.HeardMs(now) < TurnStandsAfterHeardMs;
        if (unheard && callerGoesOn && transcript.Open is not null)
        {
            unfinished = transcript.ReopenCallerTurn();
        }
        else
        {
            replyTimes = replyTimes with { InterruptedMs = (int)now };
            RecordReply(reply, interrupted: true, now);
        }

        playout.Finish(clear: true, now);
        reply.Dispose();
    }

    private void RecordReply(Reply reply, bool interrupted, long now)
    {
        var times = replyTimes with
        {
            FirstAgentTextMs = reply.FirstTextMs,
            FirstAudioMs = reply.FirstAudioMs,
            FirstFrameSentMs = playout.FirstFrameSentMs,
            FirstMarkMs = playout.FirstMarkMs,
            Speculated = reply.WasSpeculative,
        };
        state = reply.State ?? state;
        expectation = reply.Expectation;
        services.Metrics.Replied(times);
        transcript.CloseCallerTurn(reply.State);
        var heard = interrupted ? playout.HeardText(now) : reply.SpokenText;
        var sent = interrupted ? playout.SentText() : reply.SpokenText;
        transcript.AddAgentTurn(reply.GeneratedText, sent, heard, interrupted, times, now, reply.State);
    }

    private void End(CallEndReason reason)
    {
        if (endReason is not null)
            return;

        var now = NowMs;
        endReason = reason;
        transport.Close();
        deadlines.Ending(now);
        if (speculation is { } prepared)
        {
            // The caller hung up in the pause: what was said counts, though nobody hears the answer.
            speculation = null;
            prepared.Dispose();
        }

        if (playout.Current is { } reply)
        {
            RecordReply(reply, interrupted: true, now);
            playout.Finish(clear: false, now);
            reply.Dispose();
        }

        if (caller.HasSpeech)
            caller.RequestText(lastWordsRequest = CallerSide.LastRequest);
        else
            Complete();
    }

    private void OnLastWords(string text, long now)
    {
        lastWordsRequest = -1;
        var joined = Joined(text);
        if (joined.Length == 0)
        {
            Complete();
            return;
        }

        transcript.OpenCallerTurn(new CallerTurn(joined, "speech", caller.Times(now)));
        var trigger = new AgentTrigger.CallerSaid(joined);
        lastReply = new Reply(++lastReplyId, trigger, speculative: true);
        maker.Start(lastReply, Request(trigger, speculative: true));
    }

    private void AdvanceEnd(long now)
    {
        if (lastReply?.State is not null || deadlines.IsEndOverdue(now))
            Complete();
    }

    private void Complete()
    {
        if (IsOver)
            return;

        IsOver = true;
        if (unfinished is { } left && transcript.Open is null)
            transcript.OpenCallerTurn(left);
        state = lastReply?.State ?? state;
        transcript.CloseCallerTurn(state);
        services.Metrics.CallEnded(endReason!.Value, NowMs);
        ConversationLog.CallEnded(log, endReason.Value, NowMs);
        services.Journal.Write(new CallEnded
        {
            CallId = call.CallId,
            StreamId = call.StreamId,
            Reason = endReason.Value,
            EndedAt = services.Clock.GetUtcNow(),
            TransferTo = transferTo,
            SpeculationsUsed = speculationsUsed,
            SpeculationsWasted = speculationsWasted,
        });
    }

    // A breath between sentences, less between clauses; synthesisers leave almost none.
    private static int ClausePause(string text) => text.Length > 0 && text[^1] is '.' or '?' or '!' ? 140 : 40;
}
