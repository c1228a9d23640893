using Parley.Conversation.Agents;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Escalations;
using Parley.Conversation.Flags;
using Parley.Conversation.Playout;
using Parley.Conversation.Providers;
using Parley.Conversation.Stores;
using Parley.Conversation.Tools;
using Parley.Conversation.Tts;
using Parley.Conversation.Turns;

namespace Parley.Conversation.Pipeline;

/// <summary>
/// The agent's half of a conversation: has replies made, prepared ones included, plays them, and writes down what was heard of them. Holds the
/// agent's state, which changes only with a reply that was spoken. Belongs to the call's loop.
/// </summary>
internal sealed class AgentSide : IDisposable
{
    // Once this much of a reply was heard, the caller's turn before it stands; one who goes on earlier had not finished.
    private const int TurnStandsAfterHeardMs = 300;

    private readonly CallContext call;
    private readonly CallServices services;
    private readonly CallDeadlines deadlines;
    private readonly CallMeter meter;
    private readonly CallClock clock;
    private readonly IReplyMaker maker;
    private readonly CallTranscript transcript;
    private readonly CallTools? tools;

    private AgentState? state;
    private Reply? prepared;
    private int preparedTurn;
    private CallerTurn? unfinished;
    private TurnTimes replyTimes = new();
    private ReplyExpectation expectation = ReplyExpectation.Anything;
    private int lastReplyId;

    public AgentSide(
        CallContext call, ICallTransport transport, CallServices services, PipelineOptions options, ResumePoint? resume,
        CallDeadlines deadlines, CallMeter meter, CallClock clock, Func<CallEvent, ValueTask> post, ICallTap? tap, SpeechSide? speech = null)
    {
        this.call = call;
        this.services = services;
        this.deadlines = deadlines;
        this.meter = meter;
        Playout = new CallPlayout(transport, options.PlayoutLeadMs, options.MarkDeadlineMs);
        this.clock = clock;
        var real = new ReplyMaker(
            services.Agent, services.TextToSpeech, call.Tenant, meter, Phrases.Fixed(call.Tenant), services.Clock, options,
            services.Metrics, post);
        maker = tap?.Over(real) ?? real;
        maker = speech?.Over(maker) ?? maker;
        transcript = new CallTranscript(
            call.CallId, clock.StartedAt, services.Journal, resume?.NextOrdinal ?? 0, resume?.History ?? []);
        tools = services.Tools?.Open(call, meter, resume);
        state = resume?.AgentStateJson is { } json ? services.Agent.RestoreState(json) : null;
    }

    /// <summary>What plays, and what was heard of it.</summary>
    public CallPlayout Playout { get; }

    /// <summary>What the agent remembers of the call.</summary>
    public AgentState? State => state;

    /// <summary>A reply is being made or heard.</summary>
    public Reply? Current => Playout.Current;

    /// <summary>A reply is prepared for a turn that is not over.</summary>
    public bool HasPrepared => prepared is not null;

    /// <summary>Prepared replies that were spoken, and that were thrown away.</summary>
    public int Used { get; private set; }

    /// <inheritdoc cref="Used"/>
    public int Wasted { get; private set; }

    /// <summary>Digits that the agent has asked for; 0 when it has not.</summary>
    public int ExpectedDigits => expectation.Kind == ReplyKind.Digits ? expectation.Digits : 0;

    /// <summary>When the caller began a turn that was taken back, to be joined with what follows; null when there is none.</summary>
    public int? UnfinishedSinceMs => unfinished?.Times.SpeechStartMs;

    /// <summary>The turn that was taken back, to go on with what follows.</summary>
    public SpokenWords? UnfinishedWords => unfinished?.Words;

    /// <summary>The caller's words that are being answered; null when there are none.</summary>
    public string? Asked => transcript.Open?.Said;

    /// <summary>What the turn controller needs to know.</summary>
    public AgentActivity Activity(long nowMs) => Current is { } reply
        ? new AgentActivity(true, Playout.HeardMs(nowMs), Playout.RemainingMs(nowMs), reply.GeneratedText, reply.Expectation)
        : new AgentActivity(false, 0, 0, "", expectation);

    /// <summary>The caller's words, behind those of a turn that was taken back.</summary>
    public string Joined(string text) =>
        unfinished is not { Said: { Length: > 0 } said } ? text : text.Length == 0 ? said : $"{said} {text}";

    /// <summary>Makes a reply to words that may not be the caller's last.</summary>
    public void Prepare(string text)
    {
        var trigger = new AgentTrigger.CallerSaid(Joined(text));
        if (prepared is not null && prepared.Trigger.Equals(trigger))
            return;

        DropPrepared();
        if (text.Length == 0)
            return;

        prepared = new Reply(++lastReplyId, trigger, speculative: true);
        preparedTurn = Turn;
        maker.Start(prepared, Request(prepared, speculative: true));
    }

    /// <summary>Makes a reply that nobody hears, only for what it tells about the caller's wish, and for what it has done.</summary>
    public Reply MakeSilently(AgentTrigger trigger)
    {
        var reply = new Reply(++lastReplyId, trigger, speculative: true);
        maker.Start(reply, Request(reply, speculative: true) with { Committed = Task.CompletedTask });
        return reply;
    }

