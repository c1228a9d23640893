using Parley.Conversation.Tests.Native;
using Parley.Conversation.Tts;
using Parley.Conversation.Tts.Flite;

namespace Parley.Conversation.Tests.Tts;

public sealed class FliteTextToSpeechTests : IDisposable
{
    private const string Sentence = "We open at 7:30, and Mr. Smith\u2019s table for 4 is ready at the caf\u00E9.";
    private readonly FliteTextToSpeech flite = new();

    public void Dispose() => flite.Dispose();

    [Theory]
    [InlineData("slt", 16000)]
    [InlineData("rms", 16000)]
    [InlineData("awb", 16000)]
    [InlineData("kal", 8000)]
    public async Task Each_voice_speaks_and_always_the_same(string voice, int rate)
    {
        var first = await TestSpeech.SpeakAsync(flite, Sentence, voice);
        var second = await TestSpeech.SpeakAsync(flite, Sentence, voice);
        first.Rate.ShouldBe(rate);
        ((double)first.Samples.Length / rate).ShouldBeInRange(3, 7);
        second.Samples.ShouldBe(first.Samples);
    }

    [Theory]
    [InlineData("slt")]
    [InlineData("rms")]
    [InlineData("awb")]
    [InlineData("kal")]
    public async Task Words_end_in_order_at_their_characters_and_inside_the_audio(string voice)
    {
        var (words, duration) = await WordsAsync(Sentence, voice);
        words.Select(word => Sentence[..word.EndChar].Split(' ')[^1]).ShouldBe(
            ["We", "open", "at", "7:30", "and", "Mr", "Smith\u2019s", "table", "for", "4", "is", "ready", "at", "the", "caf\u00E9"]);
        words.Select(word => word.EndMs).ShouldBeInOrder(SortDirection.Ascending);
        words[0].EndMs.ShouldBeGreaterThan(50);

        // Sixty milliseconds of silence follow the last word.
        words[^1].EndMs.ShouldBeInRange(duration - 70, duration - 50);
    }

    [Fact]
    public async Task Word_ends_are_where_the_pauses_are_heard()
    {
        const string text = "Hello, goodbye.";
        var (words, _) = await WordsAsync(text, "slt");
        var (samples, rate) = await TestSpeech.SpeakAsync(flite, text, "slt");
        words.Count.ShouldBe(2);

        // The comma's pause begins where the first word ends: compare the level before and after.
        var end = words[0].EndMs * rate / 1000;
        Level(samples.AsSpan(end - 1600, 1600)).ShouldBeGreaterThan(10 * Level(samples.AsSpan(end + 800, 800)));
    }

    [Fact]
    public async Task Silence_around_the_speech_is_short()
    {
        foreach (var voice in FliteTextToSpeech.Voices)
        {
            var (samples, rate) = await TestSpeech.SpeakAsync(flite, "Good morning.", voice);
            Array.FindIndex(samples, sample => Math.Abs((int)sample) > 300).ShouldBeLessThan(rate / 10, voice);
            (samples.Length - Array.FindLastIndex(samples, sample => Math.Abs((int)sample) > 300)).ShouldBeLessThan(rate / 8, voice);
        }
    }

