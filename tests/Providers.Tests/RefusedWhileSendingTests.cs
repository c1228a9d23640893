using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Parley.Conversation.Providers;
using Parley.Conversation.Providers.Azure;
using Parley.Conversation.Stt;
using Parley.Conversation.Stt.Azure;
using Parley.Conversation.Stt.Deepgram;
using Parley.Conversation.Sts;
using Parley.Conversation.Sts.OpenAi;
using Parley.Conversation.Tts;
using Parley.Conversation.Tts.ElevenLabs;
using Parley.Providers.Tests.OpenAi.Realtime;

namespace Parley.Providers.Tests;

/// <summary>A service closes while we are still sending: the send fails, and yet it is the service's own reason that is told and acted on.</summary>
public sealed class RefusedWhileSendingTests
{
    private const int Rounds = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task ElevenLabs()
    {
        await using var server = new RefusingServer(1009);
        await using var voice = new ElevenLabsTextToSpeech(
            Options.Create(new ElevenLabsOptions { ApiKey = "key", BaseUrl = server.Address(), Transport = ElevenLabsTransport.WebSocket }),
            TimeProvider.System, NullLogger<ElevenLabsTextToSpeech>.Instance);
        var error = await Should.ThrowAsync<ProviderException>(async () =>
        {
            await foreach (var chunk in voice.SynthesizeAsync(new SpeechRequest("Good day.", null, "en-US"), CancellationToken.None))
                chunk.Audio?.Dispose();
        });
        error.Kind.ShouldBe(ProviderErrorKind.UnknownModel);
    }

    [Fact]
    public async Task Azure()
    {
        for (var i = 0; i < Rounds; i++)
        {
            await using var server = new RefusingServer(1007, "Unsupported language xx");
            using var recogniser = new AzureSpeechToText(
                Options.Create(new AzureSpeechOptions { Key = "key", Endpoint = server.Address(), RetryDelayMs = 0 }), TimeProvider.System,
                NullLogger<AzureSpeechToText>.Instance);
            var told = await FirstErrorAsync(recogniser);
            told.Failure!.Kind.ShouldBe(ProviderErrorKind.UnsupportedLanguage);
            server.Connections.ShouldBe(1);
        }
    }

    [Fact]
    public async Task Deepgram()
    {
        for (var i = 0; i < Rounds; i++)
        {
            await using var server = new RefusingServer(1008, "DATA-0000");
            await using var recogniser = new DeepgramSpeechToText(
                Options.Create(new DeepgramOptions { ApiKey = "key", BaseUrl = server.Address("ws") }), TimeProvider.System,
                NullLogger<DeepgramSpeechToText>.Instance);
            var told = await FirstErrorAsync(recogniser);
            told.Failure!.Kind.ShouldBe(ProviderErrorKind.BadRequest);
            server.Connections.ShouldBe(1);
        }
    }

    [Fact]
    public async Task OpenAiRealtime()
    {
        await using var server = new RefusingServer(1000, "", """{"type":"error","error":{"type":"invalid_request_error","code":"model_not_found"}}""");
        await using var model = new OpenAiRealtime(
            new RealtimeOptions { ApiKey = "key", BaseAddress = server.Address() }, TimeProvider.System, NullLogger<OpenAiRealtime>.Instance);
        var failed = new TaskCompletionSource<ProviderException>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var session = model.Open(Session.Options(), (e, sound) =>
        {
            sound?.Dispose();
            if (e is SpeechEvent.Failed { Failure: var failure })
                failed.TrySetResult(failure);
            return ValueTask.CompletedTask;
        });
        (await failed.Task.WaitAsync(Patience)).Kind.ShouldBe(ProviderErrorKind.UnknownModel);
    }

    private static async Task<TranscriptEvent> FirstErrorAsync(ISpeechToText recogniser)
    {
        var failed = new TaskCompletionSource<TranscriptEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var stream = recogniser.Open(new SpeechToTextOptions("en-US", []), heard =>
        {
            if (heard.Error is not null)
                failed.TrySetResult(heard);
        });
        for (var i = 0; i < 50; i++)
            stream.Write(new short[160]);
        return await failed.Task.WaitAsync(Patience);
    }
}
