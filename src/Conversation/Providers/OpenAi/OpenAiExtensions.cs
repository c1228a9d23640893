using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Parley.Conversation.Llm;
using Parley.Conversation.Llm.OpenAi;
using Parley.Conversation.Stt;
using Parley.Conversation.Stt.OpenAi;
using Parley.Conversation.Tts;
using Parley.Conversation.Tts.OpenAi;

namespace Parley.Conversation.Providers.OpenAi;

/// <summary>Registers OpenAI and the servers compatible with it.</summary>
public static class OpenAiExtensions
{
    // Names that mean something else where providers are chosen.
    private static readonly string[] Taken = ["openai", "azure", "deepgram", "elevenlabs", "embedded", "rules", "realtime", "openai-realtime"];

    /// <summary>
    /// Adds, under the key <c>openai</c> and only when a key or an address is configured in <c>Providers:OpenAi</c>, recognition, synthesis, a language
    /// model and embeddings; and under its own name a language model for each server in <c>Providers:Compatible</c>.
    /// </summary>
    /// <exception cref="OptionsValidationException">A compatible server has a name that cannot be used.</exception>
    public static IServiceCollection AddOpenAi(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<OpenAiOptions>, OpenAiOptionsValidator>();
        var section = configuration.GetSection(OpenAiOptions.Section);
        if (!string.IsNullOrEmpty(section[nameof(OpenAiOptions.ApiKey)]) || !string.IsNullOrEmpty(section[nameof(OpenAiOptions.BaseAddress)]))
        {
            AddConnection(services, OpenAiOptions.OpenAi, section);
            services.AddKeyedSingleton<ISpeechToText>(OpenAiOptions.OpenAi, static (s, key) => new OpenAiSpeechToText(Connection(s, key)));
            services.AddKeyedSingleton<ITextToSpeech>(OpenAiOptions.OpenAi, static (s, key) => new OpenAiTextToSpeech(Connection(s, key)));
            services.AddKeyedSingleton<IEmbedder>(OpenAiOptions.OpenAi, static (s, key) => new OpenAiEmbeddings(Connection(s, key)));
        }

        foreach (var server in configuration.GetSection(OpenAiOptions.CompatibleSection).GetChildren())
        {
            var name = server.Key.ToLowerInvariant();
            if (Taken.Contains(name) || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            {
                throw new OptionsValidationException(name, typeof(OpenAiOptions),
                    [$"{server.Path}: a compatible server needs a name of its own, of letters, digits, '-', '_' and '.'."]);
            }

            AddConnection(services, name, server);
        }

        return services;
    }

    private static void AddConnection(IServiceCollection services, string name, IConfigurationSection section)
    {
        services.AddOptions<OpenAiOptions>(name).Bind(section).ValidateOnStart();
        services.AddKeyedSingleton(name, static (s, key) => new OpenAiConnection(
            (string)key!, s.GetRequiredService<IOptionsMonitor<OpenAiOptions>>().Get((string)key!), s.GetRequiredService<TimeProvider>()));
        services.AddKeyedSingleton<ILanguageModel>(name, static (s, key) => new OpenAiLanguageModel(Connection(s, key)));
    }

    private static OpenAiConnection Connection(IServiceProvider services, object? key) => services.GetRequiredKeyedService<OpenAiConnection>(key);
}
