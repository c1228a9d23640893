using System.Numerics;
using System.Runtime.CompilerServices;
using static System.Numerics.Vector;

namespace Parley.Conversation.Vad;

/// <summary>
/// The layers of <see cref="SileroNetwork"/>: each reads its weights once, in order, and multiplies a vector of them with an input at all
/// points in time; the sums stay in registers. Outputs are in order of time, then channel.
/// </summary>
internal static unsafe class SileroLayers
{
    private const int Wide = SileroWeights.Wide;
    private const int Narrow = SileroWeights.Narrow;

    private static int Lanes => Vector<float>.Count;

    /// <summary>Half a Fourier transform (its real or its imaginary part) of four folded frames, without the last bin.</summary>
    public static void Transform(float* weights, float* frames, float* outputs)
    {
        const int Fold = SileroWeights.Fold;
        for (var m = 0; m < Narrow; m += 2 * Lanes)
        {
            Vector<float> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
            for (var n = 0; n < Fold; n++, weights += 2 * Lanes)
            {
                var x0 = Create(frames[n]);
                var x1 = Create(frames[n + Fold]);
                var x2 = Create(frames[n + (2 * Fold)]);
                var x3 = Create(frames[n + (3 * Fold)]);
                var w = Load(weights);
                a0 = MultiplyAddEstimate(w, x0, a0);
                a1 = MultiplyAddEstimate(w, x1, a1);
                a2 = MultiplyAddEstimate(w, x2, a2);
                a3 = MultiplyAddEstimate(w, x3, a3);
                w = Load(weights + Lanes);
                b0 = MultiplyAddEstimate(w, x0, b0);
                b1 = MultiplyAddEstimate(w, x1, b1);
                b2 = MultiplyAddEstimate(w, x2, b2);
                b3 = MultiplyAddEstimate(w, x3, b3);
            }

            Keep(a0, b0, outputs + m);
            Keep(a1, b1, outputs + Narrow + m);
            Keep(a2, b2, outputs + (2 * Narrow) + m);
            Keep(a3, b3, outputs + (3 * Narrow) + m);
        }
    }

    /// <summary>The first convolution: four points in time to four, three taps, nothing before and after; then the rectifier.</summary>
    /// <param name="weights">Its weights.</param>
    /// <param name="bias">Its bias.</param>
    /// <param name="inputs">Magnitudes, in order of time.</param>
    /// <param name="stride">Floats from one point in time to the next.</param>
    /// <param name="outputs">4 x 128.</param>
    public static void First(float* weights, float* bias, float* inputs, int stride, float* outputs)
    {
        for (var m = 0; m < Wide; m += 2 * Lanes)
        {
            var a0 = Load(bias + m);
            var b0 = Load(bias + m + Lanes);
            Vector<float> a1 = a0, a2 = a0, a3 = a0, b1 = b0, b2 = b0, b3 = b0;
            for (var c = 0; c < SileroWeights.Bins; c++, weights += 6 * Lanes)
            {
                var x0 = Create(inputs[c]);
                var x1 = Create(inputs[c + stride]);
                var x2 = Create(inputs[c + (2 * stride)]);
                var x3 = Create(inputs[c + (3 * stride)]);
                var v = Load(weights);
                var w = Load(weights + Lanes);
                a1 = MultiplyAddEstimate(v, x0, a1);
                b1 = MultiplyAddEstimate(w, x0, b1);
                a2 = MultiplyAddEstimate(v, x1, a2);
                b2 = MultiplyAddEstimate(w, x1, b2);
                a3 = MultiplyAddEstimate(v, x2, a3);
                b3 = MultiplyAddEstimate(w, x2, b3);
                v = Load(weights + (2 * Lanes));
                w = Load(weights + (3 * Lanes));
                a0 = MultiplyAddEstimate(v, x0, a0);
                b0 = MultiplyAddEstimate(w, x0, b0);
                a1 = MultiplyAddEstimate(v, x1, a1);
                b1 = MultiplyAddEstimate(w, x1, b1);
                a2 = MultiplyAddEstimate(v, x2, a2);
                b2 = MultiplyAddEstimate(w, x2, b2);
                a3 = MultiplyAddEstimate(v, x3, a3);
                b3 = MultiplyAddEstimate(w, x3, b3);
                v = Load(weights + (4 * Lanes));
                w = Load(weights + (5 * Lanes));
                a0 = MultiplyAddEstimate(v, x1, a0);
                b0 = MultiplyAddEstimate(w, x1, b0);
                a1 = MultiplyAddEstimate(v, x2, a1);
                b1 = MultiplyAddEstimate(w, x2, b1);
                a2 = MultiplyAddEstimate(v, x3, a2);
                b2 = MultiplyAddEstimate(w, x3, b2);
            }

            Keep(Rectified(a0), Rectified(b0), outputs + m);
            Keep(Rectified(a1), Rectified(b1), outputs + Wide + m);
            Keep(Rectified(a2), Rectified(b2), outputs + (2 * Wide) + m);
            Keep(Rectified(a3), Rectified(b3), outputs + (3 * Wide) + m);
        }
    }

