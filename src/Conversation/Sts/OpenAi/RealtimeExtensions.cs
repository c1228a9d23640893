using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Sts.OpenAi;

/// <summary>Registers OpenAI's Realtime API.</summary>
public static class RealtimeExtensions
{
    /// <summary>Adds it under the key <c>openai-realtime</c>, only when a key or an address is configured in <c>Providers:OpenAiRealtime</c>.</summary>
    public static IServiceCollection AddOpenAiRealtime(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetSection(RealtimeOptions.Section);
        if (string.IsNullOrEmpty(section[nameof(RealtimeOptions.ApiKey)]) && string.IsNullOrEmpty(section[nameof(RealtimeOptions.BaseAddress)]))
            return services;

        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<RealtimeOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RealtimeOptions>, RealtimeOptionsValidator>();
        services.AddKeyedSingleton<ISpeechToSpeech>(ProviderNames.OpenAiRealtime, static (s, _) => new OpenAiRealtime(
            s.GetRequiredService<IOptions<RealtimeOptions>>().Value, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<OpenAiRealtime>>()));
        return services;
    }
}
