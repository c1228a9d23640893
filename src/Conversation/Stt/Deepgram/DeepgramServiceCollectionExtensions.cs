using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Parley.Conversation.Stt.Deepgram;

/// <summary>Registers Deepgram.</summary>
public static class DeepgramServiceCollectionExtensions
{
    /// <summary>
    /// Adds the recogniser <c>deepgram</c> (an <see cref="ISpeechToText"/> of that key) when <c>Providers:Deepgram:ApiKey</c> is set, its
    /// options checked at start.
    /// </summary>
    public static IServiceCollection AddDeepgram(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetSection(DeepgramOptions.Section);
        if (string.IsNullOrEmpty(section[nameof(DeepgramOptions.ApiKey)]))
            return services;

        services.AddOptions<DeepgramOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DeepgramOptions>, DeepgramOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<DeepgramSpeechToText>();
        services.AddKeyedSingleton<ISpeechToText>(
            DeepgramSpeechToText.ProviderName, static (provider, _) => provider.GetRequiredService<DeepgramSpeechToText>());
        return services;
    }
}
