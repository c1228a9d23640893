using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Grounding;
using Parley.Conversation.Agents.Llm;
using Parley.Conversation.Escalations;
using Parley.Conversation.Llm;
using Parley.Conversation.Playout;
using Parley.Conversation.Providers;
using Parley.Conversation.Rag;
using Parley.Conversation.Sts;

namespace Parley.Conversation.Pipeline;

/// <summary>
/// The answer that a speech-to-speech model is making: what it speaks becomes clauses of the reply, as far as it may be heard; its tools are run; what it
/// must not say is stopped, and the model told to say other words, or the cascade's voice says them. Belongs to the call's loop.
/// </summary>
internal sealed class SpeechAnswer(
    SpeechToSpeechUse use, ISpeechHost host, CallClock clock, Func<CallEvent, ValueTask> post, IKnowledge? knowledge, int holdMs)
{
    private const long Never = long.MaxValue;
    private const int BytesPerMs = 8;

    // An answer, and what the model says after two rounds of tools.
    private const int MostRounds = 3;

    // What the caller just said, such as a telephone number, is written down a moment after the model acts on it. Without it the call of a tool is refused.
    private const int MostWordsWaitMs = 1500;

    // Four minutes of speech: whatever a model wants to say after that, it is out of order.
    private const int MostAnswerBytes = 4 * 60 * 1000 * BytesPerMs;
    private const int MostAnswerChars = 8000;

    private readonly UnheardItems unheard = new();
    private readonly List<string> heardMeanwhile = [];  // of the caller, while tools change what is known
    private ISpeechToSpeechSession session = null!;
    private IReplyMaker cascade = null!;
    private LeakCheck? leaks;
    private SpeechTools tools = null!;
    private GatedSpeech speech = null!;
    private Reply? reply;           // the last one asked for
    private bool hasSound;
    private bool wasAnswered;
    private bool toolsRun;
    private bool wordsPending;
    private bool isReplaced;
    private bool isSettled;         // whether people are told is decided
    private int notes;              // of the decision that was given out
    private string? response;       // the model's answer that is part of it, while it is being made
    private SpeechEvent.AnswerDone? done;   // it is, and what it says is still being judged
    private long wordsDueMs = Never;        // its tools wait no longer for the caller's words
    private int rounds;
    private long askedAtMs;

    /// <summary>More comes of the reply.</summary>
    public bool IsMaking { get; private set; }

    /// <summary>When something of the session is waited for no longer; never while nothing is.</summary>
    public long DueMs { get; private set; } = Never;

    /// <summary>When <see cref="Advance"/> has something to do at the latest.</summary>
    public long NextDeadline => IsMaking ? Math.Min(Math.Min(DueMs, wordsDueMs), speech.NextDeadline) : Never;

    /// <summary>Whether the rest of a reply comes from here.</summary>
    public bool Makes(Reply? other) => IsMaking && reply == other;

    /// <summary>Begins a reply. <paramref name="unwritten"/>: what the caller said is still being written down.</summary>
    public void Begin(Reply wanted, AgentRequest request, ISpeechToSpeechSession with, IReplyMaker behind, bool unwritten)
    {
        (session, cascade, reply) = (with, behind, wanted);
        leaks ??= SpeechTools.Secrets(request);
        tools = new SpeechTools(request, knowledge);
        var said = (request.Trigger as AgentTrigger.CallerSaid)?.Text ?? "";
        var isStrict = request.Call.Tenant.Agent?.Strict ?? false;
        speech = new GatedSpeech(wanted, new SpeechGate(tools.Evidence, leaks, said, unwritten, tools.Languages), isStrict, holdMs);
        wordsPending = unwritten;
        IsMaking = true;
        hasSound = wasAnswered = toolsRun = isReplaced = isSettled = false;
        response = null;
        done = null;
        wordsDueMs = Never;
        rounds = notes = 0;
        heardMeanwhile.Clear();
        askedAtMs = clock.NowMs;
        DueMs = askedAtMs + use.Deadlines.FirstOutputMs;
        if (SpeechTools.Told(request) is { } told)
            session.Respond(wanted.Id, told);
    }

    /// <summary>The reply was stopped: the caller heard so much of a clause and nothing behind it.</summary>
    public void Stopped(Reply stopped, Clause? at, int heardMs, bool brokenOff)
    {
        if (stopped != reply)
            return;

        // What the caller broke into, the model has broken off itself.
        if (response is not null && !brokenOff)
            session.Cancel(response);
        foreach (var (item, heard) in speech.HeardUpTo(at, heardMs))
        {
            if (heard == item.Ms && !IsMaking)
                continue;
            session.Truncate(item.Item, heard);
            if (response is not null)
                unheard.Add(item.Item, isKnown: true);
        }

        IsMaking = false;
        response = null;
        DueMs = Never;
    }

    /// <summary>The model begins an answer.</summary>
    public void Begin(SpeechEvent.AnswerBegan began)
    {
        if (IsMaking && response is null && done is null && !toolsRun && (began.Reply is null || began.Reply == reply!.Id))
            response = began.Response;
        else
            session.Cancel(began.Response);
    }

    /// <summary>Words of it.</summary>
    public void Add(SpeechEvent.AnswerText words, AgentSide agent, long now)
    {
        if (!IsPart(words.Item) || !Turn(words.Item, agent, now))
            return;

        var text = PlainText.Of(words.Text, Math.Max(0, MostAnswerChars - reply!.GeneratedText.Length));
        speech.Of(words.Item);
        speech.AddWords(words.Item, text);
        AgentSide.OnOutput(reply, new AgentEvent.Say(text), now);
        Extend(now);
        Advance(agent, now);
    }

    /// <summary>Sound of it.</summary>
    public void Add(AnswerItem item, in CallEvent e, AgentSide agent, long now)
    {
        if (!IsPart(item) || !Turn(item, agent, now))
        {
            // Nobody hears it: the model is told so when it has said it all.
            unheard.Add(item, isKnown: false);
            return;
        }

        var piece = speech.Of(item);
        piece.Bytes += e.Frame!.Bytes.Length;
        if (piece.Bytes > MostAnswerBytes)
        {
            host.SpeechFailed(Failure(ProviderErrorKind.TooLarge, "The answer does not come to an end."));
            return;
        }

        if (!wasAnswered)
            use.Answered(now - askedAtMs);
        hasSound = wasAnswered = true;
        agent.OnClauseChunk(piece.Clause, e, now);
        Extend(now);
        Advance(agent, now);
    }

    /// <summary>The model is done with an answer.</summary>
    public void End(SpeechEvent.AnswerDone over, AgentSide agent, long now)
    {
        if (!IsMaking || over.Response != response)
        {
            unheard.Over(over.Response, session);
            return;
        }

        response = null;
        DueMs = Never;
        done = over;
        speech.End();
        Advance(agent, now);
    }

    /// <summary>Tools that the model asked for have come to results.</summary>
    public void OnToolsRun(ToolsRun run, AgentSide agent, long now)
    {
        foreach (var (callId, result) in run.Results)
            session.GiveResult(callId, result);

        // The model knows what it has done, so it stays done even if the caller hears nothing of this reply.
        agent.Remember(run.Tools.State);
        if (!IsMaking || run.Reply != reply)
            return;
        toolsRun = false;
        foreach (var words in heardMeanwhile)
            speech.Gate.CallerSaid(words, all: !wordsPending);
        heardMeanwhile.Clear();
        var isOver = hasSound && (tools.Ends || tools.Transfer is not null);
        if (isOver || ++rounds >= MostRounds)
        {
            Finish(agent);
            return;
        }

        Decide(agent, now);
        session.Respond(reply.Id, null);
        DueMs = now + use.Deadlines.FirstOutputMs;
    }

    /// <summary>What the caller said was written down; <paramref name="all"/> of it now.</summary>
    public void CallerSaid(string words, bool all, AgentSide agent, long now)
    {
        if (reply is null)
            return;
        wordsPending = !all;
        if (toolsRun)
            heardMeanwhile.Add(words);
        else
            speech.Gate.CallerSaid(words, all);
        Advance(agent, now);
        if (!IsMaking)
            Settle(agent, now);
    }

    /// <summary>What follows from time passing.</summary>
    public void Advance(AgentSide agent, long now)
    {
        if (!IsMaking || toolsRun)
            return;
        speech.Advance(agent.Playout, now);
        if (speech.Items is [.., var last])
            agent.OnSound(last.Clause, now);
        if (speech.Gate.Notes.Count != notes)
            Decide(agent, now);
        if (speech.CanCut)
        {
            Replace(agent, now);
        }
        else if (done is { } over && !speech.Gate.AwaitsCaller && speech.Gate.Refusal is null && !AwaitsWords(over, now))
        {
            done = null;
            wordsDueMs = Never;
            Conclude(over, agent, now);
        }
    }

    /// <summary>The session is left: what there is of the reply may be heard, as far as it may.</summary>
    public void Leave()
    {
        if (IsMaking)
            speech.Leave();
        IsMaking = false;
        DueMs = Never;
    }

    private bool AwaitsWords(SpeechEvent.AnswerDone over, long now)
    {
        if (!wordsPending || now >= wordsDueMs || !tools.NeedMoreWords(over.Calls))
            return false;
        wordsDueMs = Math.Min(wordsDueMs, now + MostWordsWaitMs);
        return true;
    }

    private bool IsPart(AnswerItem item) => IsMaking && item.Response == response;

    // With a new message the one before is whole; false when it was not to be said, and with it this one.
    private bool Turn(AnswerItem item, AgentSide agent, long now)
    {
        if (!speech.IsNext(item))
            return true;
        speech.Next();
        Advance(agent, now);
        if (!IsPart(item))
            return false;
        reply!.Add(" ");
        return true;
    }

    private void Conclude(SpeechEvent.AnswerDone over, AgentSide agent, long now)
    {
        if (over.Failure is { } failure && (!hasSound || !ProviderFailures.IsOfTheRequest(failure)))
        {
            if (speech.Exactly is { } words && ProviderFailures.IsOfTheRequest(failure))
                SayOtherwise(words, agent, now);
            else
                host.SpeechFailed(failure);
            return;
        }

        if (speech.Exactly is not null)
        {
            foreach (var call in over.Calls)
                session.GiveResult(call.Id, PromptTexts.Of("only-words"));
        }
        else if (over.Calls.Count > 0)
        {
            // A tool has its own deadline, and the caller that of the reply.
            toolsRun = true;
            _ = RunToolsAsync(reply!, tools, over.Calls);
            return;
        }

        Finish(agent);
    }

    private async Task RunToolsAsync(Reply wanted, SpeechTools theirs, IReadOnlyList<ModelToolCall> calls) =>
        await post(new CallEvent { Kind = CallEventKind.Speech, Subject = new ToolsRun(wanted, theirs, await theirs.RunAsync(calls)) });

    /// <summary>What is being said is not to be heard: the model says other words, or where it does not, the cascade's voice does.</summary>
    private void Replace(AgentSide agent, long now)
    {
        var refusal = speech.Gate.Refusal!;
        if (response is not null)
            session.Cancel(response);
        if (speech.Cut(agent.Playout, now) is var (item, ms))
        {
            session.Truncate(item, ms);
            if (response is not null)
                unheard.Add(item, isKnown: true);
        }

        response = null;
        done = null;
        isReplaced = true;
        Settle(agent, now);
        if (speech.Exactly is { } before)
        {
            SayOtherwise(before, agent, now);
            return;
        }

        var words = tools.Instead(refusal, speech.Gate.CallerWords);
        speech.Exactly = words;
        speech.Gate.Begin(words);
        hasSound = false;
        session.Respond(reply!.Id, PromptTexts.Of("not-said", words));
        DueMs = now + use.Deadlines.FirstOutputMs;
    }

    private void SayOtherwise(string words, AgentSide agent, long now)
    {
        session.Tell(PromptTexts.Of("said-instead", words));
        Close(agent, now);
        reply!.Add(" ");
        cascade.Start(reply, words);
    }

    /// <summary>No more comes of the reply.</summary>
    private void Finish(AgentSide agent)
    {
        if (!hasSound)
        {
            if (speech.Exactly is { } words)
                SayOtherwise(words, agent, clock.NowMs);
            else
                host.SpeechFailed(Failure(ProviderErrorKind.MalformedAnswer, "The answer has no sound."));
            return;
        }

        Close(agent, clock.NowMs);
        reply!.IsDone = true;
    }

    private void Close(AgentSide agent, long now)
    {
        IsMaking = false;
        DueMs = Never;
        reply!.State = tools.State;
        agent.Remember(reply.State);

        // Who was not answered is neither left nor passed on by what the model had in mind.
        reply.Transfer = isReplaced ? null : tools.Transfer;
        reply.EndCall = reply.Transfer is null && ((tools.Ends && !isReplaced) || SpeechTools.IsLast(reply.Trigger));
        reply.Escalations.AddRange(tools.Escalations);
        Settle(agent, now);
        Decide(agent, now);
    }

    /// <summary>Whether people are told that a question is open: once the answer to it is over, or replaced, and the question is written down.</summary>
    private void Settle(AgentSide agent, long now)
    {
        if (isSettled || wordsPending || (IsMaking && !isReplaced))
            return;
        isSettled = true;
        var asked = speech.Gate.CallerWords;
        if (asked.Length == 0 || (!isReplaced && !tools.LeavesOpen(reply!.GeneratedText, asked)))
            return;

        tools.LeaveToPeople(asked);
        var escalation = new AgentEvent.Escalate(EscalationReason.LowConfidence, $"The agent could not answer: {asked}");
        if (agent.Current == reply)
        {
            AgentSide.OnOutput(reply!, escalation, now);
            reply!.State = tools.State;
        }
        else
        {
            // The reply was heard and written down before its question was.
            agent.Escalate(escalation.Reason, escalation.Summary);
            agent.Remember(tools.State);
        }

        Decide(agent, now);
    }

    // Given out anew whenever something was decided: an answer that is interrupted keeps what there is.
    private void Decide(AgentSide agent, long now)
    {
        if (agent.Current == reply && tools.Decision(use.Name, speech.Gate.Notes, isReplaced) is { } decision)
            AgentSide.OnOutput(reply!, new AgentEvent.Decided(decision), now);
        notes = speech.Gate.Notes.Count;
    }

    private void Extend(long now)
    {
        if (hasSound)
            DueMs = now + use.Deadlines.IdleMs;
    }

    private ProviderException Failure(ProviderErrorKind kind, string message) => new(use.Name, kind, message);
}
