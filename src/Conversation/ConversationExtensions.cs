using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Parley.Conversation.Agents;
using Parley.Conversation.Capture;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Faults;
using Parley.Conversation.Pipeline;
using Parley.Conversation.PostCall;
using Parley.Conversation.Providers;
using Parley.Conversation.Providers.Azure;
using Parley.Conversation.Providers.OpenAi;
using Parley.Conversation.Rag;
using Parley.Conversation.Sts.OpenAi;
using Parley.Conversation.Stt.Deepgram;
using Parley.Conversation.Tts.ElevenLabs;
using Parley.Conversation.Turns;

namespace Parley.Conversation;

/// <summary>The voice loop and what it needs.</summary>
public static class ConversationExtensions
{
    /// <summary>Adds the voice loop, the embedded agent and the turn-taking strategies; speech comes from the embedded libraries.</summary>
    public static IServiceCollection AddConversation(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PipelineOptions>().Bind(configuration.GetSection(PipelineOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PipelineOptions>, PipelineOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<MetricsOptions>().Bind(configuration.GetSection(MetricsOptions.Section));
        services.AddSingleton<ConversationMetrics>();
        services.AddAgents(configuration);
        services.AddKnowledge(configuration);
        services.AddOpenAi(configuration).AddAzureSpeech(configuration).AddDeepgram(configuration).AddElevenLabs(configuration).AddOpenAiRealtime(configuration);
        services.AddSingleton<IEndpointingStrategy>(s => new AdaptiveEndpointing(s.GetRequiredService<IOptions<PipelineOptions>>().Value.Endpointing));
        services.AddSingleton<IInterruptionStrategy, SpeechInterruption>();
        services.AddSingleton<CallServices>();
        services.AddCaptures(configuration);
        services.AddHostedService(s => s.GetRequiredService<CallCaptures>());
        services.AddFaults(configuration);
        services.AddEmbeddedSpeech(configuration);
        services.AddProviderChains(configuration);
        services.AddSingleton<ICallAnalyst>(s =>
        {
            var models = s.GetRequiredService<FallbackLanguageModel>();
            return new ModelAnalyst(models, models.HasModel, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<ModelAnalyst>>(), s.GetService<IAnalysisBudget>());
        });
        return services;
    }

    /// <summary>Adds what captures calls, without starting it: also for commands that only look after the files.</summary>
    public static IServiceCollection AddCaptures(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<CaptureOptions>().Bind(configuration.GetSection(CaptureOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CaptureOptions>, CaptureOptionsValidator>();
        services.AddSingleton<CallCaptures>();
        return services;
    }
}
