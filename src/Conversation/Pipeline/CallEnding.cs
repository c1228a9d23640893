using Microsoft.Extensions.Logging;
using Parley.Conversation.Agents;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Playout;
using Parley.Conversation.Providers;
using Parley.Conversation.Stores;

namespace Parley.Conversation.Pipeline;

/// <summary>
/// A call's one end: the line is closed, a caller's last words are waited for and answered silently, because they count although nobody hears the
/// answer, and then it is written down how the call ended. Belongs to the call's loop; never waits.
/// </summary>
internal sealed class CallEnding(
    CallContext call, ICallTransport transport, CallServices services, CallerSide caller, AgentSide agent, SpeechSide? speech, FailureDesk desk,
    CallDeadlines deadlines, CallMeter meter, CallClock clock, ILogger log) : IDisposable
{
    private CallEndReason? reason;
    private string? transferTo;
    private string? transferSummary;
    private bool lastWordsAwaited;
    private Reply? lastReply;   // made only for what the caller's last words tell, not to be spoken

    /// <summary>Nothing is said or heard any more, but for the caller's last words.</summary>
    public bool HasBegun => reason is not null;

    /// <summary>The call has ended and everything was written down.</summary>
    public bool IsOver { get; private set; }

    /// <summary>How it ended.</summary>
    public CallOutcome Outcome => new(reason ?? CallEndReason.AgentFailed, transferTo, transferSummary);

    /// <summary>Ends the call, unless it ends already.</summary>
    /// <param name="why">The reason.</param>
    /// <param name="to">The number it is transferred to.</param>
    /// <param name="summary">What is told there.</param>
    public void Begin(CallEndReason why, string? to = null, string? summary = null)
    {
        if (HasBegun)
            return;

        var now = clock.NowMs;
        (reason, transferTo, transferSummary) = (why, to, summary);
        if (speech is { IsLive: true })
        {
            speech.Leave(null);
            if (caller.HasSpeech(now))
                caller.Release();
        }

        transport.Close();
        deadlines.Ending(now);

        // What was prepared for the caller's last words is made anew from all of them.
        agent.DropPrepared();
        if (agent.Current is { } reply)
            agent.Finish(reply, interrupted: true, now);
        lastWordsAwaited = caller.HasSpeech(now);
        if (lastWordsAwaited)
            caller.RequestText(CallerSide.LastRequest);
        else
            Complete();
    }

    /// <summary>Ends the call without further ado, after a fault.</summary>
    public void Abort(CallEndReason why)
    {
        reason ??= why;
        transport.Close();
        Complete();
    }

    /// <summary>What follows from time passing once it has begun.</summary>
    public void Advance(long now)
    {
        if (lastReply?.State is not null || deadlines.IsEndOverdue(now))
            Complete();
    }

    /// <summary>The last words of a caller who hung up.</summary>
    public void OnLastWords(string text, long now)
    {
        if (!lastWordsAwaited)
            return;

        lastWordsAwaited = false;
        var joined = agent.Joined(text);
        if (joined.Length == 0)
        {
            Complete();
            return;
        }

        agent.OpenTurn(new CallerTurn(joined, "speech", caller.Times(now)));
        if (desk.IsOpen)
        {
            Complete(desk.With(joined));
            return;
        }

        lastReply = agent.MakeSilently(new AgentTrigger.CallerSaid(joined));
    }

    /// <summary>A reply is made, or cannot be.</summary>
    public void OnReplyDone(Reply reply)
    {
        if (reply == lastReply)
            Complete();
    }

    /// <inheritdoc/>
    public void Dispose() => lastReply?.Dispose();

    private void Complete(AgentState? last = null)
    {
        if (IsOver)
            return;

        IsOver = true;
        if (desk.IsOpen && agent.Joined("") is { Length: > 0 } unfinished)
            last = desk.With(unfinished);
        agent.Close(last ?? lastReply?.State);
        if (lastReply is not null)
            agent.Escalate(lastReply);
        services.Metrics.CallEnded(call.Tenant, reason!.Value, clock.NowMs);
        ConversationLog.CallEnded(log, reason.Value, clock.NowMs);
        services.Journal.Write(new CallEnded
        {
            CallId = call.CallId,
            StreamId = call.StreamId,
            Reason = reason.Value,
            EndedAt = clock.UtcNow,
            TransferTo = transferTo,
            TransferSummary = transferSummary,
            SpeculationsUsed = agent.Used,
            SpeculationsWasted = agent.Wasted,
            Usage = meter.Totals,
        });
    }
}