    /// <summary>The caller goes on: the prepared reply never was.</summary>
    public void DropPrepared()
    {
        if (prepared is null)
            return;

        Wasted++;
        services.Metrics.Speculated(used: false);
        prepared.Dispose();
        prepared = null;
    }

    /// <summary>The caller's turn is over: answers it, if possible by what was prepared.</summary>
    public void Answer(CallerTurn turn, AgentTrigger trigger, long nowMs)
    {
        OpenTurn(turn);
        var ready = prepared;
        prepared = null;
        if (ready is not null && ready.Trigger.Equals(trigger) && ready.Error is null && preparedTurn == Turn)
        {
            Used++;
            services.Metrics.Speculated(used: true);
            Speak(ready, turn.Times, nowMs);
            return;
        }

        ready?.Dispose();
        Ask(trigger, turn.Times, nowMs);
    }

    /// <summary>Has the agent answer, and speaks what it says.</summary>
    public void Ask(AgentTrigger trigger, TurnTimes times, long nowMs)
    {
        var reply = new Reply(++lastReplyId, trigger, speculative: false);
        maker.Start(reply, Request(reply, speculative: false));
        Speak(reply, times, nowMs);
    }

    /// <summary>Whoever was making a reply gives up before anything of it was heard: it is made anew.</summary>
    public void Remake(Reply reply, AgentTrigger trigger)
    {
        reply.Restart(trigger);
        maker.Start(reply, Request(reply, speculative: false));
    }

    /// <summary>What is remembered at once, whatever becomes of the reply: whoever makes the next one knows that it was done.</summary>
    public void Remember(AgentState remembered) => state = remembered;

    /// <summary>Words of the caller have come that turns were waiting for.</summary>
    public void WordsCame() => transcript.Flush();

    /// <summary>Says fixed words without asking the agent; <paramref name="shape"/> tells what follows from them.</summary>
    public void Recite(string text, TurnTimes times, long nowMs, Action<Reply> shape)
    {
        var reply = new Reply(++lastReplyId, new AgentTrigger.EndOfTime(), speculative: false);
        shape(reply);
        maker.Start(reply, text);
        Speak(reply, times, nowMs);
    }

    /// <summary>Speaks a holding phrase before the reply.</summary>
    public void Bridge(Reply reply)
    {
        var filler = new Clause(reply, Phrases.Hold(call.Tenant.Language, reply.Id), isFiller: true);
        reply.Clauses.Insert(0, filler);
        maker.StartClause(filler);
    }

    /// <summary>
    /// The reply being played is over before its end. A caller who goes on (<paramref name="callerGoesOn"/>) before hearing any of it had not
    /// finished: both parts are one turn, and the reply never was.
    /// </summary>
    public void Stop(bool callerGoesOn, long nowMs)
    {
        if (Current is not { } reply)
            return;

        services.Metrics.Interrupted();
        if (callerGoesOn && transcript.Open is not null && Playout.HeardMs(nowMs) < TurnStandsAfterHeardMs)
        {
            unfinished = transcript.ReopenCallerTurn();
        }
        else
        {
            replyTimes = replyTimes with { InterruptedMs = (int)nowMs };
            Record(reply, interrupted: true, nowMs);
        }

        var heard = Playout.HeardAt(nowMs);
        Playout.Finish(clear: true, nowMs);
        maker.Stopped(reply, heard?.Clause, heard?.Ms ?? 0);
        reply.Dispose();
        deadlines.ReplyOver();
    }

    /// <summary>The reply being played is over: heard to its end, or the call is.</summary>
    public void Finish(Reply reply, bool interrupted, long nowMs)
    {
        Record(reply, interrupted, nowMs);
        Playout.Finish(clear: false, nowMs);
        reply.Dispose();
        deadlines.ReplyOver();
    }

    /// <summary>Everything that there is of the reply was played, and it goes on.</summary>
    public bool HasRunDry(long nowMs) => Current is { IsDone: false } && Playout.RemainingMs(nowMs) == 0;

    /// <summary>Plays on, and lets the caller's turn stand once enough of the reply was heard.</summary>
    public void Advance(long nowMs)
    {
        Playout.Pump(nowMs);
        if (Current is { } reply && transcript.Open is not null && Playout.HeardMs(nowMs) >= TurnStandsAfterHeardMs)
            transcript.CloseCallerTurn(reply.State);
    }

    /// <summary>The caller's turn is over, and it is not for the agent to answer.</summary>
    public void OpenTurn(CallerTurn turn)
    {
        unfinished = null;
        transcript.OpenCallerTurn(turn);
    }

    /// <summary>Nothing more comes: what is open is written down, with what the last words changed.</summary>
    public void Close(AgentState? last)
    {
        if (unfinished is { } left && transcript.Open is null)
            transcript.OpenCallerTurn(left);
        transcript.CloseCallerTurn(last ?? state);
        transcript.Flush(all: true);
    }

