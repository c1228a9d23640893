using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Parley.Conversation;
using Parley.Conversation.Agents;
using Parley.Conversation.Providers;
using Parley.Conversation.Sts;

namespace Parley.Providers.Tests.OpenAi.Realtime;

public class RealtimeRegistrationTests
{
    private const string Key = "sk-0123456789-secret";

    [Fact]
    public async Task It_is_there_under_its_name_and_carries_calls_only_where_it_is_named_first()
    {
        await using var services = Services(("Providers:OpenAiRealtime:ApiKey", Key));
        services.GetRequiredKeyedService<ISpeechToSpeech>("openai-realtime").ShouldBeAssignableTo<IPrewarmed>();
        services.GetRequiredService<IStartupValidator>().Validate();
        var models = services.GetRequiredService<SpeechToSpeechModels>();

        models.IsWanted(null).ShouldBeFalse();
        models.IsWanted(new ProviderChoice { Think = ["openai-realtime", "rules"] }).ShouldBeTrue();
        models.IsWanted(new ProviderChoice { Think = ["rules"] }).ShouldBeFalse();
        services.GetRequiredService<ICallAgent>().Name.ShouldBe("rules");
    }

    [Fact]
    public async Task An_installation_may_use_it_for_every_tenant()
    {
        await using var services = Services(
            ("Providers:OpenAiRealtime:ApiKey", Key), ("Providers:Think:0", "openai-realtime"), ("Providers:Think:1", "rules"));
        services.GetRequiredService<IStartupValidator>().Validate();

        services.GetRequiredService<SpeechToSpeechModels>().IsWanted(null).ShouldBeTrue();
        services.GetRequiredService<SpeechToSpeechModels>().IsWanted(new ProviderChoice { Think = ["rules"] }).ShouldBeFalse();
    }

    [Fact]
    public async Task Without_a_key_or_address_there_is_nothing_and_a_tenant_that_wants_it_has_the_rest()
    {
        await using var services = Services(("Providers:OpenAiRealtime:Model", "gpt-realtime"));

        services.GetKeyedService<ISpeechToSpeech>("openai-realtime").ShouldBeNull();
        services.GetRequiredService<SpeechToSpeechModels>().IsWanted(new ProviderChoice { Think = ["openai-realtime", "rules"] }).ShouldBeFalse();
    }

    [Theory]
    [InlineData("ApiKey", "sk-01234567 89", "blanks")]
    [InlineData("ApiKey", "sk-0", "4 characters long")]
    [InlineData("ApiKey", "pk-0123456789", "begin with \"sk-\"")]
    [InlineData("BaseAddress", "http://example.com/v1", "absolute https or wss")]
    [InlineData("BaseAddress", "https://me@example.com/v1", "absolute https or wss")]
    [InlineData("Voice", " ", "Voice is empty")]
    [InlineData("Speed", "2", "0.25 to 1.5")]
    [InlineData("SilenceMs", "50", "100 to 3000")]
    [InlineData("MaxOutputTokens", "5000", "1 to 4096")]
    public void What_is_wrong_is_said_at_start_without_the_key(string setting, string value, string message)
    {
        using var services = Services(("Providers:OpenAiRealtime:ApiKey", Key), ($"Providers:OpenAiRealtime:{setting}", value));

        var failure = Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        failure.Message.ShouldContain(message);
        failure.Message.ShouldNotContain(setting == "ApiKey" ? value : Key);
    }

    [Fact]
    public void Named_without_a_key_or_behind_others_it_is_told_at_start()
    {
        using var missing = Services(("Providers:Think:0", "openai-realtime"));
        Should.Throw<OptionsValidationException>(() => missing.GetRequiredService<IStartupValidator>().Validate())
            .Message.ShouldContain("its key is missing: set Providers:OpenAiRealtime:ApiKey");
        using var behind = Services(
            ("Providers:OpenAiRealtime:ApiKey", Key), ("Providers:Think:0", "rules"), ("Providers:Think:1", "openai-realtime"));
        Should.Throw<OptionsValidationException>(() => behind.GetRequiredService<IStartupValidator>().Validate())
            .Message.ShouldContain("it must be the first");
    }

    private static ServiceProvider Services(params (string Name, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>();
        foreach (var (name, value) in settings)
            values[name] = value;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        return new ServiceCollection().AddLogging().AddMetrics().AddConversation(configuration).BuildServiceProvider();
    }
}
