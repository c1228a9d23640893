using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NodaTime;
using Parley.Conversation;
using Parley.Conversation.Native;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Providers;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Conversation.Vad;
using Parley.Providers.Server.ElevenLabs;

namespace Parley.ProviderBench;

/// <summary>Where the providers are.</summary>
internal sealed record Addresses(Uri Azure, string AzureKey, Uri OpenAi, string OpenAiKey, Uri Second, Uri ElevenLabs)
{
    public static Addresses Of(Vendors vendors) => new(
        vendors.Azure.Address, vendors.Azure.Key, vendors.OpenAi.BaseAddress, vendors.OpenAi.Key, vendors.Second.BaseAddress, vendors.ElevenLabs.Address);
}

/// <summary>A fresh installation with no connection open: chains of recognisers (azure, openai), models (openai, second) and voices (azure, elevenlabs).</summary>
internal sealed class Installation : IAsyncDisposable
{
    // The network for voice detection is loaded once.
    private static readonly SileroVadFactory Vad = new(new SpeechAssets(Options.Create(new SpeechOptions())));

    private readonly ServiceProvider services;

    public Installation(Addresses addresses, bool speculate = true, bool hedge = false, Watch? watch = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Providers:Azure:Key"] = addresses.AzureKey,
            ["Providers:Azure:Endpoint"] = addresses.Azure.AbsoluteUri,
            ["Providers:OpenAi:ApiKey"] = addresses.OpenAiKey,
            ["Providers:OpenAi:BaseAddress"] = addresses.OpenAi.AbsoluteUri,
            ["Providers:Compatible:second:ApiKey"] = addresses.OpenAiKey,
            ["Providers:Compatible:second:BaseAddress"] = addresses.Second.AbsoluteUri,
            ["Providers:Compatible:second:Model"] = "gpt-4o-mini",
            ["Providers:ElevenLabs:ApiKey"] = ElevenLabsServer.Key,
            ["Providers:ElevenLabs:BaseUrl"] = addresses.ElevenLabs.AbsoluteUri,
            ["Providers:Recognise:0"] = "azure",
            ["Providers:Recognise:1"] = "openai",
            ["Providers:Think:0"] = "openai",
            ["Providers:Think:1"] = "second",
            ["Providers:Speak:0"] = "azure",
            ["Providers:Speak:1"] = "elevenlabs",
            ["Providers:Hedging:Think"] = hedge ? "true" : "false",
            ["Providers:Hedging:Speak"] = hedge ? "true" : "false",
            ["Conversation:Speculate"] = speculate ? "true" : "false",
        }).Build();
        var registered = new ServiceCollection().AddLogging().AddMetrics().AddConversation(configuration)
            .AddSingleton<IVoiceActivityDetectorFactory>(Vad).AddSingleton<ICallJournal, NoJournal>();
        watch?.Over(registered);
        services = registered.BuildServiceProvider();
        Services = services.GetRequiredService<CallServices>();
        Pipeline = services.GetRequiredService<IOptions<PipelineOptions>>().Value;
    }

    /// <summary>Who is called.</summary>
    public static Tenant Tenant { get; } = new()
    {
        Id = new Guid("01930000-0000-7000-8000-000000000001"),
        Slug = "measured",
        Name = "Luigi's",
        Kind = BusinessKind.Restaurant,
        TimeZone = DateTimeZone.Utc,
        Greeting = "Good evening, this is Luigi's.",
    };

    public CallServices Services { get; }

    public PipelineOptions Pipeline { get; }

    /// <summary>A call rings, if anything is to be opened meanwhile.</summary>
    public void Ring() => services.GetRequiredService<ProviderPrewarmer>().Ring(ExpectedCall.Of(Tenant));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => services.DisposeAsync();

    private sealed class NoJournal : ICallJournal
    {
        public void Write(TurnRecord turn)
        {
        }

        public void Write(CallEnded call)
        {
        }
    }
}
