using Microsoft.Extensions.Logging;
using Parley.Conversation.Frames;
using Parley.Conversation.Native;
using Parley.Conversation.Tts;
using Parley.Conversation.Tts.Espeak;

namespace Parley.Conversation.Tests.Tts;

public sealed class EmbeddedVoiceTests : IDisposable
{
    private readonly Recorder english = new();
    private readonly Recorder others = new();
    private readonly Lines log = new();
    private readonly EspeakTextToSpeech installed = new(TimeProvider.System);
    private readonly EspeakTextToSpeech missing = new(TimeProvider.System, "espeak-ng-of-nobody");

    public void Dispose()
    {
        installed.Dispose();
        missing.Dispose();
    }

    [Theory]
    [InlineData("en")]
    [InlineData("en-US")]
    [InlineData("EN-gb")]
    public async Task English_is_for_flite_alone(string language)
    {
        var request = new SpeechRequest("Hello.", "rms", language, IsFixed: true);
        await SpeakAsync(missing, request);

        english.Requests.ShouldBe([request]);
        others.Requests.ShouldBeEmpty();
        log.Written.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("es-MX", null, "es-419")]
    [InlineData("he", null, "he")]
    [InlineData("ru-RU", "", "ru")]
    [InlineData("fr", "fr-be", "fr-be")]
    public async Task Other_languages_are_for_espeak(string language, string? voice, string spokenBy)
    {
        EspeakInstalled.Require();
        await SpeakAsync(installed, new SpeechRequest("Hola.", voice, language, IsFixed: true));

        others.Requests.ShouldBe([new SpeechRequest("Hola.", spokenBy, language, IsFixed: true)]);
        english.Requests.ShouldBeEmpty();
        log.Written.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_espeak_the_English_voice_reads_on_and_it_is_said_once()
    {
        await SpeakAsync(missing, new SpeechRequest("Un momento.", "es+f3", "es"), new SpeechRequest("Déjeme ver.", null, "fr"));

        english.Requests.ShouldBe([new SpeechRequest("Un momento.", null, "en-US"), new SpeechRequest("Déjeme ver.", null, "en-US")]);
        log.Written.ShouldHaveSingleItem().ShouldContain("setup.sh");
    }

    [Fact]
    public async Task Without_espeak_a_text_in_another_script_fails_rather_than_being_silence()
    {
        var error = await Should.ThrowAsync<SpeechAssetException>(() => SpeakAsync(missing, new SpeechRequest("Секунду.", null, "ru")));
        error.Message.ShouldContain("ru");
        error.Message.ShouldContain("setup.sh");
    }

    [Fact]
    public async Task A_language_that_nobody_speaks_is_read_in_English_and_said_once()
    {
        EspeakInstalled.Require();
        await SpeakAsync(installed, new SpeechRequest("Hello.", null, "zz"), new SpeechRequest("Hello again.", null, "zz"));

        english.Requests.Count.ShouldBe(2);
        log.Written.ShouldHaveSingleItem().ShouldContain("zz");
    }

    [Fact]
    public async Task A_voice_that_espeak_does_not_have_is_replaced_and_said_once()
    {
        EspeakInstalled.Require();
        await SpeakAsync(installed, new SpeechRequest("Hola.", "slt", "es"), new SpeechRequest("Hola.", "slt", "es"));

        others.Requests.ShouldAllBe(request => request.Voice == "es");
        log.Written.ShouldHaveSingleItem().ShouldContain("slt");
    }

    private async Task SpeakAsync(EspeakTextToSpeech espeak, params SpeechRequest[] requests)
    {
        var voice = new EmbeddedVoice(english, others, espeak, log);
        foreach (var request in requests)
        {
            await foreach (var chunk in voice.SynthesizeAsync(request, default))
                chunk.Audio!.Dispose();
        }
    }

    private sealed class Recorder : ITextToSpeech
    {
        public string Name => "recorder";

        public List<SpeechRequest> Requests { get; } = [];

        public async IAsyncEnumerable<SpeechChunk> SynthesizeAsync(
            SpeechRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Requests.Add(request);
            await Task.Yield();
            yield return new SpeechChunk(AudioFrame.Rent(AudioFormat.Pcm8K, 320));
        }
    }

    private sealed class Lines : ILogger<EmbeddedVoice>
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add(formatter(state, exception));
    }
}
