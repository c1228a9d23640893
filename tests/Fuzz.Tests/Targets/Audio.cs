using System.Runtime.InteropServices;
using Parley.Conversation.Audio;

namespace Parley.Fuzz.Tests.Targets;

/// <summary>Any bytes as mu-law and as samples, at any two rates.</summary>
internal sealed class Audio : FuzzTarget
{
    private static readonly int[] Rates = [8000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000];

    public Audio()
    {
        // Filters are made once and shared.
        foreach (var from in Rates)
        {
            foreach (var to in Rates)
                _ = new Resampler(from, to);
        }
    }

    public override int Share => 30;

    public override byte[] Make(Random random)
    {
        var bytes = new byte[random.Next(0, 2000)];
        random.NextBytes(bytes);
        return bytes;
    }

    public override void Run(byte[] input, Random random)
    {
        var samples = new short[input.Length];
        MuLaw.Decode(input, samples);
        var back = new byte[input.Length];
        MuLaw.Encode(samples, back);
        for (var i = 0; i < input.Length; i++)
            Require(back[i] == input[i] || (input[i] == 0x7F && back[i] == 0xFF), "mu-law is its own inverse, but for the two zeros");

        var resampler = new Resampler(Rates[random.Next(Rates.Length)], Rates[random.Next(Rates.Length)]);
        var raw = MemoryMarshal.Cast<byte, short>(input.AsSpan(0, input.Length & ~1));
        var total = 0;
        var output = new short[resampler.MaxOutput(raw.Length) + resampler.MaxOutput(resampler.Delay + 1) + 16];
        for (var at = 0; at < raw.Length;)
        {
            var piece = Math.Min(raw.Length - at, random.Next(1, 400));
            total += resampler.Process(raw.Slice(at, piece), output.AsSpan(total));
            at += piece;
        }

        total += resampler.Flush(output.AsSpan(total));
        var expected = (double)(raw.Length + resampler.Delay) * resampler.ToRate / resampler.FromRate;
        Require(Math.Abs(total - expected) <= 2, $"{raw.Length} samples with the delay from {resampler.FromRate} to {resampler.ToRate} Hz are {expected}, not {total}");
    }
}