    /// <summary>The agent gave something out for a reply.</summary>
    public static void OnOutput(Reply reply, AgentEvent output, long nowMs)
    {
        switch (output)
        {
            case AgentEvent.Say say:
                reply.FirstTextMs ??= (int)nowMs;
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
                reply.TransferSummary = transfer.Summary;
                break;
            case AgentEvent.Escalate escalate:
                reply.Escalations.Add(escalate);
                break;
            case AgentEvent.Decided decided:
                reply.Decision = decided.Decision;
                break;
        }
    }

    /// <summary>The synthesiser gave something for a clause.</summary>
    public void OnClauseChunk(Clause clause, in CallEvent e, long nowMs)
    {
        if (e.Detail is IReadOnlyList<WordTiming> words)
            clause.SetWords(words);
        if (e.Frame is null)
            return;

        clause.Append(e.Frame.Bytes, nowMs);
        OnSound(clause, nowMs);
    }

    /// <summary>There may be sound to play of a clause.</summary>
    public void OnSound(Clause clause, long nowMs)
    {
        if (clause.Length == 0)
            return;
        if (clause.Reply == Current)
            deadlines.ReplyCame(clause.IsFiller);
        if (!clause.IsFiller)
            clause.Reply.FirstAudioMs ??= (int)nowMs;
    }

    /// <summary>A clause is over, or the synthesiser stopped in it.</summary>
    public static void OnClauseDone(Clause clause, int charsSpoken)
    {
        if (charsSpoken < clause.Text.Length)
            clause.CutShort(charsSpoken);
        else
            clause.Complete(PauseAfter(clause.Text));
    }

    /// <summary>No more comes for a reply. Returns false when it is the one being played and there is nothing to play.</summary>
    public bool OnDone(Reply reply, Exception? error)
    {
        reply.IsDone = true;
        reply.Error = error;
        foreach (var clause in reply.Clauses)
            clause.Complete(0);
        if (error is not null && reply == prepared)
            DropPrepared();
        return error is null || reply != Current || reply.HasAudio;
    }

    /// <summary>Tells a person what a reply asks to be told.</summary>
    public void Escalate(Reply reply)
    {
        foreach (var escalation in reply.Escalations)
            Escalate(escalation.Reason, escalation.Summary);
        reply.Escalations.Clear();
    }

    /// <summary>Tells a person.</summary>
    public void Escalate(EscalationReason reason, string summary) => services.Escalations?.Raise(new Escalation
    {
        CallId = call.CallId,
        TenantId = call.Tenant.Id,
        Reason = reason,
        Summary = summary,
        At = clock.UtcNow,
    });

    /// <summary>What the call is about, for a person.</summary>
    public string Summarise(AgentTrigger trigger) => CallSummary.Of(call, state?.Facts ?? CallFacts.None, transcript.Closed, trigger);

    public void Dispose()
    {
        prepared?.Dispose();
        Current?.Dispose();
    }

    // What is being heard becomes a turn of its own, unless it is taken back with the turn that it answers.
    private int Turn => transcript.Open is null && Current is not null ? transcript.NextOrdinal + 1 : transcript.NextOrdinal;

    private AgentRequest Request(Reply reply, bool speculative)
    {
        tools?.Asked(reply.Id);
        return new AgentRequest
        {
            Call = call,
            Trigger = reply.Trigger,
            State = state,
            History = [.. transcript.Closed],
            Now = clock.UtcNow,
            Speculative = speculative,
            Meter = meter,
            Tools = tools,
            Committed = reply.Committed,
            Turn = Turn,
            Answer = reply.Id,
            Features = services.Features?.For(call.Tenant.Id) ?? TenantFeatures.All,
        };
    }

    private void Speak(Reply reply, TurnTimes times, long nowMs)
    {
        replyTimes = times;
        reply.Commit();
        Playout.Begin(reply, nowMs);
        deadlines.ReplyWanted(nowMs);
        Playout.Pump(nowMs);
    }

    private void Record(Reply reply, bool interrupted, long nowMs)
    {
        var times = replyTimes with
        {
            FirstAgentTextMs = reply.FirstTextMs,
            FirstAudioMs = reply.FirstAudioMs,
            FirstFrameSentMs = Playout.FirstFrameSentMs,
            FirstMarkMs = Playout.FirstMarkMs,
            Speculated = reply.WasSpeculative,
        };
        state = reply.State ?? state;
        Escalate(reply);
        tools?.Settle(reply.Id, remembered: reply.State is not null);
        expectation = reply.Expectation;
        services.Metrics.Replied(times);
        CallTracing.Turn(times, interrupted, services.Clock.GetUtcNow(), nowMs);
        transcript.CloseCallerTurn(reply.State);
        var heard = interrupted ? Playout.HeardText(nowMs) : reply.SpokenText;
        var sent = interrupted ? Playout.SentText() : reply.SpokenText;
        transcript.AddAgentTurn(reply.GeneratedText, sent, heard, interrupted, times, nowMs, reply.State, reply.Decision?.ToJsonString());
    }

    // A breath between sentences, less between clauses; synthesisers leave almost none.
    private static int PauseAfter(string text) => text.Length > 0 && text[^1] is '.' or '?' or '!' ? 140 : 40;
}
