using Parley.Conversation.Stt.Moonshine;

namespace Parley.Conversation.Tests.Stt;

public sealed class UpsamplerTests
{
    [Theory]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(3400)]
    public void A_tone_of_the_telephone_band_comes_out_twice_as_dense(double frequency)
    {
        var input = Enumerable.Range(0, 800).Select(i => (float)Math.Sin(2 * Math.PI * frequency * i / 8000)).ToArray();
        var output = new float[1600];
        Upsampler.Double(input, output);
        for (var i = 100; i < 1500; i++)
            output[i].ShouldBe((float)Math.Sin(2 * Math.PI * frequency * i / 16000), 0.02f);
    }

    [Fact]
    public void A_constant_stays_one()
    {
        var input = Enumerable.Repeat(0.5f, 200).ToArray();
        var output = new float[400];
        Upsampler.Double(input, output);
        output[100..300].ShouldAllBe(sample => Math.Abs(sample - 0.5f) < 1e-5f);
    }

    [Fact]
    public void Nothing_becomes_nothing() => Should.NotThrow(() => Upsampler.Double([], []));
}
