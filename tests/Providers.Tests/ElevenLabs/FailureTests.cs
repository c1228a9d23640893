using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Parley.Conversation.Providers;
using Parley.Conversation.Tts;
using Parley.Conversation.Tts.ElevenLabs;
using Parley.Providers.Server.ElevenLabs;

namespace Parley.Providers.Tests.ElevenLabs;

public sealed class FailureTests
{
    [Theory]
    [InlineData(401, "invalid_api_key", ProviderErrorKind.Unauthorized)]
    [InlineData(401, "quota_exceeded", ProviderErrorKind.QuotaExceeded)]
    [InlineData(400, "voice_not_found", ProviderErrorKind.UnknownModel)]
    [InlineData(400, "max_character_limit_exceeded", ProviderErrorKind.TooLarge)]
    [InlineData(403, "only_for_creator+", ProviderErrorKind.Unauthorized)]
    [InlineData(400, "unsupported_language", ProviderErrorKind.UnsupportedLanguage)]
    [InlineData(400, "content_against_policy", ProviderErrorKind.ContentFiltered)]
    [InlineData(429, "too_many_concurrent_requests", ProviderErrorKind.RateLimited)]
    [InlineData(429, "system_busy", ProviderErrorKind.Unavailable)]
    [InlineData(500, "anything", ProviderErrorKind.Unavailable)]
    public async Task A_refusal_is_told_by_its_kind(int status, string word, ProviderErrorKind kind)
    {
        await using var voice = await Voice.StartAsync(ElevenLabsTransport.Http);
        voice.Server.Refusals.Enqueue(ElevenLabsRefusal.Of(status, word, retryAfter: "7"));
        var error = await voice.FailAsync();
        error.Kind.ShouldBe(kind);
        error.RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));
        error.Message.ShouldContain(word);
    }

    [Theory]
    [InlineData("{\"detail\":[{\"loc\":[\"body\",\"text\"],\"msg\":\"Guten Tag. is wrong\",\"type\":\"value_error\"}]}", "body.text")]
    [InlineData("{\"detail\":[]}", "HTTP 422")]
    [InlineData("{\"detail\":\"Guten Tag.\"}", "HTTP 422")]
    [InlineData("{\"detail\":{\"status\":\"Guten Tag. is wrong\"}}", "HTTP 422")]
    [InlineData("<html>", "HTTP 422")]
    [InlineData("", "HTTP 422")]
    public async Task Details_may_be_an_array_or_nothing_known_and_never_quote_the_text(string body, string says)
    {
        await using var voice = await Voice.StartAsync(ElevenLabsTransport.Http);
        voice.Server.Refusals.Enqueue(new ElevenLabsRefusal(422, body));
        var error = await voice.FailAsync();
        error.Kind.ShouldBe(ProviderErrorKind.BadRequest);
        error.Message.ShouldContain(says);
    }

    [Theory]
    [InlineData(401, ProviderErrorKind.Unauthorized)]
    [InlineData(429, ProviderErrorKind.RateLimited)]
    public async Task A_refused_upgrade_is_told_by_its_status(int status, ProviderErrorKind kind)
    {
        await using var voice = await Voice.StartAsync(ElevenLabsTransport.WebSocket);
        voice.Server.Refusals.Enqueue(ElevenLabsRefusal.Of(status, "anything", "3"));
        var error = await voice.FailAsync();
        error.Kind.ShouldBe(kind);
        error.RetryAfter.ShouldBe(TimeSpan.FromSeconds(3));
    }

    [Theory]
    [InlineData("invalid_input_message", 1008, ProviderErrorKind.BadRequest)]
    [InlineData("quota_exceeded", 1008, ProviderErrorKind.QuotaExceeded)]
    [InlineData("input_timeout_exceeded", 1008, ProviderErrorKind.Timeout)]
    [InlineData(null, 1009, ProviderErrorKind.UnknownModel)]
    [InlineData(null, 1011, ProviderErrorKind.Unavailable)]
    [InlineData(null, 1000, ProviderErrorKind.Disconnected)]
    public async Task Any_end_of_a_session_before_its_last_audio_is_a_failure(string? word, int code, ProviderErrorKind kind)
    {
        await using var voice = await Voice.StartAsync(ElevenLabsTransport.WebSocket, new ElevenLabsBehaviour { Error = (word, code) });
        (await voice.FailAsync()).Kind.ShouldBe(kind);
    }

    [Theory]
    [InlineData("{\"audio\":\"***\"}")]
    [InlineData("{\"audio\":")]
    [InlineData("[1]")]
    [InlineData("null")]
    public async Task A_malformed_message_is_a_failure(string garbage)
    {
        await using var voice = await Voice.StartAsync(ElevenLabsTransport.WebSocket, new ElevenLabsBehaviour { Garbage = garbage });
        (await voice.FailAsync()).Kind.ShouldBe(ProviderErrorKind.MalformedAnswer);
    }

    [Fact]
    public async Task A_session_that_ends_without_audio_is_a_failure()
    {
        await using var voice = await Voice.StartAsync(ElevenLabsTransport.WebSocket, new ElevenLabsBehaviour { Garbage = "{\"isFinal\":true}" });
        (await voice.FailAsync()).Kind.ShouldBe(ProviderErrorKind.MalformedAnswer);
    }

    [Fact]
    public async Task An_unknown_voice_is_told_over_both_ways()
    {
        var choice = new ProviderChoice { Voices = new Dictionary<string, string> { ["elevenlabs"] = "../nobody" } };
        await using var http = await Voice.StartAsync(ElevenLabsTransport.Http);
        (await http.FailAsync(choice: choice)).Kind.ShouldBe(ProviderErrorKind.UnknownModel);
        await using var socket = await Voice.StartAsync(ElevenLabsTransport.WebSocket);
        (await socket.FailAsync(choice: choice)).Kind.ShouldBe(ProviderErrorKind.UnknownModel);
    }

    [Fact]
    public async Task A_session_that_was_lost_while_it_waited_for_its_clause_costs_nobody_the_voice()
    {
        await using var voice = await Voice.StartAsync(ElevenLabsTransport.WebSocket);
        await voice.Synthesiser.PrewarmAsync(new ExpectedCall("de-DE", []), CancellationToken.None);
        await voice.Server.UntilAsync(() => voice.Server.Sessions.Count == 1);
        voice.Server.Sessions[0].Cut();
        await voice.Server.UntilAsync(() => voice.Server.Sessions[0].IsOver);

        (await voice.SpeakAsync(voice.Request("Guten Tag."))).Audio.ShouldBe(Voice.Expected("Guten Tag. "));
        voice.Server.Sessions[0].Messages.ShouldBeEmpty();
        voice.Meter.Totals.ShouldContain(u => u.Unit == UsageUnit.Characters && u.Amount == "Guten Tag.".Length);
    }

    [Fact]
    public async Task Something_else_than_audio_is_not_played()
    {
        await using var voice = await Voice.StartAsync(ElevenLabsTransport.Http, new ElevenLabsBehaviour { ContentType = "application/json" });
        (await voice.FailAsync()).Kind.ShouldBe(ProviderErrorKind.MalformedAnswer);
    }

    [Theory]
    [InlineData(ElevenLabsTransport.Http)]
    [InlineData(ElevenLabsTransport.WebSocket)]
    public async Task A_stream_cut_in_the_middle_of_a_word_gives_what_came_and_then_fails(ElevenLabsTransport transport)
    {
        await using var voice = await Voice.StartAsync(transport, new ElevenLabsBehaviour { ChunkBytes = [1000], StopsAfterBytes = 2000 });
        var heard = 0;
        var error = await Should.ThrowAsync<ProviderException>(async () =>
        {
            await foreach (var chunk in voice.Synthesiser.SynthesizeAsync(voice.Request("Guten Tag."), CancellationToken.None))
            {
                heard += chunk.Audio!.Bytes.Length;
                chunk.Audio.Dispose();
            }
        });
        error.Kind.ShouldBe(ProviderErrorKind.Disconnected);
        heard.ShouldBeLessThanOrEqualTo(1920);
    }

    [Theory]
    [InlineData(ElevenLabsTransport.Http, 0)]
    [InlineData(ElevenLabsTransport.Http, 1000)]
    [InlineData(ElevenLabsTransport.WebSocket, 0)]
    [InlineData(ElevenLabsTransport.WebSocket, 1000)]
    public async Task Silence_and_trickling_end_at_the_deadline(ElevenLabsTransport transport, int afterBytes)
    {
        await using var voice = await Voice.StartAsync(
            transport, new ElevenLabsBehaviour { ChunkBytes = [1000], StopsAfterBytes = afterBytes, Hangs = true }, o => o.IdleTimeoutMs = 300);
        (await voice.FailAsync()).Kind.ShouldBe(ProviderErrorKind.Timeout);
    }

    [Fact]
    public async Task More_audio_than_two_minutes_is_not_taken()
    {
        await using var voice = await Voice.StartAsync(ElevenLabsTransport.Http, new ElevenLabsBehaviour { ChunkBytes = [64_000] });
        (await voice.FailAsync(new string('a', 2500))).Kind.ShouldBe(ProviderErrorKind.TooLarge);
    }

    [Theory]
    [InlineData(ElevenLabsTransport.Http)]
    [InlineData(ElevenLabsTransport.WebSocket)]
    public async Task Nobody_there_is_told(ElevenLabsTransport transport)
    {
        await using var voice = await Voice.StartAsync(transport, change: o => o.BaseUrl = new Uri("http://127.0.0.1:9"));
        await voice.Synthesiser.PrewarmAsync(new ExpectedCall("en-US", []), CancellationToken.None);
        (await voice.FailAsync()).Kind.ShouldBe(ProviderErrorKind.Disconnected);
    }

    [Theory]
    [InlineData(ElevenLabsTransport.Http)]
    [InlineData(ElevenLabsTransport.WebSocket)]
    public async Task A_certificate_that_nobody_vouches_for_is_refused(ElevenLabsTransport transport)
    {
        using var certificate = Certificates.SelfSigned();
        await using var server = await ElevenLabsServer.StartAsync(socket => socket.UseHttps(certificate));
        await using var voice = await Voice.StartAsync(transport, change: o => o.BaseUrl = server.Address);
        (await voice.FailAsync()).Kind.ShouldBe(ProviderErrorKind.CertificateInvalid);
    }

    [Fact]
    public void Everything_wrong_is_told_at_once_and_the_key_is_not_quoted()
    {
        var error = Should.Throw<OptionsValidationException>(() => Services(
                ("ApiKey", "Bearer nothing"), ("BaseUrl", "http://example.com"), ("Model", "eleven_v3"), ("Transport", "WebSocket"), ("Speed", "2"))
            .GetRequiredKeyedService<ITextToSpeech>("elevenlabs"));
        error.Failures.Count().ShouldBe(4);
        error.Message.ShouldNotContain("nothing");
    }

    [Fact]
    public void Without_a_key_there_is_no_such_synthesiser_and_with_one_there_is()
    {
        Services().GetKeyedService<ITextToSpeech>("elevenlabs").ShouldBeNull();
        Services(("ApiKey", ElevenLabsServer.Key)).GetRequiredKeyedService<ITextToSpeech>("elevenlabs").ShouldBeOfType<ElevenLabsTextToSpeech>();
    }

    private static ServiceProvider Services(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(s => "Providers:ElevenLabs:" + s.Name, s => (string?)s.Value)).Build();
        return new ServiceCollection().AddSingleton(typeof(ILogger<>), typeof(NullLogger<>)).AddElevenLabs(configuration).BuildServiceProvider();
    }
}