    /// <summary>The second convolution: four points in time to two, three taps around every other point; then the rectifier.</summary>
    /// <param name="weights">Its weights.</param>
    /// <param name="bias">Its bias.</param>
    /// <param name="inputs">4 x 128.</param>
    /// <param name="channels">The channels that are not 0 all the time.</param>
    /// <param name="outputs">2 x 64.</param>
    public static void Second(float* weights, float* bias, float* inputs, ReadOnlySpan<int> channels, float* outputs)
    {
        for (var m = 0; m < Narrow; m += 4 * Lanes, weights += Wide * 12 * Lanes)
        {
            var a0 = Load(bias + m);
            var b0 = Load(bias + m + Lanes);
            var c0 = Load(bias + m + (2 * Lanes));
            var d0 = Load(bias + m + (3 * Lanes));
            Vector<float> a1 = a0, b1 = b0, c1 = c0, d1 = d0;
            foreach (var channel in channels)
            {
                var x0 = Create(inputs[channel]);
                var x1 = Create(inputs[channel + Wide]);
                var x2 = Create(inputs[channel + (2 * Wide)]);
                var x3 = Create(inputs[channel + (3 * Wide)]);
                var at = weights + (nint)(channel * 12 * Lanes);
                a1 = MultiplyAddEstimate(Load(at), x1, a1);
                b1 = MultiplyAddEstimate(Load(at + Lanes), x1, b1);
                c1 = MultiplyAddEstimate(Load(at + (2 * Lanes)), x1, c1);
                d1 = MultiplyAddEstimate(Load(at + (3 * Lanes)), x1, d1);
                Both(Load(at + (4 * Lanes)), x0, x2, ref a0, ref a1);
                Both(Load(at + (5 * Lanes)), x0, x2, ref b0, ref b1);
                Both(Load(at + (6 * Lanes)), x0, x2, ref c0, ref c1);
                Both(Load(at + (7 * Lanes)), x0, x2, ref d0, ref d1);
                Both(Load(at + (8 * Lanes)), x1, x3, ref a0, ref a1);
                Both(Load(at + (9 * Lanes)), x1, x3, ref b0, ref b1);
                Both(Load(at + (10 * Lanes)), x1, x3, ref c0, ref c1);
                Both(Load(at + (11 * Lanes)), x1, x3, ref d0, ref d1);
            }

            Keep(Rectified(a0), Rectified(b0), outputs + m);
            Keep(Rectified(c0), Rectified(d0), outputs + m + (2 * Lanes));
            Keep(Rectified(a1), Rectified(b1), outputs + Narrow + m);
            Keep(Rectified(c1), Rectified(d1), outputs + Narrow + m + (2 * Lanes));
        }
    }

