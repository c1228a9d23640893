using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Conversation;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Llm;
using Parley.Conversation.Providers;
using Parley.Conversation.Tts;
using Parley.Providers.Server.Azure;
using Parley.Providers.Server.ElevenLabs;
using Parley.Providers.Server.OpenAi;

namespace Parley.Providers.Tests;

/// <summary>
/// The rows of "Errors" in <c>docs/providers.md</c>, from the wire up: what the caller hears, what the log says, and what the owner sees.
/// </summary>
public sealed class ErrorTableTests : IDisposable
{
    private const int Closed = 0;
    private const int Open = 2;

    private readonly Lines log = new();
    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<string, int> breakers = new();
    private readonly ConcurrentDictionary<string, int> errors = new();

    public void Dispose()
    {
        listener.Dispose();
        log.Dispose();
    }

    [Theory]
    [InlineData("bad key", ProviderErrorKind.Unauthorized, Open)]
    [InlineData("no quota", ProviderErrorKind.QuotaExceeded, Open)]
    [InlineData("clock skew", ProviderErrorKind.ClockSkew, Open)]
    [InlineData("certificate", ProviderErrorKind.CertificateInvalid, Open)]
    [InlineData("unknown model", ProviderErrorKind.UnknownModel, Closed)]
    [InlineData("rate limit", ProviderErrorKind.RateLimited, Closed)]
    [InlineData("malformed chunk", ProviderErrorKind.MalformedAnswer, Closed)]
    [InlineData("oversized answer", ProviderErrorKind.TooLarge, Closed)]
    [InlineData("cut in a word", ProviderErrorKind.Disconnected, Closed)]
    [InlineData("content filter", ProviderErrorKind.ContentFiltered, Closed)]
    public async Task A_model_that_fails_is_replaced_before_the_caller_hears_of_it(string row, ProviderErrorKind kind, int breaker)
    {
        using var certificate = Certificates.SelfSigned();
        await using var first = await OpenAiServer.StartAsync(row == "certificate" ? socket => socket.UseHttps(certificate) : null);
        await using var second = await OpenAiServer.StartAsync();
        second.Answer = static () => new ChatScript().Say("We open at eight.");
        await using var services = Models(first, second);
        Fail(first, row);

        (await AnswerAsync(services)).ShouldBe("We open at eight.");
        log.Of(1030).ShouldHaveSingleItem().ShouldStartWith($"llm: openai is left for second in this call. {kind}: openai: ");
        log.Of(1031).Count.ShouldBe(breaker == Open ? 1 : 0);
        log.All.ShouldNotContain(line => line.Contains(first.Key, StringComparison.Ordinal));
        breakers["llm openai"].ShouldBe(breaker);
        errors["llm openai"].ShouldBe(1);
        errors.ShouldNotContainKey("llm second");

        // Only a refusal, and a model that there is not, keeps the next call's first question from it.
        var asked = first.Requests.Count;
        await AnswerAsync(services);
        first.Requests.Count.ShouldBe(breaker == Open || kind == ProviderErrorKind.UnknownModel ? asked : asked + 1);
    }

    [Fact]
    public async Task A_rate_limit_that_lasts_keeps_calls_away_for_as_long_as_the_provider_asks()
    {
        await using var first = await OpenAiServer.StartAsync();
        await using var second = await OpenAiServer.StartAsync();
        await using var services = Models(first, second);
        for (var call = 0; call < 4; call++)
        {
            Fail(first, "rate limit");
            await AnswerAsync(services);
        }

        log.Of(1031).ShouldHaveSingleItem().ShouldContain("is left out of calls for 42 s. RateLimited");
        breakers["llm openai"].ShouldBe(Open);
        await AnswerAsync(services);
        first.Requests.Count.ShouldBe(4);
    }

    [Theory]
    [InlineData("voice_not_found", ProviderErrorKind.UnknownModel)]
    [InlineData("unsupported_language", ProviderErrorKind.UnsupportedLanguage)]
    public async Task A_voice_that_there_is_not_keeps_only_those_who_want_it_away(string word, ProviderErrorKind kind)
    {
        await using var azure = await new AzureServer().StartAsync();
        await using var eleven = await ElevenLabsServer.StartAsync();
        await using var services = Start(new()
        {
            ["Providers:ElevenLabs:ApiKey"] = ElevenLabsServer.Key,
            ["Providers:ElevenLabs:BaseUrl"] = eleven.Address.AbsoluteUri,
            ["Providers:Azure:Key"] = azure.Key,
            ["Providers:Azure:Endpoint"] = azure.Address.AbsoluteUri,
        });
        eleven.Refusals.Enqueue(ElevenLabsRefusal.Of(400, word));

        (await SpeakAsync(services, "es-ES")).ShouldBeGreaterThan(0);
        azure.Syntheses.ShouldHaveSingleItem().Text.ShouldBe("Hola.");
        log.Of(1030).ShouldHaveSingleItem().ShouldStartWith($"tts: elevenlabs is left for azure in this call. {kind}: elevenlabs: ");
        breakers["tts elevenlabs"].ShouldBe(Closed);
        errors["tts elevenlabs"].ShouldBe(1);

        await SpeakAsync(services, "es-ES");
        eleven.Requests.Count.ShouldBe(1);
        await SpeakAsync(services, "en-US");
        eleven.Requests.Count.ShouldBe(2);
    }

