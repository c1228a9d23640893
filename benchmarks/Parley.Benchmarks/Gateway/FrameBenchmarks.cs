using System.Buffers;
using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Parley.Conversation.Audio;
using Parley.Conversation.Pipeline;
using Parley.MediaGateway.Sessions;
using Parley.MediaGateway.Twilio;
using Parley.Tests.Common.Calls;
using Parley.Tests.Common.Time;

namespace Parley.Benchmarks.Gateway;

/// <summary>
/// The work of one frame of 20 ms on one thread: message, queue, listener, turn decision, and a message back while the agent speaks. Divide
/// 20 ms by it for the calls that one core carries, besides speech detection, recognition and synthesis.
/// </summary>
[InvocationCount(Frames, 16)]
public class FrameBenchmarks
{
    private const int Frames = 4096;
    private const int WarmUp = 256;

    private readonly byte[][] silence = MediaMessages.Constant(WarmUp + Frames, MuLaw.Silence);
    private readonly byte[][] speech = MediaMessages.Constant(WarmUp + Frames, MuLaw.Encode(5000));
    private readonly SingleThread thread = new();
    private readonly ServiceProvider provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Action step;
    private StandingClock clock = null!;
    private TwilioTransport transport = null!;
    private CallPipeline pipeline = null!;
    private Task<CallOutcome> running = null!;
    private byte[] message = [];
    private int next;
    private long sent;

    public FrameBenchmarks() => step = Step;

    [IterationSetup(Targets = [nameof(Idle), nameof(Caller_speaks)])]
    public void Listen() => Begin(agentSeconds: 1);

    [IterationSetup(Target = nameof(Agent_speaks))]
    public void Speak() => Begin(agentSeconds: (WarmUp + Frames) / 50 + 10);

    [Benchmark]
    public void Idle() => Hear(silence[next++]);

    [Benchmark]
    public void Caller_speaks() => Hear(speech[next++]);

    [Benchmark]
    public void Agent_speaks() => Hear(silence[next++]);

    [IterationCleanup(Target = nameof(Agent_speaks))]
    public void CheckSpoken()
    {
        // A frame out for each frame in: 160 bytes are 216 in base64.
        if (sent < (long)next * 216)
            throw new InvalidOperationException("The agent did not speak all the time.");
        End();
    }

    [IterationCleanup(Targets = [nameof(Idle), nameof(Caller_speaks)])]
    public void End()
    {
        thread.Run(() => _ = pipeline.EndAsync(CallEndReason.CallerHungUp).AsTask());
        if (!running.IsCompletedSuccessfully)
            throw new InvalidOperationException("The call did not end.");
        thread.Run(() => _ = pipeline.DisposeAsync().AsTask());
    }

    [GlobalCleanup]
    public void Cleanup() => provider.Dispose();

    private void Begin(int agentSeconds)
    {
        sent = 0;
        clock = new StandingClock();
        transport = new TwilioTransport(MediaMessages.StreamSid, () => { });
        thread.Run(() =>
        {
            pipeline = StubbedPipeline.Create(
                StubbedPipeline.Call(clock), transport, new EnduringVoice(agentSeconds), new LoudnessDetector(), new MemoryJournal(),
                provider.GetRequiredService<IMeterFactory>(), clock);
            running = pipeline.RunAsync();
        });
        for (next = 0; next < WarmUp;)
            Hear(silence[next++]);
    }

    private void Hear(byte[] arrived)
    {
        message = arrived;
        thread.Run(step);
        while (transport.Messages.TryRead(out var outbound))
        {
            sent += outbound.Length;
            ArrayPool<byte>.Shared.Return(outbound.Buffer);
        }
    }

    private void Step()
    {
        var read = StreamMessageReader.Read(message);
        clock.Now += TimeSpan.FromMilliseconds(20);
        pipeline.Hear(read.Audio!);
    }
}
