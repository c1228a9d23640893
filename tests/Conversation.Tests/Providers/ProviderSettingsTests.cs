using System.Threading.Channels;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Parley.Conversation.Llm;
using Parley.Conversation.Providers;
using Parley.Conversation.Stt;
using Parley.Conversation.Tts;
using Parley.Tests.Common.Calls;

namespace Parley.Conversation.Tests.Providers;

/// <summary>Settings, wiring, prices and prewarming.</summary>
public sealed class ProviderSettingsTests
{
    [Fact]
    public void Without_a_cloud_provider_calls_use_the_embedded_parts_themselves()
    {
        using var services = Services();
        services.GetRequiredService<ISpeechToText>().Name.ShouldBe("moonshine");
        services.GetRequiredService<ITextToSpeech>().Name.ShouldBe("embedded");
        services.GetRequiredService<FallbackLanguageModel>().HasModel(null).ShouldBeFalse();
    }

    [Fact]
    public void With_one_they_use_a_chain_of_it_and_the_embedded_part_whenever_it_was_registered()
    {
        using var services = Services([], s => s.AddKeyedSingleton<ITextToSpeech>("azure", new ScriptedVoice(TimeProvider.System)));
        services.GetRequiredService<ITextToSpeech>().ShouldBeOfType<FallbackTextToSpeech>();
        services.GetRequiredService<ProviderChain<ITextToSpeech>>().For(null).Select(c => c.Name).ShouldBe(["azure", "embedded"]);
        services.GetRequiredService<ISpeechToText>().Name.ShouldBe("moonshine");
    }

    [Fact]
    public void The_configured_order_holds_and_ends_with_the_embedded_one()
    {
        using var services = Services([("Providers:Speak:0", "openai"), ("Providers:Speak:1", "azure")], s =>
        {
            s.AddKeyedSingleton<ITextToSpeech>("azure", new ScriptedVoice(TimeProvider.System));
            s.AddKeyedSingleton<ITextToSpeech>("openai", new ScriptedVoice(TimeProvider.System));
        });
        services.GetRequiredService<ProviderChain<ITextToSpeech>>().For(null).Select(c => c.Name).ShouldBe(["openai", "azure", "embedded"]);
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        using var services = Services(
        [
            ("Providers:Recognise:0", "deepgram"), ("Providers:Speak:0", "siri"), ("Providers:Think:0", "rules"),
            ("Providers:Deadlines:Speak:FirstOutputMs", "1"), ("Providers:Breaker:FailureShare", "0"), ("Providers:Hedging:Budget", "1.5"),
            ("Providers:Currency", "dollars"), ("Providers:Prices:0:Provider", "acme"), ("Providers:Prices:0:Per", "0"),
        ]);
        var errors = Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IOptions<ProviderOptions>>().Value).Failures.ToList();

