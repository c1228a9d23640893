namespace Parley.Conversation.Pipeline;

/// <summary>The deadlines of one call, on its clock (milliseconds). Belongs to the call's loop.</summary>
internal sealed class CallDeadlines(PipelineOptions options)
{
    // After the agent was told that time is up, it may finish its sentence.
    private const int OvertimeMs = 30_000;

    private const long Never = long.MaxValue;

    private long idleAtMs = Never;
    private long timeUpAtMs = Never;
    private long overtimeAtMs = Never;
    private long mediaLostAtMs = Never;
    private long holdPhraseAtMs = Never;
    private long replyLateAtMs = Never;
    private long endOverdueAtMs = Never;

    /// <summary>The next one; never in the past twice, since each is taken or moved when it is due.</summary>
    public long Next() => Math.Min(
        Math.Min(Math.Min(idleAtMs, timeUpAtMs), Math.Min(overtimeAtMs, mediaLostAtMs)),
        Math.Min(Math.Min(holdPhraseAtMs, replyLateAtMs), endOverdueAtMs));

    /// <summary>The media stream began.</summary>
    public void CallBegan()
    {
        timeUpAtMs = options.MaxCallSeconds * 1000L;
        overtimeAtMs = timeUpAtMs + OvertimeMs;
        mediaLostAtMs = options.MediaTimeoutMs;
    }

    /// <summary>The carrier sent something.</summary>
    public void MediaCame(long nowMs) => mediaLostAtMs = nowMs + options.MediaTimeoutMs;

    /// <summary>Nobody speaks from now on: the carrier has finished playing.</summary>
    public void IdleSince(long nowMs) => idleAtMs = nowMs + options.IdleMs;

    /// <summary>The reply broke off: whoever waits for the rest of it is spoken to soon.</summary>
    public void IdleAfterBrokenReply(long nowMs) => idleAtMs = nowMs + options.HoldPhraseAfterMs;

    /// <summary>A reply is wanted: the caller's turn is over.</summary>
    public void ReplyWanted(long nowMs)
    {
        idleAtMs = Never;
        holdPhraseAtMs = nowMs + options.HoldPhraseAfterMs;
        replyLateAtMs = nowMs + options.ReplyDeadlineMs;
    }

    /// <summary>An apology is wanted: after such a wait nobody is asked to wait again, and a voice that is dead is found out soon.</summary>
    public void ApologyWanted(long nowMs)
    {
        holdPhraseAtMs = Never;
        replyLateAtMs = nowMs + options.SynthesisStartMs;
    }

    /// <summary>The reply has sound; a holding phrase alone does not count as one.</summary>
    public void ReplyCame(bool isFiller)
    {
        holdPhraseAtMs = Never;
        if (!isFiller)
            replyLateAtMs = Never;
    }

    /// <summary>All there is of the reply was played, and the rest is not there: it may take as long as the first words.</summary>
    public void ReplyRanDry(long nowMs)
    {
        if (replyLateAtMs == Never)
            replyLateAtMs = nowMs + options.ReplyDeadlineMs;
    }

    /// <summary>The reply is over: nothing of it is waited for.</summary>
    public void ReplyOver() => holdPhraseAtMs = replyLateAtMs = Never;

    /// <summary>The call ends; only the caller's last words may still come.</summary>
    public void Ending(long nowMs)
    {
        idleAtMs = timeUpAtMs = overtimeAtMs = mediaLostAtMs = Never;
        ReplyCame(isFiller: false);
        endOverdueAtMs = nowMs + options.LastWordsDeadlineMs;
    }

    /// <summary>The caller should be asked again. A caller who is speaking is not idle.</summary>
    public bool IsIdle(long nowMs, bool callerActive)
    {
        if (callerActive && idleAtMs != Never)
            IdleSince(nowMs);
        return TakeDue(ref idleAtMs, nowMs);
    }

    /// <summary>Once a reply: the wait is long enough for a holding phrase.</summary>
    public bool TakeHoldPhraseDue(long nowMs) => TakeDue(ref holdPhraseAtMs, nowMs);

    /// <summary>The reply is given up.</summary>
    public bool IsReplyLate(long nowMs) => TakeDue(ref replyLateAtMs, nowMs);

    /// <summary>Once: the call is as long as it may be.</summary>
    public bool IsTimeUp(long nowMs) => TakeDue(ref timeUpAtMs, nowMs);

    /// <summary>The goodbye took too long.</summary>
    public bool IsOvertime(long nowMs) => TakeDue(ref overtimeAtMs, nowMs);

    /// <summary>The carrier is silent.</summary>
    public bool IsMediaLost(long nowMs) => TakeDue(ref mediaLostAtMs, nowMs);

    /// <summary>The caller's last words did not come in time.</summary>
    public bool IsEndOverdue(long nowMs) => TakeDue(ref endOverdueAtMs, nowMs);

    private static bool TakeDue(ref long deadline, long nowMs)
    {
        if (nowMs < deadline)
            return false;

        deadline = Never;
        return true;
    }
}