    /// <summary>A layer of one point in time with the rectifier, over the inputs that are not 0.</summary>
    public static void Dense(float* weights, float* bias, SparseInputs inputs, float* outputs, int outputCount)
    {
        for (var m = 0; m < outputCount; m += 4 * Lanes, weights += inputs.Width * 4 * Lanes)
        {
            Sum(weights, bias + m, inputs, out var a, out var b, out var c, out var d);
            Keep(Rectified(a), Rectified(b), outputs + m);
            Keep(Rectified(c), Rectified(d), outputs + m + (2 * Lanes));
        }
    }

    /// <summary>
    /// A step of the recurrent layer (long short-term memory) over its inputs and its own last outputs, and the probability made from what it now
    /// gives.
    /// </summary>
    /// <param name="all">The network's weights.</param>
    /// <param name="inputs">Inputs and last outputs.</param>
    /// <param name="state">128 outputs and 128 cells, replaced by the new ones.</param>
    public static float Recurrent(SileroWeights all, SparseInputs inputs, float* state)
    {
        var weights = all.Memory + all.Recurrent;
        var bias = all.Memory + all.RecurrentBias;
        var last = all.Memory + all.Last;
        var sum = Vector<float>.Zero;
        for (var m = 0; m < Wide; m += Lanes, weights += inputs.Width * 4 * Lanes, bias += 4 * Lanes)
        {
            Sum(weights, bias, inputs, out var input, out var forget, out var candidate, out var output);
            var cell = (Activations.Sigmoid(forget) * Load(state + Wide + m)) + (Activations.Sigmoid(input) * Activations.Tanh(candidate));
            var outputs = Activations.Sigmoid(output) * Activations.Tanh(cell);
            cell.Store(state + Wide + m);
            outputs.Store(state + m);
            sum = MultiplyAddEstimate(Rectified(outputs), Load(last + m), sum);
        }

        return 1 / (1 + MathF.Exp(-(Vector.Sum(sum) + all.Memory[all.LastBias])));
    }

    // Two inputs at a time, each with sums of its own: an addition takes four cycles, and eight of them go side by side.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sum(
        float* weights, float* bias, SparseInputs inputs, out Vector<float> a, out Vector<float> b, out Vector<float> c, out Vector<float> d)
    {
        var a0 = Load(bias);
        var b0 = Load(bias + Lanes);
        var c0 = Load(bias + (2 * Lanes));
        var d0 = Load(bias + (3 * Lanes));
        Vector<float> a1 = default, b1 = default, c1 = default, d1 = default;
        for (var j = 0; j < inputs.Count; j += 2)
        {
            var x = Create(inputs.Values[j]);
            var at = weights + (nint)(inputs.Indices[j] * 4 * Lanes);
            a0 = MultiplyAddEstimate(Load(at), x, a0);
            b0 = MultiplyAddEstimate(Load(at + Lanes), x, b0);
            c0 = MultiplyAddEstimate(Load(at + (2 * Lanes)), x, c0);
            d0 = MultiplyAddEstimate(Load(at + (3 * Lanes)), x, d0);
            x = Create(inputs.Values[j + 1]);
            at = weights + (nint)(inputs.Indices[j + 1] * 4 * Lanes);
            a1 = MultiplyAddEstimate(Load(at), x, a1);
            b1 = MultiplyAddEstimate(Load(at + Lanes), x, b1);
            c1 = MultiplyAddEstimate(Load(at + (2 * Lanes)), x, c1);
            d1 = MultiplyAddEstimate(Load(at + (3 * Lanes)), x, d1);
        }

        a = a0 + a1;
        b = b0 + b1;
        c = c0 + c1;
        d = d0 + d1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Both(Vector<float> w, Vector<float> x0, Vector<float> x1, ref Vector<float> sum0, ref Vector<float> sum1)
    {
        sum0 = MultiplyAddEstimate(w, x0, sum0);
        sum1 = MultiplyAddEstimate(w, x1, sum1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(Vector<float> a, Vector<float> b, float* outputs)
    {
        a.Store(outputs);
        b.Store(outputs + Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Rectified(Vector<float> x) => Max(x, Vector<float>.Zero);
}
