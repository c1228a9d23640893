using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Native;
using Parley.Conversation.Stt;
using Parley.Conversation.Stt.Moonshine;
using Parley.Conversation.Tts;
using Parley.Conversation.Tts.Espeak;
using Parley.Conversation.Tts.Flite;
using Parley.Conversation.Vad;

namespace Parley.Conversation;

/// <summary>Registers the speech parts that need no server and no key.</summary>
public static class EmbeddedSpeechServiceCollectionExtensions
{
    /// <summary>
    /// Adds Silero voice activity detection, Moonshine recognition and synthesis with flite and espeak-ng, each loaded at first use; options come from the
    /// section <c>Speech</c>.
    /// </summary>
    public static IServiceCollection AddEmbeddedSpeech(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<SpeechOptions>()
            .Bind(configuration.GetSection(SpeechOptions.SectionName))
            .Validate(
                options => options.RecognitionThreads is >= 0 and <= 64,
                $"{SpeechOptions.SectionName}:{nameof(SpeechOptions.RecognitionThreads)} must be 0 to 64.")
            .ValidateOnStart();

        services.AddSingleton<SpeechAssets>();

        services.AddSingleton<SileroVadFactory>();
        services.AddSingleton<IVoiceActivityDetectorFactory>(provider => provider.GetRequiredService<SileroVadFactory>());

        services.AddSingleton<MoonshineSpeechToText>();
        services.AddSingleton<ISpeechToText>(provider => provider.GetRequiredService<MoonshineSpeechToText>());

        services.AddSingleton<FliteTextToSpeech>();
        services.AddOptions<PhraseCacheOptions>().Bind(configuration.GetSection(PhraseCacheOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<EspeakTextToSpeech>();
        services.AddSingleton<ITextToSpeech>(provider =>
        {
            // Phrases are kept behind the choice of the voice: what a stand-in read must not outlive its standing in.
            var espeak = provider.GetRequiredService<EspeakTextToSpeech>();
            var english = ActivatorUtilities.CreateInstance<PhraseCache>(provider, provider.GetRequiredService<FliteTextToSpeech>());
            var others = ActivatorUtilities.CreateInstance<PhraseCache>(provider, espeak);
            return new EmbeddedVoice(english, others, espeak, provider.GetRequiredService<ILogger<EmbeddedVoice>>());
        });
        return services;
    }
}