    private static void Fail(OpenAiServer server, string row)
    {
        switch (row)
        {
            case "bad key":
                server.Next(OpenAiError.Of(401, "invalid_request_error", "invalid_api_key", $"Incorrect API key provided: {server.Key}."));
                break;
            case "no quota":
                server.Next(OpenAiError.Of(429, "insufficient_quota", "insufficient_quota"));
                break;
            case "clock skew":
                server.Next(OpenAiError.Of(401, "invalid_request_error", "token_expired", headers: ("Date", "Thu, 01 Jan 2015 00:00:00 GMT")));
                break;
            case "unknown model":
                server.Models.Clear();
                break;
            case "rate limit":
                server.Next(OpenAiError.Of(429, "requests", "rate_limit_exceeded", headers: ("retry-after", "42")));
                break;
            case "malformed chunk":
                server.Next(OpenAiError.Body("text/event-stream", "data: {\"choices\":[{\n\n"));
                break;
            case "oversized answer":
                server.Chats.Enqueue(new ChatScript().Say(new string('a', 30_000)));
                break;
            case "cut in a word":
                server.Chats.Enqueue(new ChatScript().Say("We op").Cut());
                break;
            case "content filter":
                server.Chats.Enqueue(new ChatScript().Finish("content_filter"));
                break;
        }
    }

    private ServiceProvider Models(OpenAiServer first, OpenAiServer second) => Start(new()
    {
        ["Providers:OpenAi:ApiKey"] = first.Key,
        ["Providers:OpenAi:BaseAddress"] = first.BaseAddress.AbsoluteUri,
        ["Providers:Compatible:second:ApiKey"] = second.Key,
        ["Providers:Compatible:second:BaseAddress"] = second.BaseAddress.AbsoluteUri,
        ["Providers:Compatible:second:Model"] = "gpt-4o-mini",
        ["Providers:Think:0"] = "openai",
        ["Providers:Think:1"] = "second",
    });

    private ServiceProvider Start(Dictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection().AddLogging(logging => logging.AddProvider(log)).AddMetrics().AddConversation(configuration).BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, all) =>
        {
            if (instrument.Meter.Name == ConversationMetrics.MeterName && instrument.Meter.Scope == meters
                && instrument.Name is "parley.provider.breaker" or "parley.provider.errors")
            {
                all.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((_, state, tags, _) => breakers[Name(tags)] = state);
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => errors.AddOrUpdate(Name(tags), (int)count, (_, before) => before + (int)count));
        listener.Start();
        return services;
    }

    private static string Name(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var (stage, provider) = ("", "");
        foreach (var (name, value) in tags)
        {
            if (name == "stage")
                stage = (string)value!;
            else if (name == "provider")
                provider = (string)value!;
        }

        return $"{stage} {provider}";
    }

    private static async Task<string> AnswerAsync(ServiceProvider services)
    {
        var request = new ModelRequest { Messages = [new ModelMessage(ModelRole.User, "When do you open?")], Meter = new CallMeter() };
        var text = "";
        await foreach (var item in services.GetRequiredService<FallbackLanguageModel>().CompleteAsync(request, TestContext.Current.CancellationToken))
            text += (item as ModelEvent.Text)?.Delta;
        return text;
    }

    private static async Task<int> SpeakAsync(ServiceProvider services, string language)
    {
        var bytes = 0;
        var request = new SpeechRequest("Hola.", null, language, Meter: new CallMeter());
        await foreach (var chunk in services.GetRequiredService<ITextToSpeech>().SynthesizeAsync(request, TestContext.Current.CancellationToken))
        {
            using var audio = chunk.Audio;
            bytes += audio?.Bytes.Length ?? 0;
        }

        return bytes;
    }

    /// <summary>What was logged, by event id.</summary>
    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<(int Id, string Text)> lines = new();

        public IReadOnlyList<string> All => [.. lines.Select(static line => line.Text)];

        public IReadOnlyList<string> Of(int id) => [.. lines.Where(line => line.Id == id).Select(static line => line.Text)];

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((eventId.Id, $"{formatter(state, exception)} {exception}".TrimEnd()));

        public void Dispose()
        {
        }
    }
}
