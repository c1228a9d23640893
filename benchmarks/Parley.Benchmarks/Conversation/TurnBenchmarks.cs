using BenchmarkDotNet.Attributes;
using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Turns;

namespace Parley.Benchmarks.Conversation;

/// <summary>Whether the caller's turn is over, and whether the caller interrupts: after every frame, and when words are there.</summary>
public class TurnBenchmarks
{
    private const string Request = "I'd like to book a table for four people tomorrow at seven";

    private static readonly CallerActivity Speaking = new() { IsOpen = true, IsSpeaking = true, SpeechMs = 1500 };
    private static readonly CallerActivity Pausing = new() { IsOpen = true, SpeechMs = 1500, SilenceMs = 140 };
    private static readonly CallerActivity Silent = new() { IsOpen = true, SpeechMs = 1500, SilenceMs = 3000 };
    private static readonly AgentActivity Listening = new(false, 0, 0, "", ReplyExpectation.Anything);

    private static readonly AgentActivity Talking = new(true, 2000, 3000, "We are open from noon to ten.", ReplyExpectation.Anything);

    private readonly Host host = new();
    private readonly AdaptiveEndpointing endpointing = new(new EndpointingOptions());
    private readonly SpeechInterruption interruption = new();
    private readonly EndpointContext question = new(Request, ReplyExpectation.Anything);
    private readonly EndpointContext answer = new("no", new ReplyExpectation(ReplyKind.YesNo));
    private readonly InterruptionContext over =
        new("no wait", 500, false, ReplyExpectation.Anything, 2000, "We are open from noon to ten, Monday to Thursday.", 0.5);

    private TurnController turns = null!;
    private long now;

    [GlobalSetup]
    public void Setup()
    {
        turns = new TurnController(host, endpointing, interruption, new PipelineOptions(), patience: 1, sensitivity: 0.5);
        if (Decide_a_whole_turn() != 1 || Judge_an_interruption() != InterruptionVerdict.Yield)
            throw new InvalidOperationException("The turn must end, and the caller must have the floor.");
    }

    /// <summary>What follows every frame, fifty times: the agent is held, silenced, and the words are asked for.</summary>
    [Benchmark]
    public void Follow_a_second_of_speech_over_the_agent()
    {
        for (var ms = 20; ms <= 1000; ms += 20)
            turns.Advance(new CallerActivity { IsOpen = true, IsSpeaking = true, SpeechMs = ms }, Talking, now += 20);
        turns.Reset();
    }

    /// <summary>Speech, a pause, its text, the reply prepared, and the end.</summary>
    [Benchmark]
    public int Decide_a_whole_turn()
    {
        host.Ends = 0;
        turns.Advance(Speaking, Listening, now += 20);
        turns.Advance(Pausing, Listening, now += 140);
        turns.OnText(Request, host.LastRequest, Pausing, Listening, now += 20);
        turns.Advance(Silent, Listening, now += 2860);
        return host.Ends;
    }

    [Benchmark]
    public int Judge_a_request() => endpointing.Judge(question).SilenceMs;

    [Benchmark]
    public int Judge_a_short_answer() => endpointing.Judge(answer).SilenceMs;

    [Benchmark]
    public InterruptionVerdict Judge_an_interruption() => interruption.Judge(over);

    private sealed class Host : ITurnHost
    {
        public int LastRequest { get; private set; }

        public int Ends { get; set; }

        public void RequestText(int request) => LastRequest = request;

        public void EndTurn(string text, in CallerActivity activity, string rule) => Ends++;

        public void Speculate(string text)
        {
        }

        public void DropSpeculation()
        {
        }

        public void HoldAgent()
        {
        }

        public void CutAgent()
        {
        }

        public void ResumeAgent()
        {
        }

        public void YieldToCaller()
        {
        }

        public void Dismiss(string text, string why)
        {
        }
    }
}
