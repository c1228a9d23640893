using System.Collections.Concurrent;

namespace Parley.Conversation.Audio;

/// <summary>
/// The coefficients for one ratio of sample rates: a low-pass FIR filter (sinc under a Kaiser window) cut into one short filter
/// for each phase an output sample can have between two input samples. Immutable, and shared by all resamplers of that ratio.
/// </summary>
/// <remarks>
/// The pass band ends at 85 % of the lower rate's Nyquist frequency (3.4 kHz for telephone audio, where the telephone band ends)
/// and the stop band begins at that Nyquist frequency (4 kHz), so that nothing at all folds back. A transition to 4.6 kHz would
/// halve delay and work, but would let 3.4 to 4 kHz alias; the narrow one costs 4.5 ms and some 70 multiplications a sample at
/// 8 kHz.
/// </remarks>
internal sealed class ResamplerFilter
{
    /// <summary>Coefficients are padded with zeros to a multiple of this, so that the inner loop has no remainder.</summary>
    public const int Stride = 16;

    // 80 dB are promised; the rest pays for Kaiser's estimate being an estimate.
    private const double StopBandDecibels = 84;
    private const double PassBandShare = 0.85;

    // 1 MiB of floats: 8 <-> 22.05 kHz takes an eighth of it. Rates without a common divisor would take hundreds.
    private const int MostCoefficients = 1 << 18;

    private static readonly ConcurrentDictionary<(int Up, int Down), ResamplerFilter> Shared = new();

    private ResamplerFilter(int up, int down)
    {
        Up = up;
        Down = down;

        // Frequencies are in units of the input rate, lengths in input samples.
        var nyquist = 0.5 * Math.Min(1.0, (double)up / down);
        var transition = nyquist * (1 - PassBandShare);
        var cutoff = nyquist * (1 + PassBandShare) / 2;

        // Kaiser's formulas for length and shape: A. Oppenheim, R. Schafer, "Discrete-Time Signal Processing", 7.5.3.
        var length = (StopBandDecibels - 7.95) / (2.285 * 2 * Math.PI * transition);
        var beta = 0.1102 * (StopBandDecibels - 8.7);
        var delay = Math.Ceiling(length / 2);
        var taps = (Math.Ceiling(((2 * delay) + 1) / Stride)) * Stride;
        if (taps * up > MostCoefficients)
        {
            throw new ArgumentException($"Resampling by {up}/{down} would need a filter of {taps * up:N0} coefficients, more than {MostCoefficients:N0}.");
        }

        Delay = (int)delay;
        Taps = (int)taps;
        Coefficients = Design(up, Delay, Taps, cutoff, beta);
    }

    /// <summary>Phases: how many times the input rate the common multiple of both rates is.</summary>
    public int Up { get; }

    /// <summary>How many steps of the common multiple an output sample advances.</summary>
    public int Down { get; }

    /// <summary>Length of the filter of one phase, padding included.</summary>
    public int Taps { get; }

    /// <summary>Group delay in input samples; constant over frequency (linear phase).</summary>
    public int Delay { get; }

    /// <summary><see cref="Up"/> filters of <see cref="Taps"/> coefficients, the oldest input sample's first.</summary>
    public float[] Coefficients { get; }

    /// <summary>The filter for a ratio in lowest terms, <paramref name="up"/> output samples for <paramref name="down"/> input samples.</summary>
    /// <exception cref="ArgumentException">The table would be unreasonably large.</exception>
    public static ResamplerFilter For(int up, int down) => Shared.GetOrAdd((up, down), static ratio => new(ratio.Up, ratio.Down));

    private static float[] Design(int up, int delay, int taps, double cutoff, double beta)
    {
        var prototype = new double[(2 * delay * up) + 1];
        var half = delay * up;
        var sum = 0.0;
        for (var i = 0; i < prototype.Length; i++)
        {
            var x = (double)(i - half) / half;
            var window = BesselI0(beta * Math.Sqrt(Math.Max(0, 1 - (x * x)))) / BesselI0(beta);
            prototype[i] = window * Sinc(2 * cutoff * (i - half) / up);
            sum += prototype[i];
        }

        // Each phase takes every up-th coefficient; together they must pass direct current unchanged.
        var coefficients = new float[up * taps];
        for (var i = 0; i < prototype.Length; i++)
        {
            var phase = i % up;
            var age = i / up;
            coefficients[(phase * taps) + taps - 1 - age] = (float)(prototype[i] * up / sum);
        }

        return coefficients;
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    // The modified Bessel function of the first kind and order zero, by its power series.
    private static double BesselI0(double x)
    {
        var sum = 1.0;
        var term = 1.0;
        for (var n = 1; term > sum * 1e-17; n++)
        {
            term *= x / (2 * n) * (x / (2 * n));
            sum += term;
        }

        return sum;
    }
}