    [Fact]
    public async Task Words_come_once_and_with_the_first_chunk()
    {
        var chunks = await ChunksAsync(Sentence, "slt");
        chunks[0].Words.ShouldNotBeNull();
        chunks.Skip(1).ShouldAllBe(chunk => chunk.Words == null);
        chunks.Count.ShouldBeGreaterThan(10);
        Release(chunks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("...!?")]
    [InlineData("\u65E5\u672C\u8A9E")]
    public async Task Text_without_words_makes_no_sound(string text) => (await ChunksAsync(text, "slt")).ShouldBeEmpty();

    [Theory]
    [InlineData("%s%n%d <a href=\"x\"> $5. 12/13/2024 x@y.com '")]
    [InlineData("a\0b")]
    [InlineData("$$$ 5 1.2.3.4 -5 .5 'tis s' IIIV 12:99 ---")]
    public async Task Odd_text_is_spoken(string text)
    {
        var chunks = await ChunksAsync(text, "slt");
        chunks.ShouldNotBeEmpty();
        Release(chunks);
    }

    [Fact]
    public void A_voice_that_does_not_exist_is_refused() =>
        Should.Throw<ArgumentException>(() => flite.SynthesizeAsync(new SpeechRequest("Hi", "nobody", "en"), default))
            .Message.ShouldContain("slt, rms, awb, kal");

    [Fact]
    public void A_text_that_is_too_long_is_refused() =>
        Should.Throw<ArgumentException>(() => flite.SynthesizeAsync(
            new SpeechRequest(new string('a', FliteTextToSpeech.MaxTextLength + 1), null, "en"), default));

    [Fact]
    public async Task Cancelling_ends_the_stream_and_the_next_clause_is_unharmed()
    {
        var expected = await TestSpeech.SpeakAsync(flite, Sentence, "slt");
        var text = string.Join(' ', Enumerable.Repeat("word", 150));
        using var cancel = new CancellationTokenSource();
        var taken = 0;
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var chunk in flite.SynthesizeAsync(new SpeechRequest(text, null, "en"), cancel.Token))
            {
                chunk.Audio?.Dispose();
                if (++taken == 2)
                    await cancel.CancelAsync();
            }
        });
        taken.ShouldBe(2);
        (await TestSpeech.SpeakAsync(flite, Sentence, "slt")).Samples.ShouldBe(expected.Samples);
    }

    [Fact]
    public async Task Cancelling_beforehand_synthesises_nothing()
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var chunk in flite.SynthesizeAsync(new SpeechRequest(Sentence, null, "en"), cancel.Token))
                chunk.Audio?.Dispose();
        });
    }

    [Fact]
    public async Task A_listener_that_leaves_early_does_no_harm()
    {
        await foreach (var chunk in flite.SynthesizeAsync(new SpeechRequest(Sentence, null, "en"), default))
        {
            chunk.Audio?.Dispose();
            break;
        }

        (await TestSpeech.SpeakAsync(flite, "Hello.", "slt")).Samples.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Eight_clauses_at_once_sound_as_each_does_alone()
    {
        var alone = new List<short[]>();
        foreach (var voice in FliteTextToSpeech.Voices)
            alone.Add((await TestSpeech.SpeakAsync(flite, Sentence, voice)).Samples);
        var together = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            Task.Run(() => TestSpeech.SpeakAsync(flite, Sentence, FliteTextToSpeech.Voices[i % 4]))));
        for (var i = 0; i < together.Length; i++)
            together[i].Samples.ShouldBe(alone[i % 4]);
    }

    [Fact]
    public async Task Two_synthesisers_in_a_process_agree()
    {
        using var other = new FliteTextToSpeech();
        var pair = await Task.WhenAll(
            Task.Run(() => TestSpeech.SpeakAsync(flite, Sentence, "slt")), Task.Run(() => TestSpeech.SpeakAsync(other, Sentence, "slt")));
        pair[1].Samples.ShouldBe(pair[0].Samples);
    }

    [Fact]
    public async Task A_closed_synthesiser_refuses_work()
    {
        flite.Dispose();
        await Should.ThrowAsync<ObjectDisposedException>(() => ChunksAsync("Hello.", "slt"));
    }

    [Fact]
    public async Task Warming_up_speaks_to_nobody() => await Should.NotThrowAsync(async () => await flite.WarmUpAsync());

    private static double Level(ReadOnlySpan<short> samples)
    {
        double sum = 0;
        foreach (var sample in samples)
            sum += (double)sample * sample;
        return Math.Sqrt(sum / samples.Length);
    }

    private static void Release(IEnumerable<SpeechChunk> chunks)
    {
        foreach (var chunk in chunks)
            chunk.Audio?.Dispose();
    }

    private async Task<List<SpeechChunk>> ChunksAsync(string text, string voice)
    {
        var chunks = new List<SpeechChunk>();
        await foreach (var chunk in flite.SynthesizeAsync(new SpeechRequest(text, voice, "en-US"), default))
            chunks.Add(chunk);
        return chunks;
    }

    private async Task<(IReadOnlyList<WordTiming> Words, int DurationMs)> WordsAsync(string text, string voice)
    {
        var chunks = await ChunksAsync(text, voice);
        var duration = (int)chunks.Sum(chunk => chunk.Audio?.Duration.TotalMilliseconds ?? 0);
        Release(chunks);
        return (chunks[0].Words.ShouldNotBeNull(), duration);
    }
}
