using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Parley.Conversation.Tts.ElevenLabs;

/// <summary>Registers ElevenLabs.</summary>
public static class ElevenLabsServiceCollectionExtensions
{
    /// <summary>
    /// Adds the synthesiser <c>elevenlabs</c> (an <see cref="ITextToSpeech"/> of that key) when <c>Providers:ElevenLabs:ApiKey</c> is set,
    /// its options checked at start.
    /// </summary>
    public static IServiceCollection AddElevenLabs(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetSection(ElevenLabsOptions.Section);
        if (string.IsNullOrEmpty(section[nameof(ElevenLabsOptions.ApiKey)]))
            return services;

        services.AddOptions<ElevenLabsOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ElevenLabsOptions>, ElevenLabsOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ElevenLabsTextToSpeech>();
        services.AddKeyedSingleton<ITextToSpeech>(
            ElevenLabsTextToSpeech.ProviderName, static (provider, _) => provider.GetRequiredService<ElevenLabsTextToSpeech>());
        return services;
    }
}
