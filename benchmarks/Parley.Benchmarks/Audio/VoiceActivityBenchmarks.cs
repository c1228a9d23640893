using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Options;
using Parley.Conversation.Native;
using Parley.Conversation.Vad;

namespace Parley.Benchmarks.Audio;

/// <summary>One window of 32 ms, of a recorded caller or of silence, through the energy gate and through the whole detector with its network.</summary>
public class VoiceActivityBenchmarks
{
    private const int Window = SileroVad.WindowSamples;

    private readonly short[] silence = new short[Window];
    private readonly float[] silentWindow = new float[Window];
    private readonly EnergyGate gate = new();
    private short[] speech = [];
    private float[] loudWindow = [];
    private SileroVadFactory factory = null!;
    private IVoiceActivityDetector hearing = null!;
    private IVoiceActivityDetector idle = null!;
    private int at;

    [GlobalSetup]
    public void Setup()
    {
        // Only loud windows, so that the gate stays open and the network judges each.
        speech = [.. Repository.Recording("res-1").Chunk(Window).Where(w => w.Length == Window && w.Max() > 3000).SelectMany(w => w)];
        loudWindow = [.. speech.Take(Window).Select(s => s / 32768f)];
        factory = new SileroVadFactory(new SpeechAssets(Options.Create(new SpeechOptions())));
        hearing = factory.Create();
        idle = factory.Create();
        var highest = 0f;
        for (var i = 0; i < speech.Length / Window; i++)
            highest = Math.Max(highest, Silero_speech());
        if (highest < 0.5f || Silero_silence() != 0)
            throw new InvalidOperationException("The speech must be speech and the silence silence.");
    }

    [Benchmark]
    public bool Energy_gate_silence() => gate.IsOpen(silentWindow);

    [Benchmark]
    public bool Energy_gate_speech() => gate.IsOpen(loudWindow);

    [Benchmark]
    public float Silero_silence() => idle.Process(silence);

    [Benchmark]
    public float Silero_speech()
    {
        at = (at + Window) % speech.Length;
        return hearing.Process(speech.AsSpan(at, Window));
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        hearing.Dispose();
        idle.Dispose();
        factory.Dispose();
    }
}
