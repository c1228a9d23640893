using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Parley.Conversation.Audio;

/// <summary>
/// Changes the sample rate of one mono stream by an exact ratio: a polyphase FIR filter that keeps its state across calls, so
/// that a stream cut into frames in any way gives the same samples, bit for bit, as in one piece.
/// </summary>
/// <remarks>
/// <para>
/// Up to 85 % of the lower rate's Nyquist frequency (3.4 kHz when either side is 8 kHz) the level is kept within 0.1 dB; from
/// that Nyquist frequency on, images and aliases are at least 80 dB down. Results beyond 16 bits saturate.
/// </para>
/// <para>
/// The output lags the input by <see cref="Delay"/>: 4.5 ms between 8 kHz and any higher rate. It comes with the first call (the
/// stream begins with that much near-silence); <see cref="Flush"/> brings the end out. The number of samples is exact: after n
/// input samples, ceil(n * to / from) output samples have been written. Equal rates copy, without delay.
/// </para>
/// <para>Serves one stream, one thread at a time. Only the constructor allocates; filters are shared by all instances.</para>
/// </remarks>
public sealed class Resampler
{
    /// <summary>The lowest rate taken, in Hz.</summary>
    public const int LowestRate = 1000;

    /// <summary>The highest rate taken, in Hz.</summary>
    public const int HighestRate = 192_000;

    // 32 ms at 16 kHz: one piece for the usual 20 ms frame.
    private const int PieceSamples = 512;

    private readonly ResamplerFilter? filter;

    // The last Taps - 1 input samples of the earlier pieces, then the current piece.
    private readonly float[] window = [];

    // Where the next output sample lies, in steps of the common multiple of both rates after the next input sample.
    private int position;

    /// <summary>Prepares a stream from <paramref name="fromRate"/> to <paramref name="toRate"/>, both in Hz.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A rate is below <see cref="LowestRate"/> or above <see cref="HighestRate"/>.</exception>
    /// <exception cref="ArgumentException">The rates have too small a common divisor, such as 8,000 and 44,101.</exception>
    public Resampler(int fromRate, int toRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fromRate, LowestRate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fromRate, HighestRate);
        ArgumentOutOfRangeException.ThrowIfLessThan(toRate, LowestRate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(toRate, HighestRate);
        FromRate = fromRate;
        ToRate = toRate;
        if (fromRate != toRate)
        {
            var divisor = GreatestCommonDivisor(fromRate, toRate);
            filter = ResamplerFilter.For(toRate / divisor, fromRate / divisor);
            window = new float[filter.Taps - 1 + PieceSamples];
        }
    }

    /// <summary>Rate of the input, in Hz.</summary>
    public int FromRate { get; }

    /// <summary>Rate of the output, in Hz.</summary>
    public int ToRate { get; }

    /// <summary>How far the output lags, in input samples: 36 at 8 kHz, 71 at 16 kHz, 98 at 22.05 kHz, 106 at 24 kHz to or from 8 kHz.</summary>
    public int Delay => filter?.Delay ?? 0;

    /// <summary>The most samples that <see cref="Process"/> writes for so many; <see cref="Flush"/> writes up to <c>MaxOutput(Delay)</c>.</summary>
    public int MaxOutput(int inputSamples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(inputSamples);
        return checked((int)((((long)inputSamples * ToRate) + FromRate - 1) / FromRate));
    }

    /// <summary>Takes the next samples of the stream and writes what they complete to the front of <paramref name="output"/>.</summary>
    /// <returns>Samples written, at most <see cref="MaxOutput"/>.</returns>
    /// <exception cref="ArgumentException">There is no room for them; nothing has been taken.</exception>
    public int Process(ReadOnlySpan<short> input, Span<short> output)
    {
        RequireRoom(input.Length, output);
        if (filter is null)
        {
            input.CopyTo(output);
            return input.Length;
        }

        var written = 0;
        while (!input.IsEmpty)
        {
            var piece = input[..Math.Min(input.Length, PieceSamples)];
            input = input[piece.Length..];
            var fresh = window.AsSpan(filter.Taps - 1);
            for (var i = 0; i < piece.Length; i++)
            {
                fresh[i] = piece[i];
            }

            written += Filter(filter, piece.Length, output[written..]);
        }

        return written;
    }

    /// <summary>Ends the stream: writes the <see cref="Delay"/> that is still inside and makes ready for a new stream.</summary>
    /// <returns>Samples written, at most <c>MaxOutput(Delay)</c>.</returns>
    /// <exception cref="ArgumentException">There is no room for them; nothing has changed.</exception>
    public int Flush(Span<short> output)
    {
        if (filter is null)
        {
            return 0;
        }

        RequireRoom(Delay, output);
        var written = 0;
        for (var left = Delay; left > 0; left -= PieceSamples)
        {
            var piece = Math.Min(left, PieceSamples);
            window.AsSpan(filter.Taps - 1, piece).Clear();
            written += Filter(filter, piece, output[written..]);
        }

        Reset();
        return written;
    }

    /// <summary>Forgets the stream so far, as if new.</summary>
    public void Reset()
    {
        Array.Clear(window);
        position = 0;
    }

    // The piece lies in the window behind the history.
    private int Filter(ResamplerFilter shape, int pieceSamples, Span<short> output)
    {
        var (up, down, taps) = (shape.Up, shape.Down, shape.Taps);
        var end = pieceSamples * up;
        var written = 0;
        for (; position < end; position += down)
        {
            var (sample, phase) = Math.DivRem(position, up);
            var sum = Dot(window.AsSpan(sample, taps), shape.Coefficients.AsSpan(phase * taps, taps));
            output[written++] = (short)MathF.Round(Math.Clamp(sum, short.MinValue, short.MaxValue));
        }

        position -= end;
        window.AsSpan(pieceSamples, taps - 1).CopyTo(window);
        return written;
    }

    // A fixed vector width and no fused operations: the same samples come out of every machine.
    private static float Dot(ReadOnlySpan<float> samples, ReadOnlySpan<float> coefficients)
    {
        var x = MemoryMarshal.Cast<float, Vector256<float>>(samples);
        var h = MemoryMarshal.Cast<float, Vector256<float>>(coefficients);
        var even = Vector256<float>.Zero;
        var odd = Vector256<float>.Zero;
        for (var i = 0; i + 1 < h.Length && i + 1 < x.Length; i += 2)
        {
            even += x[i] * h[i];
            odd += x[i + 1] * h[i + 1];
        }

        return Vector256.Sum(even + odd);
    }

    private void RequireRoom(int inputSamples, Span<short> output)
    {
        if (output.Length < MaxOutput(inputSamples))
        {
            throw new ArgumentException($"{MaxOutput(inputSamples)} samples may come out; there is room for {output.Length}.", nameof(output));
        }
    }

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
