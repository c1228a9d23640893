using Parley.Conversation.Audio;
using Parley.Conversation.Tests.Native;
using Parley.Conversation.Vad;
using Parley.Tests.Common;
using Parley.Tests.Common.Speech;

namespace Parley.Conversation.Tests.Vad;

/// <summary>Our forward pass against ONNX Runtime's of the same file, each with a state of its own from window to window.</summary>
public sealed class SileroNetworkTests
{
    private const int Window = SileroNetwork.WindowSamples;
    private const int Context = SileroNetwork.ContextSamples;
    private const float Tolerance = 1e-4f;

    private static readonly SileroNetwork Network = SileroNetwork.Load(TestSpeech.Assets.SileroModel);

    [Theory]
    [InlineData("samples/audio", 2_000)]
    [InlineData("tests/corpus/turns", 10_000)]
    public void Recordings_score_as_in_ONNX_Runtime(string folder, int windows)
    {
        var samples = Directory.EnumerateFiles(RepositoryFiles.PathTo(folder), "*.wav").Order(StringComparer.Ordinal).SelectMany(Samples).ToArray();
        (samples.Length / Window).ShouldBeGreaterThan(windows);

        var (difference, highest, lowest) = Compare(samples);

        difference.ShouldBeLessThan(Tolerance);
        highest.ShouldBeGreaterThan(0.99f);
        lowest.ShouldBeLessThan(0.01f);
    }

    [Theory]
    [InlineData(-90)]
    [InlineData(-60)]
    [InlineData(-40)]
    [InlineData(-20)]
    [InlineData(-3)]
    [InlineData(20)]
    public void Noise_of_any_level_scores_as_in_ONNX_Runtime(double level) =>
        Compare(TestSpeech.Noise(2000 * Window, level, seed: 7)).Difference.ShouldBeLessThan(Tolerance);

    [Fact]
    public void A_minute_of_silence_scores_as_in_ONNX_Runtime() => Compare(new short[2000 * Window]).Difference.ShouldBeLessThan(Tolerance);

    [Theory]
    [InlineData("constant")]
    [InlineData("highest frequency")]
    [InlineData("square wave")]
    [InlineData("clicks")]
    [InlineData("sweep")]
    [InlineData("extremes at random")]
    public void Extremes_score_as_in_ONNX_Runtime(string kind)
    {
        var random = new Random(3);
        var samples = Enumerable.Range(0, 1000 * Window).Select(i => kind switch
        {
            "constant" => short.MinValue,
            "highest frequency" => i % 2 == 0 ? short.MaxValue : short.MinValue,
            "square wave" => i % 80 < 40 ? short.MaxValue : short.MinValue,
            "clicks" => i % 1999 == 0 ? short.MaxValue : (short)0,
            "sweep" => (short)(32767 * Math.Sin(1e-5 * i * i)),
            _ => random.Next(2) == 0 ? short.MaxValue : short.MinValue,
        }).ToArray();
        Compare(samples).Difference.ShouldBeLessThan(Tolerance);
    }

    [Fact]
    public async Task Speech_after_anything_else_scores_as_in_ONNX_Runtime()
    {
        var speech = await TestSpeech.SayAsync("Good morning, is there a table for four on Friday?");
        short[] all = [.. TestSpeech.Noise(20_000, -10), .. speech, .. new short[9_000], .. speech, .. TestSpeech.Keypad(16_000, 697, 1209), .. speech];
        Compare(all).Difference.ShouldBeLessThan(Tolerance);
    }

    [Fact]
    public void An_input_or_a_state_of_another_length_is_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => Network.Run(new float[Window], new float[SileroNetwork.StateFloats]));
        Should.Throw<ArgumentOutOfRangeException>(() => Network.Run(new float[Context + Window], new float[128]));
    }

    private static (float Difference, float Highest, float Lowest) Compare(short[] samples)
    {
        using var reference = new SileroReference(TestSpeech.Assets);
        var state = new float[SileroNetwork.StateFloats];
        float[] scaled = [.. new float[Context], .. samples.Select(s => s / 32768f)];
        float difference = 0, highest = 0, lowest = 1;
        for (var i = 0; i + Context + Window <= scaled.Length; i += Window)
        {
            var input = scaled.AsSpan(i, Context + Window);
            var (ours, theirs) = (Network.Run(input, state), reference.Run(input));
            if (!(ours is >= 0 and <= 1))
                throw new InvalidOperationException($"{ours} is no probability.");

            difference = Math.Max(difference, Math.Abs(ours - theirs));
            highest = Math.Max(highest, ours);
            lowest = Math.Min(lowest, ours);
        }

        for (var i = 0; i < SileroNetwork.StateFloats / 2; i++)
            difference = Math.Max(difference, Math.Abs(state[i] - reference.State[i]));
        TestContext.Current.TestOutputHelper?.WriteLine($"{samples.Length / Window} windows, largest difference {difference:g3}");
        return (difference, highest, lowest);
    }

    private static short[] Samples(string path)
    {
        using var file = File.OpenRead(path);
        var audio = WavFile.Read(file);
        audio.SampleRate.ShouldBe(8000);
        return audio.Samples.ToArray();
    }
}
