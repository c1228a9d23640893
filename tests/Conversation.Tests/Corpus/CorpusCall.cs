using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Agents;
using Parley.Conversation.Audio;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Providers;
using Parley.Conversation.Tests.Agents;
using Parley.Conversation.Turns;
using Parley.Conversation.Vad;
using Parley.Tests.Common.Calls;
using Parley.Tests.Common.Time;

namespace Parley.Conversation.Tests.Corpus;

/// <summary>A turn that was declared over. Times are milliseconds from the recording's start.</summary>
internal sealed record DeclaredTurn(int AtMs, string Text, string Rule);

/// <summary>
/// Plays one recording to the caller's side of a call, frame by frame on a virtual clock, while the agent is silent and waits. What is heard
/// is real: listener, Silero, Moonshine, turn controller.
/// </summary>
internal sealed class CorpusCall : ITurnHost, IAsyncDisposable
{
    private const int FrameSamples = 160;
    private const int FrameMs = 20;
    private const int LeadMs = 300;
    private const int TailMs = 2500;

    private readonly CallerSide caller;
    private readonly AgentActivity agent;
    private readonly TimedRecogniser recogniser;
    private readonly List<DeclaredTurn> turns = [];
    private long nowMs;

    private CorpusCall(TurnRecording recording, TimedRecogniser recogniser, IVoiceActivityDetectorFactory vad, IEndpointingStrategy strategy)
    {
        this.recogniser = recogniser;
        agent = new AgentActivity(IsActive: false, HeardMs: 0, RemainingMs: 0, Text: "", recording.Expectation);
        var clock = new ManualClock();
        var services = new CallServices(
            new ScriptedAgent(clock), recogniser, new ScriptedVoice(clock), vad, strategy, new SpeechInterruption(),
            new MemoryJournal(), new ConversationMetrics(new NoMeters()), clock, NullLoggerFactory.Instance);
        caller = new CallerSide(SampleTenants.Restaurant, services, new PipelineOptions(), new CallMeter(), this, _ => { });
    }

    /// <summary>The turns that were declared in the recording, in order.</summary>
    public static async Task<List<DeclaredTurn>> PlayAsync(
        TurnRecording recording, short[] samples, TimedRecogniser recogniser, IVoiceActivityDetectorFactory vad, IEndpointingStrategy strategy)
    {
        await using var call = new CorpusCall(recording, recogniser, vad, strategy);
        recogniser.Pending = null;
        call.Play(Line(samples, recording.LineNoiseDbfs));
        return call.turns;
    }

    public ValueTask DisposeAsync() => caller.DisposeAsync();

    void ITurnHost.RequestText(int request)
    {
        recogniser.NowMs = nowMs;
        caller.RequestText(request);
    }

    void ITurnHost.EndTurn(string text, in CallerActivity activity, string rule)
    {
        turns.Add(new DeclaredTurn((int)nowMs - LeadMs, text, rule));
        caller.Close();
    }

    void ITurnHost.Dismiss(string text, string why) => caller.Close();

    // The agent is silent, and nobody prepares its replies.
    void ITurnHost.Speculate(string text)
    {
    }

    void ITurnHost.DropSpeculation()
    {
    }

    void ITurnHost.HoldAgent()
    {
    }

    void ITurnHost.CutAgent()
    {
    }

    void ITurnHost.ResumeAgent()
    {
    }

    void ITurnHost.YieldToCaller()
    {
    }

    /// <summary>The recording as the line carries it: noise goes on before and after the speech, in whole frames.</summary>
    private static byte[] Line(short[] samples, double? noiseDbfs)
    {
        var frames = (samples.Length + ((LeadMs + TailMs) * 8) + FrameSamples - 1) / FrameSamples;
        var line = noiseDbfs is { } level ? Native.TestSpeech.Noise(frames * FrameSamples, level) : new short[frames * FrameSamples];
        samples.CopyTo(line, LeadMs * 8);
        var bytes = new byte[line.Length];
        MuLaw.Encode(line, bytes);
        return bytes;
    }

    private void Play(byte[] line)
    {
        for (var offset = 0; offset < line.Length; offset += FrameSamples)
        {
            var frameAtMs = (offset / 8) + FrameMs;
            DeliverUpTo(frameAtMs);
            nowMs = frameAtMs;
            using var frame = AudioFrame.Copy(AudioFormat.Telephone, line.AsSpan(offset, FrameSamples));
            frame.TimestampMs = offset / 8;
            caller.Hear(frame, echoFloor: 0, nowMs);
            caller.Advance(agent, nowMs);
        }
    }

    private void DeliverUpTo(long untilMs)
    {
        while (recogniser.Pending is { } answer && answer.DueMs < untilMs)
        {
            recogniser.Pending = null;
            nowMs = answer.DueMs;
            caller.OnText(answer.Text, answer.Request, endOfSpeech: false, agent, nowMs);
        }
    }

    private sealed class NoMeters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
