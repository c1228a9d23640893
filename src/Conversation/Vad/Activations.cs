using System.Numerics;
using System.Runtime.CompilerServices;

namespace Parley.Conversation.Vad;

/// <summary>
/// The functions of a recurrent cell over a vector, to within 3e-7: as exact as single precision makes them near 1. <see cref="Vector.Exp(Vector{float})"/> is
/// exact for small results too, but goes through double precision.
/// </summary>
internal static class Activations
{
    /// <summary>1 / (1 + e^-x), from 0 to 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Sigmoid(Vector<float> x) => Vector<float>.One / (Vector<float>.One + Exp(-x));

    /// <summary>The hyperbolic tangent, from -1 to 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Tanh(Vector<float> x) => (Sigmoid(x + x) * 2) - Vector<float>.One;

    /// <summary>
    /// e^x for x from -87 to 87; beyond, the value at that end. As in Cephes (expf.c): x = n ln 2 + r, with r at most half of ln 2, and a polynomial for e^r.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Exp(Vector<float> x)
    {
        // Adding 1.5 * 2^23 rounds to a whole number, which then stands in the lowest bits.
        var round = Vector.Create(12582912f);
        x = Vector.Max(Vector.Min(x, Vector.Create(87f)), Vector.Create(-87f));
        var n = Vector.MultiplyAddEstimate(x, Vector.Create(1.44269504f), round);
        var exponent = Vector.ShiftLeft(Vector.AsVectorInt32(n), 23);
        n -= round;

        // ln 2 in two parts: n times the first one is exact.
        var r = Vector.MultiplyAddEstimate(n, Vector.Create(-0.693359375f), x);
        r = Vector.MultiplyAddEstimate(n, Vector.Create(2.12194440e-4f), r);
        var power = Vector.Create(1.9875691500e-4f);
        power = Vector.MultiplyAddEstimate(power, r, Vector.Create(1.3981999507e-3f));
        power = Vector.MultiplyAddEstimate(power, r, Vector.Create(8.3334519073e-3f));
        power = Vector.MultiplyAddEstimate(power, r, Vector.Create(4.1665795894e-2f));
        power = Vector.MultiplyAddEstimate(power, r, Vector.Create(1.6666665459e-1f));
        power = Vector.MultiplyAddEstimate(power, r, Vector.Create(5.0000001201e-1f));
        power = Vector.MultiplyAddEstimate(power, r * r, r + Vector<float>.One);
        return Vector.AsVectorSingle(Vector.AsVectorInt32(power) + exponent);
    }
}
