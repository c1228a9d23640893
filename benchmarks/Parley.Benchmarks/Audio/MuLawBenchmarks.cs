using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Parley.Conversation.Audio;

namespace Parley.Benchmarks.Audio;

/// <summary>A frame of 20 ms through G.711, by table, against the arithmetic of the recommendation.</summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class MuLawBenchmarks
{
    private const int Bias = 132;
    private const int Clip = 32635;

    private readonly short[] samples = Repository.Recording("res-1")[4000..4160];
    private readonly byte[] codes = new byte[160];
    private readonly short[] decoded = new short[160];
    private readonly byte[] encoded = new byte[160];

    [GlobalSetup]
    public void Setup()
    {
        MuLaw.Encode(samples, codes);
        MuLaw.Decode(codes, decoded);
        var byTable = decoded.ToArray();
        Decode_by_arithmetic();
        Encode_by_arithmetic();
        if (!decoded.AsSpan().SequenceEqual(byTable) || !encoded.AsSpan().SequenceEqual(codes))
            throw new InvalidOperationException("Both ways must give the same.");
    }

    [Benchmark, BenchmarkCategory("Decode")]
    public void Decode() => MuLaw.Decode(codes, decoded);

    [Benchmark(Baseline = true), BenchmarkCategory("Decode")]
    public void Decode_by_arithmetic()
    {
        for (var i = 0; i < codes.Length; i++)
        {
            var code = ~codes[i];
            var magnitude = (((code & 15) << 3) + Bias << ((code >> 4) & 7)) - Bias;
            decoded[i] = (short)((code & 0x80) != 0 ? -magnitude : magnitude);
        }
    }

    [Benchmark, BenchmarkCategory("Encode")]
    public void Encode() => MuLaw.Encode(samples, encoded);

    [Benchmark(Baseline = true), BenchmarkCategory("Encode")]
    public void Encode_by_arithmetic()
    {
        for (var i = 0; i < samples.Length; i++)
        {
            int sample = samples[i];
            var sign = sample < 0 ? 0x80 : 0;
            var magnitude = Math.Min((sample < 0 ? ~sample & ~3 : sample & ~3), Clip) + Bias;
            var exponent = 7;
            for (var mask = 0x4000; exponent > 0 && (magnitude & mask) == 0; mask >>= 1)
                exponent--;
            encoded[i] = (byte)~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 15));
        }
    }
}
