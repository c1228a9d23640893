using System.Net.WebSockets;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Parley.Conversation.Providers;
using Parley.Conversation.Stt;
using Parley.Conversation.Stt.Deepgram;
using Parley.Providers.Server.Deepgram;

namespace Parley.Providers.Tests.Deepgram;

public sealed class FailureTests
{
    [Theory]
    [InlineData(400, "Bad Request", "No such model/version combination found.", ProviderErrorKind.UnknownModel)]
    [InlineData(400, "Bad Request", "Unsupported language for this model.", ProviderErrorKind.UnsupportedLanguage)]
    [InlineData(400, "Bad Request", "endpointing is wrong", ProviderErrorKind.BadRequest)]
    [InlineData(401, "INVALID_AUTH", "Invalid credentials.", ProviderErrorKind.Unauthorized)]
    [InlineData(403, "INSUFFICIENT_PERMISSIONS", "Not allowed.", ProviderErrorKind.Unauthorized)]
    [InlineData(402, "ASR_PAYMENT_REQUIRED", "No credit.", ProviderErrorKind.QuotaExceeded)]
    [InlineData(404, "NOT_FOUND", "No such path.", ProviderErrorKind.BadRequest)]
    [InlineData(429, "TOO_MANY_REQUESTS", "Too many requests.", ProviderErrorKind.RateLimited)]
    public async Task A_refusal_is_told_by_its_kind_and_not_tried_again(int status, string code, string message, ProviderErrorKind kind)
    {
        await using var speech = await Speech.StartAsync(prepare: s => s.Refusals.Enqueue(new DeepgramRefusal(status, code, message)));
        await speech.UntilAsync(() => speech.Events.Count == 1);
        var told = speech.Events[0];
        told.Request.ShouldBe(-1);
        told.Error.ShouldNotBeNull().ShouldContain(kind.ToString());
        told.Error.ShouldContain(status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        told.Error.ShouldNotContain(DeepgramServer.Key);

        speech.Say("my");
        (await speech.FinalAsync(7)).Error.ShouldBe(told.Error);
        speech.Server.Sessions.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_fault_of_the_moment_is_tried_again()
    {
        await using var speech = await Speech.StartAsync(prepare: s => s.Refusals.Enqueue(new DeepgramRefusal(503, "UNAVAILABLE", "Later.")));
        speech.Say("thanks");
        (await speech.FinalAsync(1)).Text.ShouldBe("thanks");
    }

    [Fact]
    public async Task Audio_that_cannot_be_decoded_is_not_sent_again()
    {
        await using var speech = await Speech.StartAsync(new DeepgramBehaviour
        {
            LostAfterMs = 100, CloseCode = WebSocketCloseStatus.PolicyViolation, CloseReason = "DATA-0000: cannot decode",
        });
        speech.Say("my");
        (await speech.FinalAsync(1)).Error.ShouldNotBeNull().ShouldContain(nameof(ProviderErrorKind.BadRequest));
        speech.Server.Sessions.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("{\"type\":\"Results\"")]
    [InlineData("{\"type\":\"Results\",\"start\":\"soon\"}")]
    [InlineData("{\"type\":\"Results\",\"start\":-5,\"duration\":1,\"channel\":{\"alternatives\":[]}}")]
    [InlineData("{\"type\":\"Results\",\"start\":0,\"duration\":1e300,\"channel\":{\"alternatives\":[]}}")]
    [InlineData("[]")]
    [InlineData("nonsense")]
    public async Task A_malformed_message_costs_a_connection_and_no_word(string message)
    {
        await using var speech = await Speech.StartAsync();
        speech.Say("my", "card");
        var session = await speech.SessionAsync();
        await session.SendAsync(message);
        await speech.Server.UntilAsync(() => speech.Server.Sessions.Count == 2);
        speech.Say("thanks");
        (await speech.FinalAsync(1)).Text.ShouldBe("my card thanks");
    }

    [Fact]
    public async Task An_oversized_message_is_not_taken()
    {
        await using var speech = await Speech.StartAsync();
        var session = await speech.SessionAsync();
        await session.SendAsync("{\"type\":\"" + new string('x', 600_000) + "\"}");
        await speech.UntilAsync(() => speech.Events.Count == 1);
        speech.Events[0].Error.ShouldNotBeNull().ShouldContain(nameof(ProviderErrorKind.TooLarge));
    }

    [Fact]
    public async Task Nobody_there_is_told_after_some_attempts()
    {
        await using var speech = await Speech.StartAsync(change: o => o.BaseUrl = new Uri("ws://127.0.0.1:9"));
        await speech.UntilAsync(() => speech.Events.Count == 1);
        speech.Events[0].Error.ShouldNotBeNull().ShouldContain(nameof(ProviderErrorKind.Disconnected));
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        using var certificate = Certificates.SelfSigned();
        await using var server = await DeepgramServer.StartAsync(listen: socket => socket.UseHttps(certificate));
        server.Address.Scheme.ShouldBe("wss");
        await using var speech = await Speech.StartAsync(change: o => o.BaseUrl = server.Address);
        await speech.UntilAsync(() => speech.Events.Count == 1);
        speech.Events[0].Error.ShouldNotBeNull().ShouldContain(nameof(ProviderErrorKind.CertificateInvalid));
    }

    [Fact]
    public async Task Leaving_while_the_connection_is_being_made_waits_for_nothing()
    {
        await using var speech = await Speech.StartAsync(change: o => o.BaseUrl = new Uri("ws://127.0.0.1:9"));
        await speech.Stream.DisposeAsync();
        speech.Events.Count.ShouldBeLessThanOrEqualTo(1);
    }

    [Theory]
    [InlineData("short", "has 5 characters")]
    [InlineData("Token 0123456789abcdef0123456789abcdef01234567", "the key alone")]
    [InlineData(" 0123456789abcdef0123456789abcdef01234567", "blanks")]
    [InlineData("0123456789abcdef 123456789abcdef01234567", "characters that are in no key")]
    public void A_key_of_the_wrong_shape_stops_the_start_and_is_not_quoted(string key, string says)
    {
        var error = Should.Throw<OptionsValidationException>(() => Services(("ApiKey", key)).GetRequiredKeyedService<ISpeechToText>("deepgram"));
        error.Message.ShouldContain("Providers:Deepgram:ApiKey");
        error.Message.ShouldContain(says);
        error.Message.ShouldNotContain(key);
    }

    [Fact]
    public void Everything_wrong_is_told_at_once()
    {
        var error = Should.Throw<OptionsValidationException>(() => Services(
                ("ApiKey", DeepgramServer.Key), ("BaseUrl", "http://example.com"), ("Model", "flux-general-en"), ("UtteranceEndMs", "500"))
            .GetRequiredKeyedService<ISpeechToText>("deepgram"));
        error.Failures.Count().ShouldBe(3);
    }

    [Fact]
    public void Without_a_key_there_is_no_such_recogniser_and_with_one_there_is()
    {
        Services().GetKeyedService<ISpeechToText>("deepgram").ShouldBeNull();
        Services(("ApiKey", DeepgramServer.Key)).GetRequiredKeyedService<ISpeechToText>("deepgram").ShouldBeOfType<DeepgramSpeechToText>();
    }

    private static ServiceProvider Services(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(s => "Providers:Deepgram:" + s.Name, s => (string?)s.Value)).Build();
        return new ServiceCollection().AddSingleton(typeof(ILogger<>), typeof(NullLogger<>)).AddDeepgram(configuration).BuildServiceProvider();
    }
}
