using System.Globalization;
using BenchmarkDotNet.Attributes;
using Parley.Conversation.Audio;

namespace Parley.Benchmarks.Audio;

/// <summary>20 ms of audio at every ratio in use, against a straight line between samples, which aliases.</summary>
public class ResamplerBenchmarks
{
    private short[] input = [];
    private short[] output = [];
    private Resampler resampler = null!;

    /// <summary>Recognisers take 16 kHz; voices come at 16, 22.05, 24 and 48 kHz.</summary>
    public static IEnumerable<RatePair> Pairs =>
        [new(8000, 16_000), new(16_000, 8000), new(22_050, 8000), new(24_000, 8000), new(48_000, 8000)];

    [ParamsSource(nameof(Pairs))]
    public RatePair Rates { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        resampler = new Resampler(Rates.From, Rates.To);
        input = new short[Rates.From / 50];
        for (var i = 0; i < input.Length; i++)
            input[i] = (short)(8000 * Math.Sin(2 * Math.PI * 440 * i / Rates.From));
        output = new short[resampler.MaxOutput(input.Length)];
    }

    [Benchmark]
    public int Resample() => resampler.Process(input, output);

    [Benchmark(Baseline = true)]
    public int Interpolate()
    {
        var step = (float)Rates.From / Rates.To;
        var count = (int)((input.Length - 1) / step);
        for (var i = 0; i < count; i++)
        {
            var at = i * step;
            var left = (int)at;
            output[i] = (short)(input[left] + ((at - left) * (input[left + 1] - input[left])));
        }

        return count;
    }

    public readonly record struct RatePair(int From, int To)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From} to {To}");
    }
}
