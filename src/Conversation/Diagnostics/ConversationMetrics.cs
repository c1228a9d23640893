using System.Diagnostics.Metrics;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;

namespace Parley.Conversation.Diagnostics;

/// <summary>Counters and histograms of the voice loop; meter <c>Parley.Conversation</c>. Times are milliseconds.</summary>
public sealed class ConversationMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Parley.Conversation";

    /// <summary>Name of the histogram of <see cref="AudioFrame.ReceivedAt"/> to the recogniser.</summary>
    public const string FrameDelayName = "parley.audio.frame_delay";

    /// <summary>Name of the counter of frames that were dropped.</summary>
    public const string DroppedFramesName = "parley.audio.dropped";

    private readonly Counter<long> calls;
    private readonly Histogram<double> callDuration;
    private readonly Counter<long> interruptions;
    private readonly Counter<long> speculations;
    private readonly Counter<long> droppedFrames;
    private readonly Histogram<double> frameDelay;
    private readonly Histogram<double> endOfTurn;
    private readonly Histogram<double> finalText;
    private readonly Histogram<double> firstText;
    private readonly Histogram<double> firstAudio;
    private readonly Histogram<double> firstFrame;
    private readonly Histogram<double> response;

    /// <summary>Creates the instruments.</summary>
    public ConversationMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(MeterName);
        calls = meter.CreateCounter<long>("parley.calls.ended", "{call}", "Calls ended, by reason.");
        callDuration = meter.CreateHistogram<double>("parley.calls.duration", "ms", "Length of calls, by reason.");
        interruptions = meter.CreateCounter<long>("parley.turns.interrupted", "{turn}", "Agent turns that the caller cut short.");
        speculations = meter.CreateCounter<long>("parley.turns.speculations", "{reply}", "Replies prepared early, by whether they were used.");
        droppedFrames = meter.CreateCounter<long>(DroppedFramesName, "{frame}", "Inbound frames dropped because a call did not keep up.");
        frameDelay = meter.CreateHistogram<double>(FrameDelayName, "ms", "Frame read from the carrier to frame given to the recogniser.");
        endOfTurn = meter.CreateHistogram<double>("parley.turn.end_of_turn", "ms", "Last speech to end of turn declared, by rule.");
        finalText = meter.CreateHistogram<double>("parley.turn.final_text", "ms", "Last speech to final text.");
        firstText = meter.CreateHistogram<double>("parley.turn.first_text", "ms", "Last speech to the agent's first words.");
        firstAudio = meter.CreateHistogram<double>("parley.turn.first_audio", "ms", "Last speech to the first synthesised audio.");
        firstFrame = meter.CreateHistogram<double>("parley.turn.first_frame", "ms", "End of turn declared to the first frame sent.");
        response = meter.CreateHistogram<double>("parley.turn.response", "ms", "Last speech to the first frame sent.");
    }

    internal void CallEnded(CallEndReason reason, long durationMs)
    {
        var tag = new KeyValuePair<string, object?>("reason", reason.ToString());
        calls.Add(1, tag);
        callDuration.Record(durationMs, tag);
    }

    internal void Interrupted() => interruptions.Add(1);

    internal void Speculated(bool used) => speculations.Add(1, new KeyValuePair<string, object?>("used", used));

    internal void FrameHeard(AudioFrame frame, TimeProvider clock)
    {
        if (frameDelay.Enabled && frame.ReceivedAt != 0)
            frameDelay.Record(clock.GetElapsedTime(frame.ReceivedAt).TotalMilliseconds);
    }

    internal void FrameDropped() => droppedFrames.Add(1);

    internal void TurnEnded(long delayMs, string rule) => endOfTurn.Record(delayMs, new KeyValuePair<string, object?>("rule", rule));

    internal void Replied(TurnTimes times)
    {
        if (times.EndOfTurnMs is { } end && times.FirstFrameSentMs is { } sent)
            firstFrame.Record(sent - end);
        if (times.SpeechEndMs is not { } speechEnd)
            return;

        Record(finalText, times.FinalTextMs);
        Record(firstText, times.FirstAgentTextMs);
        Record(firstAudio, times.FirstAudioMs);
        Record(response, times.FirstFrameSentMs);

        void Record(Histogram<double> histogram, int? at)
        {
            if (at is { } ms)
                histogram.Record(ms - speechEnd);
        }
    }
}
