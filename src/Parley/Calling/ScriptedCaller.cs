namespace Parley.Calling;

/// <summary>
/// Plays a script: knows from the played audio alone when the agent speaks, and takes each step when its time has come. Pure: its only
/// clock is the one it is told.
/// </summary>
public sealed class ScriptedCaller : ICaller
{
    /// <summary>The agent is done when it has spoken and nothing of it was left to play for this long, in milliseconds.</summary>
    public const int AgentDoneMs = 400;

    /// <summary>Between two keys, in milliseconds.</summary>
    public const int KeyGapMs = 200;

    // Audio that plays on but is silent for this long counts as a pause of the agent.
    private const int SilentPlaybackMs = 2_000;

    // With nothing left to say, the caller waits so long for the agent to end the call.
    private const int GoodbyeMs = 6_000;

    private readonly CallScript script;
    private readonly List<SpokenStep> spoken = [];
    private int next;
    private int position;
    private int key;
    private bool active;
    private long stepMs;
    private long? agentSinceMs;
    private long agentSoundMs;
    private long agentPlayingMs;
    private long lastActivityMs;

    /// <summary>A caller for one call.</summary>
    public ScriptedCaller(CallScript script)
    {
        ArgumentNullException.ThrowIfNull(script);
        this.script = script;
    }

    /// <summary>Raised when a step begins, with its index.</summary>
    public event Action<SpokenStep>? StepStarted;

    /// <summary>The steps taken so far.</summary>
    public IReadOnlyList<SpokenStep> Spoken => spoken;

    /// <summary>The first step that was not taken; null when all were.</summary>
    public CallStep? Unspoken => script.Steps.Skip(next).FirstOrDefault(s => !s.Optional && !s.HangUp);

    /// <summary>The agent stayed silent for so long that the caller hung up.</summary>
    public bool GaveUp { get; private set; }

    /// <inheritdoc/>
    public CallerAction Next(long nowMs, ReadOnlySpan<byte> heard, bool playing, Span<byte> frame)
    {
        Listen(nowMs, heard, playing);
        if (next >= script.Steps.Count)
        {
            var over = agentSinceMs is not null && nowMs - lastActivityMs >= GoodbyeMs;
            return new CallerAction(HangUp: over || Ignored(nowMs));
        }

        var step = script.Steps[next];
        if (!active)
        {
            if (!IsDue(step, nowMs))
                return new CallerAction(HangUp: Ignored(nowMs));
            Begin(step, nowMs);
        }

        return step switch
        {
            { Say: { } utterance } => Speak(utterance, nowMs, frame),
            { Press: { } keys } => Press(keys, nowMs),
            { WaitMs: { } wait } => Wait(wait, nowMs),
            _ => HangUp(nowMs),
        };
    }

    private void Listen(long nowMs, ReadOnlySpan<byte> heard, bool playing)
    {
        if (playing && SpeechLevel.IsSound(heard))
        {
            agentSinceMs ??= nowMs;
            agentSoundMs = lastActivityMs = nowMs;
        }

        if (playing && nowMs - agentSoundMs < SilentPlaybackMs)
            agentPlayingMs = nowMs;
    }

    private bool IsDue(CallStep step, long nowMs) => step.Trigger switch
    {
        StepTrigger.Now => nowMs - stepMs >= step.AfterMs,
        StepTrigger.Interrupt => agentSinceMs is { } since && nowMs - since >= step.AfterMs,
        _ => agentSinceMs is not null && nowMs - agentPlayingMs >= AgentDoneMs + step.AfterMs,
    };

    // Only a caller who waits for the agent can be ignored by it.
    private bool Ignored(long nowMs) => GaveUp = nowMs - lastActivityMs >= script.MaxSilenceMs;

    private void Begin(CallStep step, long nowMs)
    {
        active = true;
        position = key = 0;
        stepMs = lastActivityMs = nowMs;
        var begun = new SpokenStep
        {
            Step = step,
            StartMs = nowMs,
            // Speech over the agent's is an interruption; the agent may have finished earlier than the script thought.
            Interrupting = agentSinceMs is not null && nowMs - agentPlayingMs < AgentDoneMs,
        };
        spoken.Add(begun);
        StepStarted?.Invoke(begun);
    }

    private CallerAction Speak(Utterance utterance, long nowMs, Span<byte> frame)
    {
        utterance.Frame(position).CopyTo(frame);
        if (position == utterance.LastSoundFrame)
            Finish(nowMs);
        if (++position == utterance.Frames)
            Advance(nowMs);
        lastActivityMs = nowMs;
        return default;
    }

    private CallerAction Press(string keys, long nowMs)
    {
        if (nowMs - stepMs < key * KeyGapMs)
            return default;

        var pressed = keys[key++];
        lastActivityMs = nowMs;
        if (key == keys.Length)
        {
            Finish(nowMs);
            Advance(nowMs);
        }

        return new CallerAction(Key: pressed);
    }

    private CallerAction Wait(int wait, long nowMs)
    {
        lastActivityMs = nowMs;
        if (nowMs - stepMs >= wait)
            Advance(nowMs);
        return default;
    }

    private CallerAction HangUp(long nowMs)
    {
        Advance(nowMs);
        return new CallerAction(HangUp: true);
    }

    // From here on the agent's sound is its answer.
    private void Finish(long nowMs)
    {
        spoken[^1].EndMs = nowMs;
        agentSinceMs = null;
    }

    private void Advance(long nowMs)
    {
        active = false;
        next++;
        stepMs = nowMs;
    }
}

/// <summary>A step as it was taken; times are milliseconds since the stream started.</summary>
public sealed record SpokenStep
{
    /// <summary>The step.</summary>
    public required CallStep Step { get; init; }

    /// <summary>When it began.</summary>
    public required long StartMs { get; init; }

    /// <summary>When the last sound, or key, was sent; null until then, and for waits.</summary>
    public long? EndMs { get; set; }

    /// <summary>It began while the agent was speaking.</summary>
    public bool Interrupting { get; init; }
}
