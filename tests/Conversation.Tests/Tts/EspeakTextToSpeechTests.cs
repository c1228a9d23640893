using System.Diagnostics;
using Parley.Conversation.Audio;
using Parley.Conversation.Frames;
using Parley.Conversation.Native;
using Parley.Conversation.Tts;
using Parley.Conversation.Tts.Espeak;

namespace Parley.Conversation.Tests.Tts;

public sealed class EspeakTextToSpeechTests : IDisposable
{
    private readonly EspeakTextToSpeech espeak = new(TimeProvider.System);
    private readonly List<string> scripts = [];

    public void Dispose()
    {
        espeak.Dispose();
        scripts.ForEach(File.Delete);
    }

    [Theory]
    [InlineData("es-MX", "Un momento, por favor.")]
    [InlineData("ru-RU", "Одну минуту, пожалуйста.")]
    [InlineData("he-IL", "רגע אחד, בבקשה.")]
    [InlineData("fr", "Un instant, s'il vous plaît.")]
    [InlineData("de-DE", "Einen Augenblick bitte.")]
    [InlineData("pt-BR", "Um momento, por favor.")]
    public async Task Languages_are_spoken(string language, string text)
    {
        EspeakInstalled.Require();
        var samples = await SpeakAsync(espeak, text, language);

        ((double)samples.Length / 22_050).ShouldBeInRange(0.5, 3);
        // Hebrew without vowel points is read almost without voice: quiet, but not silent.
        Level(samples).ShouldBeGreaterThan(300);
        (await SpeakAsync(espeak, text, language)).ShouldBe(samples);
    }

    [Theory]
    [InlineData("es-MX", "Un momento, por favor.")]
    [InlineData("ru-RU", "Секунду.")]
    [InlineData("he-IL", "שנייה.")]
    public async Task On_the_telephone_at_most_20_ms_of_silence_come_first(string language, string text)
    {
        EspeakInstalled.Require();
        var telephone = new TelephoneVoice();
        telephone.Begin();
        var audio = new List<short>();
        await foreach (var chunk in espeak.SynthesizeAsync(new SpeechRequest(text, null, language), default))
        {
            using var own = chunk.Audio;
            using var converted = telephone.Convert(own!);
            foreach (var code in converted is null ? [] : converted.Bytes)
                audio.Add(MuLaw.Decode(code));
        }

        // The resampler's own delay is 4.5 ms.
        audio.FindIndex(sample => Math.Abs((int)sample) > 100).ShouldBeLessThanOrEqualTo(25 * 8);
        (audio.Count - audio.FindLastIndex(sample => Math.Abs((int)sample) > 100)).ShouldBeLessThan(100 * 8);
    }

    [Fact]
    public async Task A_text_like_an_option_or_a_command_is_only_spoken()
    {
        EspeakInstalled.Require();
        (await SpeakAsync(espeak, "-h --voices; $(touch x) `id` hola", "es")).Length.ShouldBeGreaterThan(22_050);

        // U+0001 begins a command of espeak-ng, double brackets hold phonemes: as text they are spaces.
        (await SpeakAsync(espeak, "hola \u000120S amigo", "es")).ShouldBe(await SpeakAsync(espeak, "hola  20S amigo", "es"));
        (await SpeakAsync(espeak, "[[h@l'oU]] amigo", "es")).ShouldBe(await SpeakAsync(espeak, "  h@l'oU   amigo", "es"));
        (await SpeakAsync(espeak, "uno\0dos\r\ntres \ud800", "es")).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("...!? -")]
    public async Task Text_without_words_makes_no_sound(string text) => (await SpeakAsync(espeak, text, "es")).ShouldBeEmpty();

    [Fact]
    public async Task The_longest_text_is_spoken_and_a_longer_one_refused()
    {
        EspeakInstalled.Require();
        var longest = string.Concat(Enumerable.Repeat("hola ", EspeakTextToSpeech.MaxTextLength / 5));
        (await SpeakAsync(espeak, longest, "es")).Length.ShouldBeInRange(20 * 22_050, 90 * 22_050);
        Should.Throw<ArgumentException>(() => espeak.SynthesizeAsync(new SpeechRequest(longest + "a", null, "es"), default));
    }

    [Fact]
    public async Task A_language_or_voice_that_does_not_exist_is_refused()
    {
        EspeakInstalled.Require();
        (await Should.ThrowAsync<ArgumentException>(() => SpeakAsync(espeak, "Hi", "zz-ZZ"))).Message.ShouldContain("zz-ZZ");
        (await Should.ThrowAsync<ArgumentException>(() => SpeakAsync(espeak, "Hi", "es", "slt"))).Message.ShouldContain("slt");
        (await Should.ThrowAsync<ArgumentException>(() => SpeakAsync(espeak, "Hi", "es", "-w/tmp/x"))).Message.ShouldContain("-w");
    }

    [Fact]
    public async Task A_voice_of_choice_sounds_different()
    {
        EspeakInstalled.Require();
        (await SpeakAsync(espeak, "Buenos días.", "es", "es+f3")).ShouldNotBe(await SpeakAsync(espeak, "Buenos días.", "es", "es"));
    }

