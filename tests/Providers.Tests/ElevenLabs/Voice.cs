using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Parley.Conversation.Audio;
using Parley.Conversation.Frames;
using Parley.Conversation.Providers;
using Parley.Conversation.Tts;
using Parley.Conversation.Tts.ElevenLabs;
using Parley.Providers.Server.ElevenLabs;

namespace Parley.Providers.Tests.ElevenLabs;

/// <summary>The local ElevenLabs and a synthesiser that uses it.</summary>
internal sealed class Voice : IAsyncDisposable
{
    private Voice(ElevenLabsServer server, ElevenLabsTextToSpeech synthesiser)
    {
        Server = server;
        Synthesiser = synthesiser;
    }

    public ElevenLabsServer Server { get; }

    public ElevenLabsTextToSpeech Synthesiser { get; }

    public CallMeter Meter { get; } = new();

    public static async Task<Voice> StartAsync(
        ElevenLabsTransport transport, ElevenLabsBehaviour? behaviour = null, Action<ElevenLabsOptions>? change = null, TimeProvider? clock = null)
    {
        var server = await ElevenLabsServer.StartAsync();
        server.Behaviour = behaviour ?? new ElevenLabsBehaviour();
        var options = new ElevenLabsOptions { ApiKey = ElevenLabsServer.Key, BaseUrl = server.Address, Transport = transport };
        change?.Invoke(options);
        return new Voice(server, new ElevenLabsTextToSpeech(Options.Create(options), clock ?? TimeProvider.System, NullLogger<ElevenLabsTextToSpeech>.Instance));
    }

    public SpeechRequest Request(string text, string language = "de-DE", string? voice = null, ProviderChoice? choice = null) =>
        new(text, voice, language, Providers: choice, Meter: Meter);

    public async Task<(byte[] Audio, IReadOnlyList<WordTiming>? Words, int Chunks)> SpeakAsync(SpeechRequest request)
    {
        var audio = new List<byte>();
        IReadOnlyList<WordTiming>? words = null;
        var chunks = 0;
        await foreach (var chunk in Synthesiser.SynthesizeAsync(request, CancellationToken.None))
        {
            using var frame = chunk.Audio.ShouldNotBeNull();
            frame.Format.ShouldBe(AudioFormat.Telephone);
            (frame.Bytes.Length % 160).ShouldBe(0);
            if (chunk.Words is not null)
            {
                words.ShouldBeNull("timings are given once");
                chunks.ShouldBe(0, "timings come with the first audio");
            }

            words ??= chunk.Words;
            audio.AddRange(frame.Bytes);
            chunks++;
        }

        return ([.. audio], words, chunks);
    }

    public async Task<ProviderException> FailAsync(string text = "Guten Tag.", ProviderChoice? choice = null)
    {
        var error = await Should.ThrowAsync<ProviderException>(() => SpeakAsync(Request(text, choice: choice)));
        error.Provider.ShouldBe("elevenlabs");
        error.ToString().ShouldNotContain(ElevenLabsServer.Key);
        error.Message.ShouldNotContain(text);
        return error;
    }

    /// <summary>What is to be heard: the server's audio, filled up with silence to whole frames.</summary>
    public static byte[] Expected(string text)
    {
        var audio = ElevenLabsServer.AudioOf(text);
        return [.. audio, .. Enumerable.Repeat(MuLaw.Silence, (160 - audio.Length % 160) % 160)];
    }

    public async ValueTask DisposeAsync()
    {
        await Synthesiser.DisposeAsync();
        await Server.DisposeAsync();
    }
}
