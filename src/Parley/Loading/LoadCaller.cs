namespace Parley.Loading;

/// <summary>
/// What one caller says and hears. Told of every frame it is to send and of everything that comes; measures the server by it. Knows no socket
/// and no clock: timestamps are given to it. Not thread safe.
/// </summary>
internal sealed class LoadCaller
{
    /// <summary>From the start of one utterance to the start of the next.</summary>
    public const int CycleMinMs = 10_000;

    /// <summary>See <see cref="CycleMinMs"/>.</summary>
    public const int CycleMaxMs = 12_000;

    /// <summary>An utterance without a reply for so long counts as unanswered.</summary>
    public const int UnansweredMs = 15_000;

    /// <summary>The agent is done when nothing of it was left to play for so long.</summary>
    public const int AgentDoneMs = 600;

    // A caller who said nothing yet gives the agent time to begin its greeting.
    private const int GreetingMs = 1_000;

    // A longer silence is not a gap in a reply, but the end of it.
    private const int LongestGapMs = 2_000;
    private const int GapMs = 40;

    private readonly LoadScript script;
    private readonly LoadMeter meter;
    private readonly LoadTiming timing;
    private readonly Random random;
    private LoadStep? speaking;
    private int next;
    private int offset;            // frames since the utterance began
    private long nextStart = -1;   // earliest frame at which the next utterance may begin
    private long agentSince = -1;  // frame at which the agent began to speak
    private long dryAt = -1;       // timestamp at which the agent's audio ran out
    private long firstSoundAt;
    private long lastSoundAt;
    private long decisiveAt;
    private long bargeDecisiveAt;
    private long cutAt;
    private bool interrupting;
    private bool awaiting;

    public LoadCaller(LoadScript script, LoadMeter meter, LoadTiming timing, int seed)
    {
        (this.script, this.meter, this.timing) = (script, meter, timing);
        random = new Random(seed);
        next = script.Steps.Count == 0 ? 0 : seed % script.Steps.Count;
    }

    /// <summary>
    /// The frame to send now, as base64. <paramref name="dry"/>: there is nothing of the agent to play any more. Then call <see cref="Sent"/>.
    /// </summary>
    public byte[] Next(long frame, bool dry, long now)
    {
        if (!dry)
            dryAt = -1;
        else if (dryAt < 0)
            dryAt = now;

        if (nextStart < 0)
            nextStart = frame + (random.Next(GreetingMs, GreetingMs + CycleMaxMs) / 20);
        if (awaiting && lastSoundAt != 0 && meter.Ms(lastSoundAt, now) >= UnansweredMs)
        {
            meter.Current.CountUnanswered();
            awaiting = false;
            speaking = null;
        }

        if (!awaiting && script.Steps.Count > 0 && frame % SpeechProfile.Alignment == 0 && IsDue(frame, now))
            Begin(frame);
        return speaking is not null && offset < speaking.Frames.Length ? speaking.Frames[offset] : LoadScript.SilentFrame(frame);
    }

    /// <summary>The frame that <see cref="Next"/> gave has been sent.</summary>
    public void Sent(long now)
    {
        if (speaking is null)
            return;

        if (offset == speaking.FirstSoundFrame)
            firstSoundAt = now;
        if (offset == speaking.LastSoundFrame)
            lastSoundAt = now;
        if (timing.EndOfTurnMs is { } silence && offset == (speaking.Profile?.FrameWithSilence(silence) ?? speaking.LastSoundFrame + (silence / 20)))
            decisiveAt = now;
        if (interrupting && timing.BargeInMs is { } speech && speaking.Profile?.FrameWithSpeech(speech) == offset)
            bargeDecisiveAt = now;
        offset++;
    }

    /// <summary>Audio of the agent came; call it before the audio is queued.</summary>
    public void OnMedia(int bytes, long frame, long now)
    {
        var stats = meter.Current;
        stats.CountReceived(bytes / 160);
        if (awaiting && lastSoundAt != 0 && (!interrupting || cutAt != 0 || dryAt >= 0))
        {
            Answered(stats, now);
            agentSince = frame;
            return;
        }

        if (awaiting && interrupting && cutAt != 0)
            stats.CountStale(bytes / 160);
        if (agentSince < 0)
            agentSince = frame;
        else if (!awaiting)
            CheckGap(stats, now);
    }

    /// <summary>The server emptied the playback.</summary>
    public void OnClear(long now)
    {
        dryAt = now;
        if (!interrupting || cutAt != 0)
            return;

        cutAt = now;
        var stats = meter.Current;
        stats.Reaction.RecordMicroseconds(Microseconds(firstSoundAt, now));
        if (bargeDecisiveAt != 0)
            stats.ReactionAdded.RecordMicroseconds(Microseconds(bargeDecisiveAt, now));
    }

    private bool IsDue(long frame, long now)
    {
        var step = script.Steps[next];
        if (step.InterruptAfterMs is { } after && agentSince >= 0 && dryAt < 0 && (frame - agentSince) * 20 >= after)
            return true;

        return frame >= nextStart && dryAt >= 0 && meter.Ms(dryAt, now) >= AgentDoneMs;
    }

    private void Begin(long frame)
    {
        speaking = script.Steps[next];
        next = (next + 1) % script.Steps.Count;
        offset = 0;
        firstSoundAt = lastSoundAt = decisiveAt = bargeDecisiveAt = cutAt = 0;
        awaiting = true;
        agentSince = -1;
        interrupting = speaking.InterruptAfterMs is not null && dryAt < 0;
        if (interrupting)
            meter.Current.CountInterruption();
        nextStart = frame + (random.Next(CycleMinMs, CycleMaxMs) / 20);
    }

    private void Answered(LoadStats stats, long now)
    {
        stats.CountTurn();
        if (interrupting && cutAt == 0)
            stats.CountIgnoredInterruption();
        stats.Reply.RecordMicroseconds(Microseconds(lastSoundAt, now));
        if (decisiveAt != 0)
            stats.Added.RecordMicroseconds(Microseconds(decisiveAt, now));
        else if (timing.EndOfTurnMs is not null)
            stats.CountEarly();
        awaiting = interrupting = false;
        speaking = null;
        dryAt = -1;
    }

    private void CheckGap(LoadStats stats, long now)
    {
        if (dryAt < 0 || meter.Ms(dryAt, now) is var gap && gap > LongestGapMs)
            return;

        stats.CountLate();
        if (gap > GapMs)
            stats.CountGap();
    }

    private long Microseconds(long from, long to) => (long)((to - from) * 1_000_000.0 / meter.Time.TimestampFrequency);
}
