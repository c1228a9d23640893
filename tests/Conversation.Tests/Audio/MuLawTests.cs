using Parley.Conversation.Audio;

namespace Parley.Conversation.Tests.Audio;

public class MuLawTests
{
    private static readonly short[] EverySample = [.. Enumerable.Range(short.MinValue, 65536).Select(value => (short)value)];
    private static readonly byte[] EveryCode = [.. Enumerable.Range(0, 256).Select(code => (byte)code)];

    [Fact]
    public void Every_code_decodes_as_the_standard_says()
    {
        var samples = new short[256];
        MuLaw.Decode(EveryCode, samples);

        samples.ShouldBe(EveryCode.Select(Expand));
        EveryCode.Select(MuLaw.Decode).ShouldBe(samples);
    }

    [Fact]
    public void Every_sample_encodes_as_the_standard_says()
    {
        var codes = new byte[65536];
        MuLaw.Encode(EverySample, codes);

        codes.ShouldBe(EverySample.Select(Compress));
        EverySample.Select(MuLaw.Encode).ShouldBe(codes);
    }

    // Table 2a of G.711, 14-bit units: the decision value that begins a segment, the code above it, the code below it.
    [Theory]
    [InlineData(31, 0b1110_1111, 0b1111_0000)]
    [InlineData(95, 0b1101_1111, 0b1110_0000)]
    [InlineData(223, 0b1100_1111, 0b1101_0000)]
    [InlineData(479, 0b1011_1111, 0b1100_0000)]
    [InlineData(991, 0b1010_1111, 0b1011_0000)]
    [InlineData(2015, 0b1001_1111, 0b1010_0000)]
    [InlineData(4063, 0b1000_1111, 0b1001_0000)]
    public void Segments_begin_at_the_decision_values_of_the_standard(int value, byte above, byte below)
    {
        MuLaw.Encode((short)(value << 2)).ShouldBe(above);
        MuLaw.Encode((short)((value << 2) - 1)).ShouldBe(below);
    }

    // The output values of table 2a at the ends of the scale.
    [Theory]
    [InlineData(0xFF, 0)]
    [InlineData(0x7F, 0)]
    [InlineData(0xFE, 2 << 2)]
    [InlineData(0x7E, -2 << 2)]
    [InlineData(0x80, 8031 << 2)]
    [InlineData(0x00, -8031 << 2)]
    public void The_ends_of_the_scale_have_the_output_values_of_the_standard(byte code, int value) =>
        MuLaw.Decode(code).ShouldBe((short)value);

    [Fact]
    public void Both_signs_decide_alike() =>
        EverySample.ShouldAllBe(sample => MuLaw.Encode((short)~sample) == (MuLaw.Encode(sample) ^ 0x80));

    [Fact]
    public void A_decoded_code_encodes_to_itself_except_minus_zero_which_becomes_plus_zero()
    {
        foreach (var code in EveryCode)
        {
            MuLaw.Encode(MuLaw.Decode(code)).ShouldBe(code == 0x7F ? MuLaw.Silence : code);
        }
    }

    [Fact]
    public void Silence_is_what_zero_encodes_to()
    {
        MuLaw.Encode(0).ShouldBe(MuLaw.Silence);
        MuLaw.Decode(MuLaw.Silence).ShouldBe((short)0);
    }

    [Fact]
    public void A_target_that_is_too_short_is_refused_and_a_longer_one_is_touched_only_in_front()
    {
        Should.Throw<ArgumentException>(() => MuLaw.Decode(new byte[3], new short[2])).ParamName.ShouldBe("samples");
        Should.Throw<ArgumentException>(() => MuLaw.Encode(new short[3], new byte[2])).ParamName.ShouldBe("muLaw");

        byte[] codes = [1, 1, 1];
        MuLaw.Encode([0, 0], codes);
        codes.ShouldBe([MuLaw.Silence, MuLaw.Silence, (byte)1]);
    }

    [Fact]
    public void Coding_allocates_nothing()
    {
        var codes = new byte[160];
        var samples = new short[160];
        MuLaw.Decode(codes, samples);
        MuLaw.Encode(samples, codes);

        var before = GC.GetAllocatedBytesForCurrentThread();
        MuLaw.Decode(codes, samples);
        MuLaw.Encode(samples, codes);
        GC.GetAllocatedBytesForCurrentThread().ShouldBe(before);
    }

    [Fact]
    public void Sox_decodes_every_code_alike() =>
        Sox.Samples(Sox.Run(EveryCode, "-t raw -r 8000 -c 1 -e u-law", "-t raw -e signed -b 16")).ShouldBe(EveryCode.Select(MuLaw.Decode));

    [Fact]
    public void Sox_encodes_alike_but_rounds_to_14_bits_where_the_standard_cuts()
    {
        var theirs = Sox.Run(Sox.Bytes(EverySample), "-t raw -r 8000 -c 1 -e signed -b 16", "-t raw -e u-law");

        var differences = 0;
        for (var i = 0; i < EverySample.Length; i++)
        {
            differences += theirs[i] == MuLaw.Encode(EverySample[i]) ? 0 : 1;
            var near = EverySample[Math.Max(0, i - 2)..Math.Min(EverySample.Length, i + 3)];
            near.Select(MuLaw.Encode).ShouldContain(theirs[i], $"sample {EverySample[i]}");
        }

        differences.ShouldBeLessThanOrEqualTo(510);
    }

    private static short Expand(byte code)
    {
        // After ITU-T G.191, ulaw_expand: exponent and mantissa are inverted on the line; the step doubles each segment.
        var sign = (code & 0x80) == 0 ? -1 : 1;
        var exponent = (~code >> 4) & 7;
        var mantissa = ~code & 15;
        var step = 4 << (exponent + 1);
        return (short)(sign * ((0x80 << exponent) + (step * mantissa) + (step / 2) - (4 * 33)));
    }

    private static byte Compress(short sample)
    {
        // After ITU-T G.191, ulaw_compress: one's complement magnitude of the upper 14 bits, clipped, then a search for the segment.
        var magnitude = ((sample < 0 ? ~sample : sample) >> 2) + 33;
        magnitude = Math.Min(magnitude, 0x1FFF);
        var segment = 1;
        for (var rest = magnitude >> 6; rest != 0; rest >>= 1)
        {
            segment++;
        }

        var code = ((8 - segment) << 4) | (15 - ((magnitude >> segment) & 15));
        return (byte)(sample >= 0 ? code | 0x80 : code);
    }
}
