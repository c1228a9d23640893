using System.Numerics;
using Parley.Conversation.Vad;

namespace Parley.Conversation.Tests.Vad;

public sealed class ActivationsTests
{
    [Fact]
    public void Both_functions_are_exact_to_single_precision()
    {
        double sigmoid = 0, tanh = 0;
        for (var x = -100f; x <= 100; x += 1 / 512f)
        {
            sigmoid = Math.Max(sigmoid, Math.Abs(Activations.Sigmoid(Vector.Create(x))[0] - (1 / (1 + Math.Exp(-x)))));
            tanh = Math.Max(tanh, Math.Abs(Activations.Tanh(Vector.Create(x))[0] - Math.Tanh(x)));
        }

        sigmoid.ShouldBeLessThan(3e-7);
        tanh.ShouldBeLessThan(3e-7);
    }

    [Theory]
    [InlineData(1000f, 1, 1)]
    [InlineData(float.MaxValue, 1, 1)]
    [InlineData(float.PositiveInfinity, 1, 1)]
    [InlineData(-1000f, 0, -1)]
    [InlineData(float.MinValue, 0, -1)]
    [InlineData(float.NegativeInfinity, 0, -1)]
    public void Far_out_they_stand_still(float x, float sigmoid, float tanh)
    {
        Activations.Sigmoid(Vector.Create(x))[0].ShouldBe(sigmoid, 1e-30);
        Activations.Tanh(Vector.Create(x))[0].ShouldBe(tanh, 1e-30);
    }

    [Fact]
    public void Every_lane_has_its_own_result()
    {
        var all = Enumerable.Range(0, Vector<float>.Count).Select(i => i - 3f).ToArray();
        var result = Activations.Tanh(new Vector<float>(all));
        for (var i = 0; i < all.Length; i++)
            result[i].ShouldBe(MathF.Tanh(all[i]), 1e-6f);
    }
}
