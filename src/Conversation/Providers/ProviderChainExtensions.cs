using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Llm;
using Parley.Conversation.Sts;
using Parley.Conversation.Stt;
using Parley.Conversation.Stt.Moonshine;
using Parley.Conversation.Tts;

namespace Parley.Conversation.Providers;

/// <summary>Puts the providers that are configured into chains.</summary>
internal static class ProviderChainExtensions
{
    /// <summary>
    /// Makes chains of the providers that are registered under their names, by whoever registers them and whenever, the recogniser and the voice of
    /// calls. Without any but the embedded ones calls use those themselves.
    /// </summary>
    public static IServiceCollection AddProviderChains(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(new ProviderRegistrations(services));
        services.AddOptions<ProviderOptions>().Bind(configuration.GetSection(ProviderOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ProviderOptions>, ProviderOptionsValidator>();
        services.AddSingleton<PriceTable>();

        // What was registered last before this is the embedded one.
        var voice = services.Last(s => s.ServiceType == typeof(ITextToSpeech) && !s.IsKeyedService);
        services.AddKeyedSingleton<ISpeechToText>(ProviderNames.Embedded, (s, _) => s.GetRequiredService<MoonshineSpeechToText>());
        services.AddKeyedSingleton(ProviderNames.Embedded, (s, _) => (ITextToSpeech)voice.ImplementationFactory!(s));

        services.AddSingleton(s => Chain<ISpeechToText>(s, Capability.Recognise, static (_, _, provider) => provider));
        services.AddSingleton(s => Chain<ILanguageModel>(s, Capability.Think, static (_, _, provider) => provider));
        services.AddSingleton(s => Chain<ITextToSpeech>(s, Capability.Speak, (all, name, provider) => KeepPhrases(all, configuration, name, provider)));
        services.AddSingleton<ISpeechToText>(s => IsAlone(s, Capability.Recognise)
            ? s.GetRequiredKeyedService<ISpeechToText>(ProviderNames.Embedded)
            : new FallbackSpeechToText(s.GetRequiredService<ProviderChain<ISpeechToText>>()));
        services.AddSingleton<ITextToSpeech>(s => IsAlone(s, Capability.Speak)
            ? s.GetRequiredKeyedService<ITextToSpeech>(ProviderNames.Embedded)
            : new FallbackTextToSpeech(s.GetRequiredService<ProviderChain<ITextToSpeech>>()));
        services.AddSingleton(s => new FallbackLanguageModel(s.GetRequiredService<ProviderChain<ILanguageModel>>()));
        services.AddSingleton(s => new SpeechToSpeechModels(
            s.GetRequiredService<ProviderRegistrations>().SpeechToSpeech.Select(name => (name, s.GetRequiredKeyedService<ISpeechToSpeech>(name))),
            s.GetRequiredService<IOptions<ProviderOptions>>().Value, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ConversationMetrics>(),
            s.GetRequiredService<ILoggerFactory>().CreateLogger("Parley.Conversation.Providers")));
        services.AddSingleton(s => new ProviderPrewarmer(
            s.GetRequiredService<ProviderChain<ISpeechToText>>(), s.GetRequiredService<ProviderChain<ILanguageModel>>(),
            s.GetRequiredService<ProviderChain<ITextToSpeech>>(), s.GetRequiredService<IOptions<ProviderOptions>>(),
            s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<ProviderPrewarmer>>(), s.GetRequiredService<SpeechToSpeechModels>()));
        return services;
    }

    private static bool IsAlone(IServiceProvider services, Capability capability) =>
        services.GetRequiredService<ProviderRegistrations>().For(capability) is { Count: 1 } names && names.Contains(ProviderNames.Embedded);

    private static ProviderChain<T> Chain<T>(IServiceProvider services, Capability capability, Func<IServiceProvider, string, T, T> prepare)
        where T : class
    {
        var options = services.GetRequiredService<IOptions<ProviderOptions>>().Value;
        var registrations = services.GetRequiredService<ProviderRegistrations>();
        return new ProviderChain<T>(
            capability,
            registrations.For(capability).Select(name => (name, prepare(services, name, services.GetRequiredKeyedService<T>(name)))),
            options, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ConversationMetrics>(),
            services.GetRequiredService<ILoggerFactory>().CreateLogger("Parley.Conversation.Providers"), registrations.Order(capability, options));
    }

    // The embedded voices keep their phrases themselves.
    private static ITextToSpeech KeepPhrases(IServiceProvider services, IConfiguration configuration, string name, ITextToSpeech provider)
    {
        if (name == ProviderNames.Embedded)
            return provider;

        // The provider's own settings, its default voice among them, make another phrase; its key does not.
        var settings = configuration.GetSection(ProviderOptions.Section).GetSection(ProviderNames.SectionOf(name)).AsEnumerable(makePathsRelative: true)
            .Where(s => s.Value is not null && !s.Key.Contains("Key", StringComparison.OrdinalIgnoreCase))
            .OrderBy(s => s.Key, StringComparer.Ordinal);
        return ActivatorUtilities.CreateInstance<PhraseCache>(services, provider, string.Join('\n', settings.Select(s => $"{s.Key}={s.Value}")));
    }
}
