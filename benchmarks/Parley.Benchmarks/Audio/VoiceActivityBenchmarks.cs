using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Microsoft.Extensions.Options;
using Parley.Conversation.Native;
using Parley.Conversation.Vad;
using Parley.Tests.Common.Speech;

namespace Parley.Benchmarks.Audio;

/// <summary>
/// One window of 32 ms, of a recorded caller or of silence, through the energy gate and through the whole detector with its network, against the
/// network alone in ONNX Runtime.
/// </summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class VoiceActivityBenchmarks
{
    private const int Window = SileroVad.WindowSamples;
    private const int Context = 32;

    private readonly short[] silence = new short[Window];
    private readonly float[] silentWindow = new float[Window];
    private readonly EnergyGate gate = new();
    private short[] speech = [];
    private float[] loudWindow = [];
    private float[] scaled = [];
    private SileroReference reference = null!;
    private IVoiceActivityDetector hearing = null!;
    private IVoiceActivityDetector idle = null!;
    private int at;

    [GlobalSetup]
    public void Setup()
    {
        // Only loud windows, so that the gate stays open and the network judges each.
        speech = [.. Repository.Recording("res-1").Chunk(Window).Where(w => w.Length == Window && w.Max() > 3000).SelectMany(w => w)];
        loudWindow = [.. speech.Take(Window).Select(s => s / 32768f)];
        scaled = [.. speech.Select(s => s / 32768f)];
        var assets = new SpeechAssets(Options.Create(new SpeechOptions()));
        var factory = new SileroVadFactory(assets);
        reference = new SileroReference(assets);
        hearing = factory.Create();
        idle = factory.Create();
        var highest = 0f;
        for (var i = 0; i < speech.Length / Window; i++)
            highest = Math.Max(highest, Silero_speech());
        var highestOfReference = 0f;
        for (var i = 0; i < speech.Length / Window; i++)
            highestOfReference = Math.Max(highestOfReference, Silero_speech_in_ONNX_Runtime());
        if (highest < 0.5f || highestOfReference < 0.5f || Silero_silence() != 0)
            throw new InvalidOperationException("The speech must be speech and the silence silence.");
    }

    [Benchmark, BenchmarkCategory("Gate")]
    public bool Energy_gate_silence() => gate.IsOpen(silentWindow);

    [Benchmark, BenchmarkCategory("Gate")]
    public bool Energy_gate_speech() => gate.IsOpen(loudWindow);

    [Benchmark, BenchmarkCategory("Silence")]
    public float Silero_silence() => idle.Process(silence);

    [Benchmark, BenchmarkCategory("Speech")]
    public float Silero_speech()
    {
        at = (at + Window) % speech.Length;
        return hearing.Process(speech.AsSpan(at, Window));
    }

    [Benchmark(Baseline = true), BenchmarkCategory("Speech")]
    public float Silero_speech_in_ONNX_Runtime()
    {
        at = (at + Window) % speech.Length;
        return reference.Run(scaled.AsSpan(Math.Max(0, at - Context), Context + Window));
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        hearing.Dispose();
        idle.Dispose();
        reference.Dispose();
    }
}
