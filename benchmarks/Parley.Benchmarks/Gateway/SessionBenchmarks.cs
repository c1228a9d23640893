using BenchmarkDotNet.Attributes;
using Parley.Conversation.Audio;

namespace Parley.Benchmarks.Gateway;

/// <summary>
/// One frame of 20 ms through a session as it runs in the server: socket, read pump, loop, and write pump while the agent speaks. The times are
/// those from one end to the other and mostly the change of thread, which depends on what else the machine does (<see cref="FrameBenchmarks"/>
/// has the work alone); allocations are those of all threads.
/// </summary>
[InvocationCount(Frames, 16), BenchmarkCategory(Category)]
public class SessionBenchmarks
{
    /// <summary>Marks benchmarks in which several threads take part.</summary>
    public const string Category = "Threads";

    private const int Frames = 4096;
    private const int WarmUp = 256;

    private readonly byte[][] silence = MediaMessages.Constant(WarmUp + Frames, MuLaw.Silence);
    private readonly byte[][] speech = MediaMessages.Constant(WarmUp + Frames, MuLaw.Encode(5000));
    private StubbedCall call = null!;
    private int next;

    [IterationSetup(Targets = [nameof(Idle), nameof(Caller_speaks)])]
    public void Listen() => Begin(agentSeconds: 1);

    [IterationSetup(Target = nameof(Agent_speaks))]
    public void Speak() => Begin(agentSeconds: (WarmUp + Frames) / 50 + 10);

    [Benchmark]
    public void Idle() => call.Hear(silence[next++]);

    [Benchmark]
    public void Caller_speaks() => call.Hear(speech[next++]);

    [Benchmark]
    public void Agent_speaks() => call.Hear(silence[next++]);

    [IterationCleanup]
    public void End() => call.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private void Begin(int agentSeconds)
    {
        call = new StubbedCall(agentSeconds);
        for (next = 0; next < WarmUp;)
            call.Hear(silence[next++]);
    }
}
