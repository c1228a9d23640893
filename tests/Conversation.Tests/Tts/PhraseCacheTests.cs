using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Parley.Conversation.Tts;
using Parley.Tests.Common.Calls;
using Parley.Tests.Common.Time;

namespace Parley.Conversation.Tests.Tts;

public sealed class PhraseCacheTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("phrases-").FullName;
    private readonly ScriptedVoice voice = new(new ManualClock());

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_fixed_phrase_is_synthesised_once()
    {
        var cache = Cache();
        var first = await SpeakAsync(cache, "Hello there.");
        var second = await SpeakAsync(cache, "Hello there.");

        voice.Spoken.ShouldBe(["Hello there."]);
        second.Audio.ShouldBe(first.Audio);
        second.Words.ShouldBe(first.Words);
        first.Audio.Length.ShouldBe(12 * ScriptedVoice.MsPerChar * 8);
        first.Words[^1].EndChar.ShouldBe(12);
    }

    [Fact]
    public async Task A_fixed_phrase_survives_a_restart()
    {
        var first = await SpeakAsync(Cache(), "Hello there.");
        var second = await SpeakAsync(Cache(), "Hello there.");

        voice.Spoken.Count.ShouldBe(1);
        second.Audio.ShouldBe(first.Audio);
        second.Words.ShouldBe(first.Words);
    }

    [Fact]
    public async Task What_is_said_to_one_caller_is_not_kept()
    {
        var cache = Cache();
        await SpeakAsync(cache, "Thank you, Daniel.", isFixed: false);
        await SpeakAsync(cache, "Thank you, Daniel.", isFixed: false);

        voice.Spoken.Count.ShouldBe(2);
        cache.BytesInMemory.ShouldBe(0);
        Directory.GetFiles(folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task Voice_and_language_are_part_of_the_key()
    {
        var cache = Cache();
        await SpeakAsync(cache, "Hello there.");
        await SpeakAsync(cache, "Hello there.", voiceName: "rms");
        await SpeakAsync(cache, "Hello there.", language: "es-ES");

        voice.Spoken.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_phrase_that_was_broken_off_is_not_kept()
    {
        var cache = Cache();
        await foreach (var chunk in cache.SynthesizeAsync(new SpeechRequest("Hello there.", null, "en-US", true), default))
        {
            chunk.Audio?.Dispose();
            break;
        }

        cache.BytesInMemory.ShouldBe(0);
        await SpeakAsync(cache, "Hello there.");
        voice.Spoken.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_broken_file_is_made_anew()
    {
        await SpeakAsync(Cache(), "Hello there.");
        var file = Directory.GetFiles(folder).ShouldHaveSingleItem();
        await File.WriteAllBytesAsync(file, [1, 2, 3]);
        await SpeakAsync(Cache(), "Hello there.");
        await SpeakAsync(Cache(), "Hello there.");

        voice.Spoken.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Memory_is_bounded_and_the_least_recently_used_goes_first()
    {
        // Each phrase is 12 characters: 5,760 bytes; two fit.
        var cache = Cache(o =>
        {
            o.Directory = null;
            o.MaxMemoryBytes = 12_000;
        });
        await SpeakAsync(cache, "Phrase one..");
        await SpeakAsync(cache, "Phrase two..");
        await SpeakAsync(cache, "Phrase one..");
        await SpeakAsync(cache, "Phrase 3....");
        voice.Spoken.Clear();
        await SpeakAsync(cache, "Phrase one..");
        await SpeakAsync(cache, "Phrase two..");

        voice.Spoken.ShouldBe(["Phrase two.."]);
        cache.BytesInMemory.ShouldBeLessThanOrEqualTo(12_000);
    }

    [Fact]
    public async Task The_disk_is_bounded()
    {
        var cache = Cache(o => o.MaxDiskBytes = 12_000);
        foreach (var text in (string[])["Phrase one..", "Phrase two..", "Phrase 3....", "Phrase 4...."])
            await SpeakAsync(cache, text);

        Directory.GetFiles(folder).Length.ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_disk_that_cannot_be_written_costs_nothing_but_the_next_start()
    {
        var cache = Cache(o => o.Directory = "/proc/parley-has-no-folder-here");
        await SpeakAsync(cache, "Hello there.");
        await SpeakAsync(cache, "Hello there.");

        voice.Spoken.Count.ShouldBe(1);
    }

    private PhraseCache Cache(Action<PhraseCacheOptions>? change = null)
    {
        var options = new PhraseCacheOptions { Directory = folder };
        change?.Invoke(options);
        return new PhraseCache(voice, Options.Create(options), NullLogger<PhraseCache>.Instance);
    }

    private static async Task<(byte[] Audio, IReadOnlyList<WordTiming> Words)> SpeakAsync(
        PhraseCache cache, string text, bool isFixed = true, string? voiceName = null, string language = "en-US")
    {
        var audio = new List<byte>();
        IReadOnlyList<WordTiming> words = [];
        var telephone = new TelephoneVoice();
        telephone.Begin();
        await foreach (var chunk in cache.SynthesizeAsync(new SpeechRequest(text, voiceName, language, isFixed), default))
        {
            words = chunk.Words ?? words;
            using var given = chunk.Audio;
            using var converted = given is null ? null : telephone.Convert(given);
            if (converted is not null)
                audio.AddRange(converted.Bytes);
        }

        return ([.. audio], words);
    }
}
