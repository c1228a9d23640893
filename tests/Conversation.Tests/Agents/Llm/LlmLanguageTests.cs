using Parley.Conversation.Agents;
using Parley.Conversation.Flags;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tests.Agents.Grounding;
using static Parley.Tests.Common.Llm.ScriptedModel;

namespace Parley.Conversation.Tests.Agents.Llm;

/// <summary>Languages that a tenant's features switch off.</summary>
public sealed class LlmLanguageTests
{
    private const string Spanish = "Claro que sí, con mucho gusto le ayudo. ¿Para cuántas personas es la mesa?";

    [Fact]
    public async Task A_language_that_is_on_is_followed()
    {
        var desk = await new LlmDesk(static _ => [Say(Spanish)]).SayAsync("Hola, quiero una mesa para el viernes");

        desk.Words.ShouldBe(Spanish);
        desk.Model.Requests[0].Messages[0].Text.ShouldContain("Change only when the caller speaks another one, and then speak that one.");
        desk.Model.Requests[0].Messages[0].Text.ShouldNotContain("Never speak any");
    }

    [Fact]
    public async Task A_language_that_is_off_is_told_to_the_model_and_not_spoken()
    {
        var desk = new LlmDesk(static _ => [Say(Spanish)]) { Features = Off("es", "ru") };

        await desk.SayAsync("Hola, quiero una mesa para el viernes");

        desk.Words.ShouldBe("I'm sorry, I can't speak that language. Shall I connect you with a person?");
        desk.Decision["gate"]![0]!["outcome"]!.GetValue<string>().ShouldBe("language:es");
        var rules = desk.Model.Requests[0].Messages[0].Text;
        rules.ShouldContain("Speak English (United States)");
        rules.ShouldContain("Never speak any of these, whoever asks for it: Spanish, Russian.");
        desk.Model.Requests[0].Messages[^2].Text.ShouldContain("The caller speaks Spanish, which you may not speak.");
    }

    [Theory]
    [InlineData("es", "Claro.")]
    [InlineData("ru", "Да, конечно, приходите.")]
    [InlineData("he", "כן, בשמחה.")]
    public async Task Short_answers_in_it_are_not_spoken_either(string off, string answer)
    {
        var desk = await new LlmDesk(_ => [Say(answer)]) { Features = Off(off) }.SayAsync("hello");

        desk.Words.ShouldStartWith("I'm sorry, I can't speak that language.");
    }

    [Fact]
    public async Task What_is_not_let_through_is_answered_for_in_the_tenants_language()
    {
        var desk = await new LlmDesk(static _ => [Say("La pizza de la casa cuesta 99 dólares.")], Known.Tenant with { Departments = [] }) { Features = Off("es") }.SayAsync("¿Cuánto cuesta la pizza de la casa?");
        desk.Words.ShouldBe("I'm sorry, I can't speak that language. Shall I take a message for the team?");

        var priced = await new LlmDesk(static _ => [Say("The pizza is 99 dollars.")], Known.Tenant with { Departments = [] }) { Features = Off("es") }.SayAsync("¿Cuánto cuesta la pizza de la casa?");
        priced.Words.ShouldBe("I'm sorry, I don't know that. Shall I take a message for the team?");
    }

    [Fact]
    public async Task Words_and_names_of_it_in_another_language_are_spoken()
    {
        const string Answer = "The paella de la casa is for two, and your name is Lucía Fernández.";

        (await new LlmDesk(static _ => [Say(Answer)]) { Features = Off("es") }.SayAsync("what is that paella")).Words.ShouldBe(Answer);
    }

    [Fact]
    public async Task The_tenants_own_language_is_always_spoken()
    {
        var tenant = Known.Tenant with { Language = "es-US" };
        var desk = new LlmDesk(static _ => [Say(Spanish)], tenant) { Features = Off("es", "en") };

        await desk.SayAsync("Hola, quiero una mesa");
        desk.Words.ShouldBe(Spanish);
        desk.Model.Requests[0].Messages[0].Text.ShouldContain("whoever asks for it: English.");

        var english = new LlmDesk(static _ => [Say("Sure, I can do that for you.")], tenant) { Features = Off("en") };
        await english.SayAsync("do you speak english");
        english.Words.ShouldStartWith("Lo siento, no hablo ese idioma.");
    }

    [Fact]
    public async Task A_region_follows_its_language_and_an_exception_of_the_tenant_wins()
    {
        var features = new TenantFeatures([new Dictionary<string, bool> { ["language.es"] = false }, new Dictionary<string, bool> { ["language.es"] = true }]);

        (await new LlmDesk(static _ => [Say(Spanish)]) { Features = features }.SayAsync("hola")).Words.ShouldBe(Spanish);
    }

    private static TenantFeatures Off(params string[] languages) => new([languages.ToDictionary(static tag => Features.Language(tag), static _ => false)]);
}
