using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Parley.Conversation.Native;
using Parley.Conversation.Stt;
using Parley.Conversation.Tts;
using Parley.Conversation.Vad;

namespace Parley.Conversation.Tests.Native;

public sealed class EmbeddedSpeechTests
{
    [Theory]
    [InlineData(typeof(ISpeechToText))]
    [InlineData(typeof(ITextToSpeech))]
    [InlineData(typeof(IVoiceActivityDetectorFactory))]
    [InlineData(typeof(SpeechAssets))]
    public void Each_part_is_registered_once_for_all_calls(Type service) =>
        Services().Single(descriptor => descriptor.ServiceType == service).Lifetime.ShouldBe(ServiceLifetime.Singleton);

    [Fact]
    public void Nothing_is_loaded_by_registering() =>
        Services().ShouldAllBe(descriptor => descriptor.ImplementationInstance == null
            || !descriptor.ImplementationInstance.GetType().Namespace!.StartsWith("Parley", StringComparison.Ordinal));

    private static ServiceCollection Services()
    {
        var services = new ServiceCollection();
        services.AddEmbeddedSpeech(new ConfigurationBuilder().Build());
        return services;
    }
}
