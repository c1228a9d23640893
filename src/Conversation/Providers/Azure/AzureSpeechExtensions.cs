using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Parley.Conversation.Stt;
using Parley.Conversation.Stt.Azure;
using Parley.Conversation.Tts;
using Parley.Conversation.Tts.Azure;

namespace Parley.Conversation.Providers.Azure;

/// <summary>Registers Azure Speech.</summary>
public static class AzureSpeechExtensions
{
    /// <summary>
    /// Adds recognition and synthesis under the key <c>azure</c> when the section <c>Providers:Azure</c> has a key, region or endpoint; otherwise
    /// nothing. What is wrong with the section is told at start.
    /// </summary>
    public static IServiceCollection AddAzureSpeech(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetSection(AzureSpeechOptions.Section);
        if (string.IsNullOrWhiteSpace(section["Key"]) && string.IsNullOrWhiteSpace(section["Region"]) && string.IsNullOrWhiteSpace(section["Endpoint"]))
            return services;

        services.AddOptions<AzureSpeechOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AzureSpeechOptions>, AzureSpeechOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddKeyedSingleton<ISpeechToText, AzureSpeechToText>(AzureSpeechOptions.Name);
        services.AddKeyedSingleton<ITextToSpeech, AzureTextToSpeech>(AzureSpeechOptions.Name);
        return services;
    }
}
