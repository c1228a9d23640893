using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Parley.Conversation.Native;
using Parley.Conversation.Stt;
using Parley.Conversation.Stt.Moonshine;
using Parley.Conversation.Tests.Native;
using Parley.Tests.Common.Speech;

namespace Parley.Conversation.Tests.Stt;

/// <summary>The real model over flite's voices at telephone quality.</summary>
public sealed class MoonshineSpeechToTextTests : IClassFixture<MoonshineSpeechToTextTests.Engine>
{
    private readonly MoonshineSpeechToText recogniser;

    public MoonshineSpeechToTextTests(Engine engine) => recogniser = engine.Recogniser;

    /// <summary>The limits leave room for the voices: the Scottish one is the hardest to understand.</summary>
    [Theory]
    [InlineData("rms", 0.08)]
    [InlineData("slt", 0.10)]
    [InlineData("awb", 0.20)]
    public async Task Spoken_words_come_back(string voice, double limit)
    {
        string[] sentences =
        [
            "I would like to book a table for two people tomorrow evening.",
            "Can you tell me your opening hours on Sunday?",
            "My name is Robert Miller and my phone number is five five five one two three four.",
            "Do you have anything free on Friday at half past seven?",
            "I need to cancel my appointment for next Tuesday.",
            "Is there parking near the restaurant?",
        ];
        var (errors, words) = (0, 0);
        var heard = new List<string>();
        foreach (var sentence in sentences)
        {
            heard.Add((await RecogniseAsync(await TestSpeech.SayAsync(sentence, voice))).Text);
            var counted = WordErrorRate.Count(sentence, heard[^1]);
            errors += counted.Errors;
            words += counted.Words;
        }

        ((double)errors / words).ShouldBeLessThanOrEqualTo(limit, string.Join(" | ", heard));
    }

    [Theory]
    [InlineData("Yes.")]
    [InlineData("No.")]
    [InlineData("Five.")]
    [InlineData("Thank you.")]
    [InlineData("Seven thirty.")]
    public async Task A_short_answer_is_heard_between_silences(string text)
    {
        short[] audio = [.. new short[2400], .. await TestSpeech.SayAsync(text), .. new short[8000]];
        var heard = await RecogniseAsync(audio);
        WordErrorRate.Compute(text, heard.Text).ShouldBe(0, heard.Text);
    }

    [Fact]
    public async Task A_minute_of_speech_keeps_its_last_half_minute()
    {
        var sentence = await TestSpeech.SayAsync("I would like to book a table for two people tomorrow evening.");
        short[] pause = new short[4000];
        var audio = Enumerable.Range(0, 15).SelectMany(_ => sentence.Concat(pause)).ToArray();
        var heard = await RecogniseAsync(audio);
        WordErrorRate.Normalize(heard.Text).Count(word => word == "book").ShouldBeGreaterThanOrEqualTo(6, heard.Text);
    }

    [Fact]
    public async Task Silence_and_noise_hold_no_words()
    {
        (await RecogniseAsync(new short[16000])).Text.ShouldBe("");
        (await RecogniseAsync(TestSpeech.Noise(40000, -30))).Text.ShouldBe("");
        (await RecogniseAsync([])).Text.ShouldBe("");
    }

    [Fact]
    public async Task Eight_callers_at_once_are_each_understood_as_if_alone()
    {
        string[] texts = ["My name is Robert Miller.", "Can you tell me your opening hours on Sunday?"];
        var audio = await Task.WhenAll(texts.Select(text => TestSpeech.SayAsync(text)));
        var alone = new[] { await RecogniseAsync(audio[0]), await RecogniseAsync(audio[1]) };
        var together = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => RecogniseAsync(audio[i % 2])));
        for (var i = 0; i < together.Length; i++)
            together[i].ShouldBe(alone[i % 2]);
    }

    [Fact]
    public async Task A_stream_closed_while_its_audio_is_decoded_stays_quiet()
    {
        var audio = await TestSpeech.SayAsync("I would like to book a table for two people tomorrow evening.");
        var posted = 0;
        var stream = recogniser.Open(new SpeechToTextOptions("en-US", []), _ => Interlocked.Increment(ref posted));
        stream.Write(audio);
        stream.RequestFinal(1);
        await stream.DisposeAsync();
        var afterwards = Volatile.Read(ref posted);
        await RecogniseAsync(audio);
        posted.ShouldBe(afterwards);
    }

    [Fact]
    public async Task A_missing_model_file_is_an_answer_that_names_the_remedy()
    {
        var empty = Directory.CreateTempSubdirectory("parley-speech-");
        var options = Options.Create(new SpeechOptions { Directory = empty.FullName });
        using (var broken = new MoonshineSpeechToText(new SpeechAssets(options), options, NullLogger<MoonshineSpeechToText>.Instance))
        {
            var heard = await RecogniseAsync(await TestSpeech.SayAsync("Yes."), broken);
            heard.Text.ShouldBe("");
            heard.Error.ShouldNotBeNull().ShouldContain("speech/install.sh");
        }

        empty.Delete(recursive: true);
    }

    private Task<TranscriptEvent> RecogniseAsync(short[] audio) => RecogniseAsync(audio, recogniser);

    private static async Task<TranscriptEvent> RecogniseAsync(short[] audio, MoonshineSpeechToText recogniser)
    {
        var answer = new TaskCompletionSource<TranscriptEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var stream = recogniser.Open(new SpeechToTextOptions("en-US", []), heard =>
        {
            if (heard.IsFinal)
                answer.SetResult(heard);
        });
        for (var i = 0; i < audio.Length; i += 160)
            stream.Write(audio.AsSpan(i, Math.Min(160, audio.Length - i)));
        stream.RequestFinal(1);
        return await answer.Task;
    }

    /// <summary>One loaded model for the whole class, as in the server.</summary>
    public sealed class Engine : IAsyncLifetime
    {
        public MoonshineSpeechToText Recogniser { get; } = new(
            TestSpeech.Assets, Options.Create(new SpeechOptions()), NullLogger<MoonshineSpeechToText>.Instance);

        public async ValueTask InitializeAsync() => await Recogniser.WarmUpAsync();

        public ValueTask DisposeAsync()
        {
            Recogniser.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
