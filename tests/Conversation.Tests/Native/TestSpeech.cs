using Microsoft.Extensions.Options;
using Parley.Conversation.Native;
using Parley.Conversation.Tts;
using Parley.Conversation.Tts.Flite;

namespace Parley.Conversation.Tests.Native;

/// <summary>Real speech for tests: flite's voices as a telephone would carry them.</summary>
internal static class TestSpeech
{
    public static SpeechAssets Assets { get; } = new(Options.Create(new SpeechOptions()));

    private static readonly FliteTextToSpeech Flite = new();
    private static readonly double[] LowPass = MakeLowPass();

    /// <summary>8 kHz samples, limited to the telephone band and passed through mu-law.</summary>
    public static async Task<short[]> SayAsync(string text, string voice = "rms")
    {
        var (samples, rate) = await SpeakAsync(Flite, text, voice);
        return rate == 8000 ? samples : Telephone(samples);
    }

    /// <summary>All audio of a request at the voice's own rate.</summary>
    public static async Task<(short[] Samples, int Rate)> SpeakAsync(ITextToSpeech synthesizer, string text, string voice)
    {
        var samples = new List<short>();
        var rate = 0;
        await foreach (var chunk in synthesizer.SynthesizeAsync(new SpeechRequest(text, voice, "en-US"), CancellationToken.None))
        {
            if (chunk.Audio is { } audio)
            {
                rate = audio.Format.SampleRate;
                samples.AddRange(audio.Samples);
                audio.Dispose();
            }
        }

        return ([.. samples], rate);
    }

    /// <summary>White noise at a level in dBFS, always the same for a seed.</summary>
    public static short[] Noise(int count, double level, int seed = 1)
    {
        var random = new Random(seed);
        var scale = 32768 * Math.Pow(10, level / 20) * Math.Sqrt(3);
        return [.. Enumerable.Range(0, count).Select(_ => (short)Math.Clamp(scale * ((2 * random.NextDouble()) - 1), -32768, 32767))];
    }

    /// <summary>Two sines of equal level, 100 ms on and 100 ms off, as a keypad sends them.</summary>
    public static short[] Keypad(int count, double low, double high) =>
        [.. Enumerable.Range(0, count).Select(i => (short)(i / 800 % 2 == 1 ? 0 : 8000 * (Math.Sin(2 * Math.PI * low * i / 8000) + Math.Sin(2 * Math.PI * high * i / 8000))))];

    private static short[] Telephone(short[] samples)
    {
        var half = LowPass.Length / 2;
        var halved = new short[samples.Length / 2];
        for (var i = 0; i < halved.Length; i++)
        {
            double sum = 0;
            for (var tap = 0; tap < LowPass.Length; tap++)
            {
                var source = (2 * i) + tap - half;
                if ((uint)source < (uint)samples.Length)
                    sum += samples[source] * LowPass[tap];
            }

            halved[i] = MuLaw((int)Math.Clamp(sum, -32635, 32635));
        }

        return halved;
    }

    // Compression and expansion in one step (ITU-T G.711).
    private static short MuLaw(int sample)
    {
        var magnitude = Math.Abs(sample) + 132;
        var exponent = Math.Max(0, 24 - System.Numerics.BitOperations.LeadingZeroCount((uint)magnitude));
        var mantissa = (magnitude >> (exponent + 3)) & 15;
        return (short)(Math.Sign(sample) * ((((mantissa << 3) + 132) << exponent) - 132));
    }

    private static double[] MakeLowPass()
    {
        var taps = new double[63];
        for (var i = 0; i < taps.Length; i++)
        {
            var x = (i - 31) * 0.465;
            taps[i] = (x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x)) * (0.5 + (0.5 * Math.Cos(Math.PI * (i - 31) / 32)));
        }

        var sum = taps.Sum();
        return [.. taps.Select(tap => tap / sum)];
    }
}
