using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Parley.Conversation.Llm;
using Parley.Conversation.Providers;
using Parley.Conversation.Providers.OpenAi;
using Parley.Conversation.Stt;
using Parley.Conversation.Tts;
using Parley.Providers.Server.OpenAi;

namespace Parley.Providers.Tests.OpenAi;

public class RegistrationTests
{
    [Fact]
    public async Task Everything_is_there_under_its_name()
    {
        await using var server = await OpenAiServer.StartAsync();
        server.Models.Add("llama3");
        await using var services = Services(
            ("Providers:OpenAi:ApiKey", "sk-0123456789"), ("Providers:Compatible:Ollama:BaseAddress", server.BaseAddress.AbsoluteUri),
            ("Providers:Compatible:Ollama:Model", "llama3"), ("Providers:Compatible:Ollama:ApiKey", server.Key));

        services.GetRequiredKeyedService<ISpeechToText>("openai").Name.ShouldBe("openai");
        services.GetRequiredKeyedService<ITextToSpeech>("openai").ShouldBeAssignableTo<IPrewarmed>();
        services.GetRequiredKeyedService<IEmbedder>("openai").Model.ShouldBe("text-embedding-3-small");
        services.GetRequiredKeyedService<ILanguageModel>("openai").ShouldBeAssignableTo<IPrewarmed>();
        var ollama = services.GetRequiredKeyedService<ILanguageModel>("ollama");
        (await Provider.ReadAsync(ollama, Provider.Ask("hi"))).Words().ShouldBe("Hello! How can I help?");
        services.GetKeyedService<ITextToSpeech>("ollama").ShouldBeNull();
        services.GetRequiredService<IStartupValidator>().Validate();
    }

    [Fact]
    public void Without_a_key_or_address_there_is_nothing()
    {
        using var services = Services(("Providers:OpenAi:Model", "gpt-4o"));

        services.GetKeyedService<ILanguageModel>("openai").ShouldBeNull();
        services.GetKeyedService<ISpeechToText>("openai").ShouldBeNull();
    }

    [Theory]
    [InlineData("Providers:OpenAi:ApiKey", "pk-0123456789", "begin with \"sk-\"")]
    [InlineData("Providers:OpenAi:ApiKey", "sk-01234567 89", "blanks")]
    [InlineData("Providers:OpenAi:ApiKey", "sk-0", "4 characters")]
    [InlineData("Providers:OpenAi:BaseAddress", "ftp://example.com", "absolute http")]
    [InlineData("Providers:OpenAi:TimeoutMs", "5", "100 to 120000")]
    [InlineData("Providers:OpenAi:Temperature", "3", "0 to 2")]
    [InlineData("Providers:Compatible:groq:ApiKey", "gsk_0123456789", "Providers:Compatible:groq:BaseAddress is missing")]
    public void What_is_wrong_is_said_at_start_without_the_key(string setting, string value, string message)
    {
        using var services = Services(("Providers:OpenAi:BaseAddress", "http://localhost/v1"), ("Providers:OpenAi:BaseAddress", setting.EndsWith("ApiKey", StringComparison.Ordinal) ? "" : "http://localhost/v1"), (setting, value));

        var failure = Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        failure.Message.ShouldContain(message);
        if (setting.EndsWith("ApiKey", StringComparison.Ordinal))
            failure.Message.ShouldNotContain(value);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("rules")]
    [InlineData("a b")]
    public void A_compatible_server_needs_a_name_of_its_own(string name) =>
        Should.Throw<OptionsValidationException>(() => Services(($"Providers:Compatible:{name}:Model", "m")));

    private static ServiceProvider Services(params (string Name, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>();
        foreach (var (name, value) in settings)
            values[name] = value;
        return new ServiceCollection().AddLogging().AddOpenAi(new ConfigurationBuilder().AddInMemoryCollection(values).Build()).BuildServiceProvider();
    }
}
