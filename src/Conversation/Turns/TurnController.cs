using Parley.Conversation.Pipeline;

namespace Parley.Conversation.Turns;

/// <summary>
/// Decides when the caller's turn is over and when the caller interrupts. A state machine without clock, threads or I/O: the call feeds it
/// what the caller and the agent do, it answers through <see cref="ITurnHost"/>.
/// <para>
/// End of turn: at a short pause the text so far is asked for; when it is there, the endpointing strategy says how long this pause must
/// last, and the reply is prepared meanwhile. Interruption: speech over the agent first holds its output (the carrier's buffer plays on, so
/// a cough is not heard as a gap); words, or speech longer than any backchannel, decide.
/// </para>
/// </summary>
internal sealed class TurnController(
    ITurnHost host, IEndpointingStrategy endpointing, IInterruptionStrategy interruption, PipelineOptions options, double patience, double sensitivity,
    EndpointingOptions? tuned = null, string language = "en")
{
    private enum Floor
    {
        /// <summary>The agent does not speak, or nobody disputes its turn.</summary>
        Free,

        /// <summary>Output is stopped, the buffer plays on.</summary>
        Held,

        /// <summary>The buffer was cleared; it may turn out to have been a noise.</summary>
        Cut,

        /// <summary>The caller has the floor.</summary>
        Callers,
    }

    private const int DismissClickAfterMs = 300;

    // Shorter speech without words is a cough or a door, longer is something the caller wants to be asked about.
    private const int ShortNoiseMs = 500;

    private Floor floor;
    private int lastRequest;
    private int pauseRequest = -1;  // the request for the current pause
    private long requestedAtMs;
    private int probedAtSpeechMs;
    private string? pauseText;      // its answer
    private EndpointVerdict verdict;
    private bool isHinted;          // the recogniser, too, takes the caller to be done

    /// <summary>Called after every frame and tick.</summary>
    public void Advance(in CallerActivity caller, in AgentActivity agent, long nowMs)
    {
        if (!caller.IsOpen)
            return;

        if (caller.IsSpeaking)
            OnSpeech(caller, agent, nowMs);
        else
            OnPause(caller, agent, nowMs);
    }

    /// <summary>A text came from the recogniser; <paramref name="request"/> is -1 for an interim one.</summary>
    public void OnText(string text, int request, in CallerActivity caller, in AgentActivity agent, long nowMs)
    {
        if (!caller.IsOpen)
            return;

        if (request >= 0 && request == pauseRequest)
        {
            pauseText = text;
            Consider(caller, agent, nowMs);
        }
        else if ((request < 0 || request == lastRequest) && floor is Floor.Held or Floor.Cut)
        {
            // Words while the caller still speaks: enough to interrupt, never enough to end a turn.
            if (Judge(text, caller, agent, paused: false) == InterruptionVerdict.Yield)
                TakeFloor();
        }
    }

    /// <summary>
    /// The recogniser takes the caller to be done: evidence about the pause that is there, and nothing while the caller is heard. No recogniser can know
    /// of a pause that has only begun, so that a hint at its beginning is about an earlier one.
    /// </summary>
    public void OnEndOfSpeech(in CallerActivity caller, in AgentActivity agent, long nowMs)
    {
        if (isHinted || !caller.IsOpen || caller.IsSpeaking || caller.SilenceMs < options.SpeculateAfterMs)
            return;

        isHinted = true;
        if (pauseText is null)
            return;
        verdict = Judge(agent, caller);
        Advance(caller, agent, nowMs);
    }

    /// <summary>The utterance is closed for a reason of the call's own (keys, end of call): start afresh.</summary>
    public void Reset()
    {
        floor = Floor.Free;
        pauseRequest = -1;
        pauseText = null;
        isHinted = false;
        probedAtSpeechMs = 0;
    }

    private void OnSpeech(in CallerActivity caller, in AgentActivity agent, long nowMs)
    {
        isHinted = false;
        if (pauseRequest >= 0)
        {
            pauseRequest = -1;
            if (pauseText is not null)
                host.DropSpeculation();
            pauseText = null;
        }

        if (!agent.IsActive || sensitivity <= 0)
            return;

        // Whoever speaks when the agent has hardly begun was not finished: there the agent stops at once.
        var interruptions = options.Interruption;
        var hasBegun = agent.HeardMs >= interruptions.StartMs;
        if (floor == Floor.Free && caller.SpeechMs >= Scale(hasBegun ? interruptions.HoldAfterMs : interruptions.CutAfterAtStartMs))
        {
            floor = Floor.Held;
            host.HoldAgent();
        }

        if (floor == Floor.Held && (!hasBegun || caller.SpeechMs >= Scale(interruptions.CutAfterMs)))
        {
            floor = Floor.Cut;
            host.CutAgent();
        }

        if (floor is Floor.Held or Floor.Cut && caller.SpeechMs >= probedAtSpeechMs + interruptions.ProbeEveryMs)
        {
            probedAtSpeechMs = caller.SpeechMs;
            Request(nowMs);
        }
    }

    private void OnPause(in CallerActivity caller, in AgentActivity agent, long nowMs)
    {
        if (caller.SpeechMs < options.MinSpeechMs)
        {
            if (caller.SilenceMs >= DismissClickAfterMs)
                Dismiss("", "click");
            return;
        }

        if (pauseRequest < 0)
        {
            if (caller.SilenceMs >= (floor == Floor.Held ? options.Interruption.DismissAfterMs : options.SpeculateAfterMs))
                pauseRequest = Request(nowMs);
        }
        else if (pauseText is null && nowMs - requestedAtMs >= options.FinalTextDeadlineMs)
        {
            // The recogniser is silent: go on without it.
            pauseText = "";
            Consider(caller, agent, nowMs);
        }
        else if (pauseText is not null)
        {
            Conclude(caller, agent);
        }
    }

    /// <summary>The text of this pause has just come.</summary>
    private void Consider(in CallerActivity caller, in AgentActivity agent, long nowMs)
    {
        verdict = Judge(agent, caller);
        if (pauseText!.Length > 0 && !IsDisputed(agent))
            host.Speculate(pauseText);
        Advance(caller, agent, nowMs);
    }

    private EndpointVerdict Judge(in AgentActivity agent, in CallerActivity caller) =>
        endpointing.Judge(new EndpointContext(pauseText!, agent.Expectation, patience, caller.SpeechMs, tuned, isHinted, language));

    private void Conclude(in CallerActivity caller, in AgentActivity agent)
    {
        var text = pauseText!;
        if (IsDisputed(agent))
        {
            if (Judge(text, caller, agent, paused: true) == InterruptionVerdict.Yield)
            {
                TakeFloor();
                host.Speculate(text);
            }
            else
            {
                if (caller.SilenceMs >= options.Interruption.DismissAfterMs)
                    Dismiss(text, text.Length == 0 ? "no words" : "backchannel");
                return;
            }
        }

        if (text.Length == 0 && caller.SpeechMs < ShortNoiseMs)
        {
            Dismiss(text, "no words");
            return;
        }

        if (caller.SilenceMs < verdict.SilenceMs || caller.IsStirring)
            return;

        var rule = verdict.Rule;
        Reset();
        host.EndTurn(text, caller, rule);
    }

    private bool IsDisputed(in AgentActivity agent) => floor != Floor.Callers && (floor != Floor.Free || agent.IsActive);

    private InterruptionVerdict Judge(string text, in CallerActivity caller, in AgentActivity agent, bool paused) =>
        interruption.Judge(new InterruptionContext(
            text, caller.SpeechMs, paused, agent.Expectation, agent.RemainingMs, agent.Text, sensitivity, language));

    private void TakeFloor()
    {
        floor = Floor.Callers;
        host.YieldToCaller();
    }

    private void Dismiss(string text, string why)
    {
        var wasStopped = floor is Floor.Held or Floor.Cut;
        Reset();
        host.Dismiss(text, why);
        if (wasStopped)
            host.ResumeAgent();
    }

    private int Request(long nowMs)
    {
        requestedAtMs = nowMs;
        host.RequestText(++lastRequest);
        return lastRequest;
    }

    // The neutral sensitivity of 0.5 keeps the configured times; 1 halves them, and values near 0 stretch them.
    private double Scale(int ms) => ms * (1.5 - Math.Clamp(sensitivity, 0, 1));
}