        errors.Count.ShouldBe(8);
        errors.ShouldContain("Providers:Recognise names deepgram, but its key is missing: set Providers:Deepgram:ApiKey.");
        errors.ShouldContain("Providers:Speak names 'siri', which is not known there; known are elevenlabs, azure, openai, embedded.");
        errors.ShouldContain("Providers:Deadlines:Speak:FirstOutputMs must be between 50 and 30,000, not 1.");
    }

    [Fact]
    public void Prices_are_summed_exactly()
    {
        var prices = Prices();
        prices.CostOf([]).ShouldBe(0m);
        prices.CostOf(
        [
            new(Capability.Recognise, "deepgram", "nova-3", UsageUnit.AudioMs, 61_234),
            new(Capability.Think, "openai", "small", UsageUnit.InputTokens, 1_234_567),
            new(Capability.Think, "openai", "small", UsageUnit.OutputTokens, 89),
            new(Capability.Think, "openai", "small", UsageUnit.Requests, 7),
            new(Capability.Speak, "embedded", "", UsageUnit.Characters, 400),
        ]).ShouldBe(61_234m * 0.0043m / 60_000m + 1_234_567m * 0.15m / 1_000_000m + 89m * 0.60m / 1_000_000m);
    }

    [Theory]
    [InlineData("openai", "large", UsageUnit.OutputTokens)]
    [InlineData("azure", "", UsageUnit.Characters)]
    public void A_sum_with_something_that_has_no_price_is_not_known(string provider, string model, UsageUnit unit)
    {
        Prices().CostOf([new(Capability.Recognise, "deepgram", "", UsageUnit.AudioMs, 1000), new(Capability.Think, provider, model, unit, 1)]).ShouldBeNull();
    }

    [Fact]
    public async Task Ringing_opens_connections_and_waits_for_none()
    {
        var parts = new ChainParts();
        parts.Options.PrewarmsAtOnce = 2;
        var slow = new SlowToOpen();
        var prewarmer = Prewarmer(parts, slow);
        prewarmer.Ring(new ExpectedCall("en-US", []));
        prewarmer.Ring(new ExpectedCall("en-US", []));
        await slow.Opening(2);

        // No more at once than may be, and none for a tenant that does without.
        prewarmer.Ring(new ExpectedCall("en-US", []));
        prewarmer.Ring(new ExpectedCall("en-US", [], new ProviderChoice { Recognise = [ProviderNames.Embedded] }));
        slow.Opened.ShouldBe(2);
    }

    [Fact]
    public async Task One_that_cannot_be_opened_or_never_is_gives_its_place_back()
    {
        var parts = new ChainParts();
        parts.Options.PrewarmsAtOnce = 1;
        var slow = new SlowToOpen();
        var prewarmer = Prewarmer(parts, slow);
        prewarmer.Ring(new ExpectedCall("en-US", []));
        await slow.Opening(1);
        parts.Clock.Advance(TimeSpan.FromMilliseconds(parts.Options.Deadlines.ConnectMs));
        while (slow.Opened < 2)
        {
            prewarmer.Ring(new ExpectedCall("en-US", []));
            await Task.Yield();
        }
    }

    private static ProviderPrewarmer Prewarmer(ChainParts parts, SlowToOpen recogniser) => new(
        parts.Chain<ISpeechToText>(Capability.Recognise, ("deepgram", recogniser), (ProviderNames.Embedded, new ScriptedRecogniser(parts.Clock))),
        parts.Chain<ILanguageModel>(Capability.Think), parts.Chain<ITextToSpeech>(Capability.Speak, (ProviderNames.Embedded, new ScriptedVoice(parts.Clock))),
        Options.Create(parts.Options), parts.Clock, NullLogger<ProviderPrewarmer>.Instance);

    private static PriceTable Prices() => new(Options.Create(new ProviderOptions
    {
        Prices =
        [
            new UnitPrice { Provider = "deepgram", Unit = UsageUnit.AudioMs, Price = 0.0043m, Per = 60_000 },
            new UnitPrice { Provider = "openai", Model = "small", Unit = UsageUnit.InputTokens, Price = 0.15m, Per = 1_000_000 },
            new UnitPrice { Provider = "openai", Model = "small", Unit = UsageUnit.OutputTokens, Price = 0.60m, Per = 1_000_000 },
        ],
    }));

    private static ServiceProvider Services((string, string)[]? settings = null, Action<IServiceCollection>? add = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection((settings ?? []).Select(s => KeyValuePair.Create(s.Item1, (string?)s.Item2))).Build();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddConversation(configuration);
        add?.Invoke(services);
        return services.BuildServiceProvider();
    }

    private sealed class SlowToOpen : ISpeechToText, IPrewarmed
    {
        private readonly Channel<int> opening = Channel.CreateUnbounded<int>();
        private int opened;

        public string Name => "slow";

        public int Opened => Volatile.Read(ref opened);

        public ISpeechToTextStream Open(SpeechToTextOptions options, Action<TranscriptEvent> sink) => throw new NotSupportedException();

        public Task PrewarmAsync(ExpectedCall call, CancellationToken cancellationToken)
        {
            opening.Writer.TryWrite(Interlocked.Increment(ref opened));
            return new TaskCompletionSource().Task;
        }

        public async Task Opening(int count)
        {
            for (var i = 0; i < count; i++)
                await opening.Reader.ReadAsync();
        }
    }
}
