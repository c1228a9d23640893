namespace Parley.Conversation.Tests.Audio;

/// <summary>Test signals, and what is left of them.</summary>
internal static class Tones
{
    public static short[] Tone(double frequency, int rate, int count, double amplitude = 30000) =>
        Signal(count, i => amplitude * Math.Sin((2 * Math.PI * frequency * i / rate) + 0.3));

    /// <summary>A tone that rises evenly through a band, faded in and out so that it does not click.</summary>
    public static short[] Sweep(double from, double to, int rate, int count) =>
        Signal(count, i =>
        {
            var phase = 2 * Math.PI * ((from * i) + ((to - from) * i * i / (2.0 * count))) / rate;
            return 30000 * Math.Min(1, Math.Min(i, count - i) / 800.0) * Math.Sin(phase);
        });

    /// <summary>Twenty-four tones between 100 Hz and 3.3 kHz: the telephone band at once.</summary>
    public static short[] TelephoneBand(int rate, int count) =>
        Signal(count, i =>
        {
            var sum = 0.0;
            for (var k = 0; k < 24; k++)
            {
                sum += 1200 * Math.Sin((2 * Math.PI * (103.7 + (138.3 * k)) * i / rate) + (k * k));
            }

            return sum;
        });

    public static short[] Noise(int count)
    {
        var random = new Random(4711);
        return Signal(count, _ => random.Next(short.MinValue, short.MaxValue + 1));
    }

    public static double Rms(ReadOnlySpan<short> samples)
    {
        var sum = 0.0;
        foreach (var sample in samples)
        {
            sum += (double)sample * sample;
        }

        return Math.Sqrt(sum / samples.Length);
    }

    /// <summary>Fits a sine of the frequency by least squares: its amplitude, and the level (RMS) of all that is not it.</summary>
    public static (double Amplitude, double Residue) Fit(ReadOnlySpan<short> samples, double frequency, int rate)
    {
        double ss = 0, cc = 0, sc = 0, xs = 0, xc = 0;
        for (var i = 0; i < samples.Length; i++)
        {
            var (s, c) = Math.SinCos(2 * Math.PI * frequency * i / rate);
            (ss, cc, sc) = (ss + (s * s), cc + (c * c), sc + (s * c));
            (xs, xc) = (xs + (samples[i] * s), xc + (samples[i] * c));
        }

        var determinant = (ss * cc) - (sc * sc);
        var a = ((xs * cc) - (xc * sc)) / determinant;
        var b = ((xc * ss) - (xs * sc)) / determinant;
        var residue = 0.0;
        for (var i = 0; i < samples.Length; i++)
        {
            var (s, c) = Math.SinCos(2 * Math.PI * frequency * i / rate);
            residue += Math.Pow(samples[i] - (a * s) - (b * c), 2);
        }

        return (Math.Sqrt((a * a) + (b * b)), Math.Sqrt(residue / samples.Length));
    }

    public static double Decibels(double ratio) => 20 * Math.Log10(ratio);

    private static short[] Signal(int count, Func<int, double> value)
    {
        var samples = new short[count];
        for (var i = 0; i < count; i++)
        {
            samples[i] = (short)Math.Round(value(i));
        }

        return samples;
    }
}