    [Fact]
    public async Task Sixteen_clauses_at_once_sound_as_each_does_alone()
    {
        EspeakInstalled.Require();
        var alone = await SpeakAsync(espeak, "Buenos días.", "es");
        var together = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => SpeakAsync(espeak, "Buenos días.", "es"))));
        together.ShouldAllBe(samples => samples.SequenceEqual(alone));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named()
    {
        using var missing = new EspeakTextToSpeech(TimeProvider.System, "espeak-ng-of-nobody");
        var error = await Should.ThrowAsync<SpeechAssetException>(() => SpeakAsync(missing, "Hola.", "es"));
        error.Message.ShouldContain("espeak-ng-of-nobody");
        error.Message.ShouldContain("setup.sh");
    }

    [Fact]
    public async Task What_a_failing_program_says_is_in_the_error()
    {
        using var failing = Script("cat >/dev/null; echo 'out of vowels' >&2; exit 3");
        var error = await Should.ThrowAsync<InvalidOperationException>(() => SpeakAsync(failing, "Hola.", "es"));
        error.Message.ShouldContain("exit code 3: out of vowels");
    }

    [Fact]
    public async Task Something_that_is_no_audio_is_refused()
    {
        using var odd = Script("cat >/dev/null; head -c 5000 /dev/zero");
        await Should.ThrowAsync<InvalidDataException>(() => SpeakAsync(odd, "Hola.", "es"));
        using var silent = Script("cat >/dev/null");
        await Should.ThrowAsync<InvalidDataException>(() => SpeakAsync(silent, "Hola.", "es"));
    }

    [Fact]
    public async Task A_program_without_end_is_stopped()
    {
        using var endless = Script("printf 'RIFF\\377\\377\\377\\177WAVEfmt \\020\\0\\0\\0\\001\\0\\001\\0\\042\\126\\0\\0\\104\\254\\0\\0\\002\\0\\020\\0data\\377\\377\\377\\177'; exec cat /dev/zero");
        (await Should.ThrowAsync<InvalidDataException>(() => SpeakAsync(endless, "Hola.", "es"))).Message.ShouldContain("wrote more than");
    }

    [Fact]
    public async Task A_program_that_hangs_meets_its_deadline_and_is_ended()
    {
        var clock = new Parley.Tests.Common.Time.ManualClock();
        var pidFile = Path.GetTempFileName();
        scripts.Add(pidFile);
        using var hanging = Script($"echo $$ > {pidFile}; exec sleep 600", clock);
        await hanging.VoicesAsync(default);
        var speaking = SpeakAsync(hanging, "Hola.", "es");
        var pid = await WrittenAsync(pidFile);

        speaking.IsCompleted.ShouldBeFalse();
        clock.Advance(EspeakTextToSpeech.Deadline);
        (await Should.ThrowAsync<TimeoutException>(() => speaking)).Message.ShouldContain("10 s");
        await GoneAsync(pid);
    }

    [Fact]
    public async Task Cancelling_ends_the_program()
    {
        var pidFile = Path.GetTempFileName();
        scripts.Add(pidFile);
        using var hanging = Script($"echo $$ > {pidFile}; exec sleep 600");
        await hanging.VoicesAsync(default);
        using var cancel = new CancellationTokenSource();
        var speaking = SpeakAsync(hanging, "Hola.", "es", cancellationToken: cancel.Token);
        var pid = await WrittenAsync(pidFile);
        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => speaking);
        await GoneAsync(pid);
    }

    [Fact]
    public async Task Cancelling_beforehand_runs_nothing()
    {
        using var missing = new EspeakTextToSpeech(TimeProvider.System, "espeak-ng-of-nobody");
        await Should.ThrowAsync<OperationCanceledException>(() => SpeakAsync(missing, "Hola.", "es", cancellationToken: new CancellationToken(true)));
    }

    [Fact]
    public async Task A_listener_that_leaves_early_does_no_harm()
    {
        EspeakInstalled.Require();
        for (var i = 0; i < 20; i++)
        {
            await foreach (var chunk in espeak.SynthesizeAsync(new SpeechRequest(string.Concat(Enumerable.Repeat("hola ", 200)), null, "es"), default))
            {
                chunk.Audio?.Dispose();
                break;
            }
        }

        (await SpeakAsync(espeak, "Hola.", "es")).ShouldNotBeEmpty();
    }

    // A stand-in for the program: lists one voice, and does as told otherwise.
    private EspeakTextToSpeech Script(string body, TimeProvider? clock = null)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        scripts.Add(path);

        // Written by another process: a program that this one still had open for writing could not be run.
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"cat >{path} && chmod 700 {path}"]) { RedirectStandardInput = true };
        using var writer = Process.Start(start)!;
        writer.StandardInput.Write($"#!/bin/sh\nPATH=/usr/bin:/bin\nif [ \"$1\" = --voices ]; then echo ' 5  es  --/M  Spanish  roa/es  '; exit 0; fi\n{body}\n");
        writer.StandardInput.Close();
        writer.WaitForExit();
        writer.ExitCode.ShouldBe(0);
        return new EspeakTextToSpeech(clock ?? TimeProvider.System, path);
    }

    private static async Task<int> WrittenAsync(string pidFile)
    {
        string text;
        while (!(text = await File.ReadAllTextAsync(pidFile)).EndsWith('\n'))
            await Task.Yield();
        return int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task GoneAsync(int pid)
    {
        while (Directory.Exists($"/proc/{pid}"))
            await Task.Yield();
    }

    private static double Level(short[] samples) => Math.Sqrt(samples.Sum(sample => (double)sample * sample) / samples.Length);

    private static async Task<short[]> SpeakAsync(
        EspeakTextToSpeech voice, string text, string language, string? name = null, CancellationToken cancellationToken = default)
    {
        var samples = new List<short>();
        await foreach (var chunk in voice.SynthesizeAsync(new SpeechRequest(text, name, language), cancellationToken))
        {
            chunk.Words.ShouldBeNull();
            chunk.Audio!.Format.ShouldBe(new AudioFormat(AudioEncoding.Pcm16, 22_050));
            samples.AddRange(chunk.Audio.Samples);
            chunk.Audio.Dispose();
        }

        return [.. samples];
    }
}
