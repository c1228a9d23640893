using Parley.Conversation.Tests.Native;
using Parley.Conversation.Vad;

namespace Parley.Conversation.Tests.Vad;

public sealed class SileroVadTests
{
    private const string Sentence = "Hello, I would like to book a table for two people tomorrow evening.";
    private readonly SileroVadFactory factory = new(TestSpeech.Assets);

    [Theory]
    [InlineData("slt")]
    [InlineData("rms")]
    [InlineData("awb")]
    public async Task Speech_scores_high(string voice)
    {
        var scores = Score(await TestSpeech.SayAsync(Sentence, voice));
        scores.Count(score => score > 0.5).ShouldBeGreaterThan(scores.Count * 3 / 4);
    }

    [Theory]
    [InlineData("Yes.")]
    [InlineData("No.")]
    [InlineData("Five.")]
    public async Task A_single_word_is_noticed_between_silences(string word)
    {
        short[] audio = [.. new short[4000], .. await TestSpeech.SayAsync(word), .. new short[4000]];
        Score(audio).Max().ShouldBeGreaterThan(0.9f);
    }

    [Fact]
    public async Task Quiet_speech_is_noticed()
    {
        var quiet = (await TestSpeech.SayAsync(Sentence)).Select(sample => (short)(sample / 32)).ToArray();
        var scores = Score(quiet);
        scores.Count(score => score > 0.5).ShouldBeGreaterThan(scores.Count * 3 / 4);
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(-40)]
    [InlineData(-25)]
    public void Noise_scores_low(double level) => Score(TestSpeech.Noise(24000, level)).Max().ShouldBeLessThan(0.4f);

    [Theory]
    [InlineData(697, 1209)]
    [InlineData(770, 1336)]
    [InlineData(852, 1477)]
    public void Keypad_tones_score_low(double low, double high) => Score(TestSpeech.Keypad(16000, low, high)).Max().ShouldBeLessThan(0.5f);

    [Fact]
    public async Task Silence_never_reaches_the_network_and_speech_always_does()
    {
        using var detector = (SileroVad)factory.Create();
        detector.Process(new short[80000]).ShouldBe(0);
        detector.WindowsJudged.ShouldBe(0);
        var speech = await TestSpeech.SayAsync(Sentence);
        detector.Process(speech);
        detector.WindowsJudged.ShouldBeGreaterThanOrEqualTo(speech.Length / SileroVad.WindowSamples);
    }

    [Fact]
    public async Task Interleaved_calls_hear_what_they_would_hear_alone()
    {
        var first = await TestSpeech.SayAsync(Sentence, "slt");
        var second = await TestSpeech.SayAsync("Could you tell me your opening hours on Sunday, please?", "awb");
        var alone = (Score(first), Score(second));

        using var one = factory.Create();
        using var two = factory.Create();
        var together = (new List<float>(), new List<float>());
        for (var i = 0; i < Math.Max(first.Length, second.Length); i += 160)
        {
            if (i + 160 <= first.Length)
                together.Item1.Add(one.Process(first.AsSpan(i, 160)));
            if (i + 160 <= second.Length)
                together.Item2.Add(two.Process(second.AsSpan(i, 160)));
        }

        together.Item1.ShouldBe(alone.Item1);
        together.Item2.ShouldBe(alone.Item2);
    }

    [Fact]
    public async Task Calls_on_several_threads_do_not_disturb_each_other()
    {
        var speech = await TestSpeech.SayAsync(Sentence);
        var alone = Score(speech);
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Score(speech))));
        all.ShouldAllBe(scores => scores.SequenceEqual(alone));
    }

    [Fact]
    public async Task How_frames_are_cut_makes_no_difference()
    {
        var speech = await TestSpeech.SayAsync(Sentence);
        speech = speech[..(speech.Length / SileroVad.WindowSamples * SileroVad.WindowSamples)];
        using var odd = factory.Create();
        using var whole = factory.Create();
        float last = 0;
        for (var i = 0; i < speech.Length; i += 37)
            last = odd.Process(speech.AsSpan(i, Math.Min(37, speech.Length - i)));
        whole.Process(speech).ShouldBe(last);
    }

    [Fact]
    public async Task A_reset_makes_it_as_new()
    {
        var speech = await TestSpeech.SayAsync(Sentence);
        using var detector = factory.Create();
        detector.Process(TestSpeech.Noise(10001, -20));
        detector.Reset();
        Score(speech, detector).ShouldBe(Score(speech));
    }

    [Fact]
    public async Task Processing_allocates_nothing()
    {
        var speech = await TestSpeech.SayAsync(Sentence);
        using var detector = factory.Create();

        // The runtime allocates on this thread when it compiles a method anew, whenever that is; a frame that allocates does so every time.
        new[] { Allocated(), Allocated(), Allocated(), Allocated() }.ShouldContain(0);

        long Allocated()
        {
            detector.Reset();
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i + 160 <= speech.Length; i += 160)
                detector.Process(speech.AsSpan(i, 160));
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void No_samples_change_nothing()
    {
        using var detector = factory.Create();
        detector.Process([]).ShouldBe(0);
    }

    [Fact]
    public async Task A_detector_refuses_work_after_its_end()
    {
        var speech = await TestSpeech.SayAsync("Yes.");
        var detector = factory.Create();
        detector.Process(speech).ShouldBeInRange(0, 1);
        detector.Dispose();
        Should.NotThrow(detector.Dispose);
        Should.Throw<ObjectDisposedException>(() => detector.Process(speech));
        Should.Throw<ObjectDisposedException>(detector.Reset);
    }

    [Fact]
    public async Task Warming_up_loads_the_network() => await Should.NotThrowAsync(async () => await factory.WarmUpAsync());

    private List<float> Score(short[] audio)
    {
        using var detector = factory.Create();
        return Score(audio, detector);
    }

    private static List<float> Score(short[] audio, IVoiceActivityDetector detector)
    {
        var scores = new List<float>();
        for (var i = 0; i + 160 <= audio.Length; i += 160)
            scores.Add(detector.Process(audio.AsSpan(i, 160)));
        return scores;
    }
}
