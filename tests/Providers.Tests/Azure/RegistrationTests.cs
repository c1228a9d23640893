using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Parley.Conversation.Providers.Azure;
using Parley.Conversation.Stt;
using Parley.Conversation.Tts;

namespace Parley.Providers.Tests.Azure;

public sealed class RegistrationTests
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    [Fact]
    public void Without_configuration_there_is_no_azure()
    {
        using var services = Build([]);
        services.GetKeyedService<ISpeechToText>("azure").ShouldBeNull();
        services.GetKeyedService<ITextToSpeech>("azure").ShouldBeNull();
    }

    [Fact]
    public void With_key_and_region_recognition_and_synthesis_are_there_under_their_name()
    {
        using var services = Build(new() { ["Key"] = Key, ["Region"] = "westeurope", ["Voices:sv"] = "sv-SE-SofieNeural" });
        services.GetRequiredKeyedService<ISpeechToText>("azure").Name.ShouldBe("azure");
        services.GetRequiredKeyedService<ITextToSpeech>("azure").Name.ShouldBe("azure");
        services.GetRequiredKeyedService<ITextToSpeech>("azure").ShouldBeSameAs(services.GetRequiredKeyedService<ITextToSpeech>("azure"));
        services.GetRequiredService<IOptions<AzureSpeechOptions>>().Value.Voices["SV"].ShouldBe("sv-SE-SofieNeural");
    }

    [Theory]
    [InlineData("Key", "")]
    [InlineData("Key", "your-key-here")]
    [InlineData("Key", "\"0123456789abcdef0123456789abcdef\"")]
    [InlineData("Key", "0123456789abcdef 0123456789abcdef")]
    [InlineData("Region", "")]
    [InlineData("Region", "West Europe")]
    [InlineData("Endpoint", "ftp://example.com")]
    [InlineData("ChunkMs", "1000")]
    [InlineData("SegmentationSilenceMs", "10")]
    [InlineData("ReplayMs", "0")]
    [InlineData("RatePercent", "400")]
    public void What_is_wrong_is_told_at_start_without_the_key(string setting, string value)
    {
        var settings = new Dictionary<string, string?> { ["Key"] = Key, ["Region"] = "westeurope", [setting] = value };
        using var services = Build(settings);
        var error = Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());
        error.Message.ShouldContain($"Providers:Azure:{setting}");
        error.Message.ShouldNotContain("0123456789");
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        using var services = Build(new() { ["Key"] = "x", ["Region"] = "a b", ["ChunkMs"] = "1" });
        Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate()).Failures.Count().ShouldBe(3);
    }

    [Theory]
    [InlineData("westeurope", "wss://westeurope.stt.speech.microsoft.com/", "https://westeurope.tts.speech.microsoft.com/", "https://westeurope.api.cognitive.microsoft.com/")]
    [InlineData("chinaeast2", "wss://chinaeast2.stt.speech.azure.cn/", "https://chinaeast2.tts.speech.azure.cn/", "https://chinaeast2.api.cognitive.azure.cn/")]
    [InlineData("usgovvirginia", "wss://usgovvirginia.stt.speech.azure.us/", "https://usgovvirginia.tts.speech.azure.us/", "https://usgovvirginia.api.cognitive.microsoft.us/")]
    public void A_region_has_its_cloud_s_addresses(string region, string stt, string tts, string token)
    {
        var endpoints = AzureSpeechEndpoints.Of(new AzureSpeechOptions { Region = region });
        endpoints.Recognition.ShouldBe(new Uri(stt + "speech/recognition/conversation/cognitiveservices/v1"));
        endpoints.Synthesis.ShouldBe(new Uri(tts + "cognitiveservices/v1"));
        endpoints.Token.ShouldBe(new Uri(token + "sts/v1.0/issueToken"));
    }

    [Theory]
    [InlineData("https://shop.cognitiveservices.azure.com", "wss://shop.cognitiveservices.azure.com/stt/speech/", "https://shop.cognitiveservices.azure.com/tts/cognitiveservices/v1")]
    [InlineData("http://speech:5000/", "ws://speech:5000/speech/", "http://speech:5000/cognitiveservices/v1")]
    public void An_endpoint_of_one_s_own_takes_the_place_of_a_region(string endpoint, string stt, string tts)
    {
        var endpoints = AzureSpeechEndpoints.Of(new AzureSpeechOptions { Endpoint = new Uri(endpoint) });
        endpoints.Recognition.ToString().ShouldStartWith(stt);
        endpoints.Synthesis.ShouldBe(new Uri(tts));
    }

    private static ServiceProvider Build(Dictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => "Providers:Azure:" + s.Key, s => s.Value)).Build();
        return new ServiceCollection().AddLogging().AddAzureSpeech(configuration).BuildServiceProvider();
    }
}
