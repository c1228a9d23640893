using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Flags;
using Parley.Conversation.Frames;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tests.Agents.Languages;

/// <summary>The rules follow a caller into another language that the tenant's features leave on, and back.</summary>
public sealed class CallLanguageTests
{
    private static readonly TenantFeatures OnlySpanish = new([new Dictionary<string, bool> { ["language.es"] = true, ["language.ru"] = false, ["language.he"] = false }]);

    private readonly RuleAgent agent = new();
    private readonly List<HistoryEntry> history = [];
    private AgentState? state;
    private Tenant tenant = SampleTenants.Restaurant with { Language = "en-US" };
    private TenantFeatures features = OnlySpanish;
    private List<AgentEvent> events = [];

    private string Words => string.Concat(events.OfType<AgentEvent.Say>().Select(static say => say.Text));

    [Fact]
    public void A_caller_is_answered_in_Spanish_from_the_first_words_of_it_and_in_English_again()
    {
        Say("Buenas tardes, quisiera reservar una mesa para dos personas mañana a las ocho de la noche.").ShouldContain("¿");
        Words.ShouldNotContain("I ");
        Say("Lucía Fernández").ShouldContain("una mesa para dos, mañana, domingo, a las ocho de la noche, a nombre de Lucía Fernández. ¿Es correcto?");
        ((RuleState)state!).Language.ShouldBe("es");

        Say("Sorry, could you say that again in English please?").ShouldNotContain("¿");
        ((RuleState)state!).Language.ShouldBeNull();
        Say("Yes, that's right.").ShouldContain("You're all set, Lucía.");
    }

    [Fact]
    public void A_question_that_was_open_is_asked_again_in_the_new_language()
    {
        Say("I'd like a table for tomorrow evening at eight, please.").ShouldContain("how many");

        Say("Perdone, no hablo inglés, ¿habla español?");

        Words.ShouldContain("personas");
    }

    [Theory]
    [InlineData("Hola.")]
    [InlineData("Gracias.")]
    [InlineData("A table at La Paella de la Casa, no?")]
    public void A_word_or_a_name_of_a_language_changes_nothing(string words)
    {
        Say(words).ShouldNotContain("¿");

        ((RuleState)state!).Language.ShouldBeNull();
    }

    [Fact]
    public void A_name_is_no_language()
    {
        Say("I'd like a table for four tomorrow evening at eight, please.").ShouldContain("name");

        Say("Ana De Los Dos").ShouldContain("Is that right?");
    }

    [Theory]
    [InlineData("en-US", "Здравствуйте, можно столик на двоих?", "I'm sorry, I only speak English.")]
    [InlineData("es-ES", "Здравствуйте, можно столик на двоих?", "Lo siento, solo hablo español.")]
    [InlineData("ru-RU", "שלום, אפשר להזמין שולחן?", "Извините, я говорю только по-русски.")]
    public void A_language_that_is_off_is_refused_in_the_tenants(string own, string words, string expected)
    {
        tenant = tenant with { Language = own };
        Say(words).ShouldContain(expected);
        state!.Facts.PartySize.ShouldBeNull();
    }

    [Fact]
    public void In_a_call_in_a_second_language_a_third_one_that_is_off_is_refused_in_the_second()
    {
        Say("Buenas tardes, quisiera reservar una mesa.");
        Say("Здравствуйте, можно столик на двоих?").ShouldContain("Lo siento, no hablo ese idioma.");
    }

    [Fact]
    public void A_yes_in_a_language_that_is_off_takes_up_the_offer_of_a_person()
    {
        features = new TenantFeatures([new Dictionary<string, bool> { ["language.es"] = false }]);
        tenant = tenant with { Departments = [SampleTenants.Manager] };

        Say("Buenas tardes, quisiera reservar una mesa.").ShouldContain("I only speak English. Shall I put you through");
        Say("Sí, claro.");

        events[^1].ShouldBeOfType<AgentEvent.TransferCall>();
    }

    [Fact]
    public void A_message_is_taken_in_a_language_that_is_off()
    {
        tenant = tenant with { Departments = [] };

        Say("Здравствуйте, можно столик на двоих?").ShouldContain("Shall I take a message");
        Say("Да, пожалуйста.").ShouldContain("pass on");
        Say("Мы придём завтра вдвоём, закажите нам столик.");

        state!.Facts.Message.ShouldBe("Мы придём завтра вдвоём, закажите нам столик.");
    }

    [Fact]
    public void Without_a_word_about_languages_in_the_features_all_that_are_known_are_spoken()
    {
        features = TenantFeatures.All;

        Say("Здравствуйте, хочу забронировать столик на двоих завтра в семь вечера.").ShouldContain("имя", Case.Insensitive);
    }

    [Fact]
    public void Who_takes_over_from_a_model_goes_on_in_the_language_of_the_caller()
    {
        history.Add(new HistoryEntry(Speaker.Caller, "Buenas tardes, quisiera reservar una mesa."));
        history.Add(new HistoryEntry(Speaker.Agent, "Claro. ¿Para cuántas personas?"));

        Say("Cuatro.").ShouldContain("¿");

        ((RuleState)state!).Language.ShouldBe("es");
    }

    [Fact]
    public void The_language_of_a_call_survives_a_restart()
    {
        Say("Buenas tardes, quisiera reservar una mesa.");
        state = agent.RestoreState(state!.ToJson());

        Say("Cuatro.").ShouldContain("¿");
    }

    private string Say(string words)
    {
        var call = new CallContext(Guid.Empty, "CA1", tenant, "+15550101234", SampleTenants.CalledNumber, CallDirection.Inbound);
        events = [.. agent.RespondAsync(new AgentRequest
        {
            Call = call, Trigger = new AgentTrigger.CallerSaid(words), State = state, Now = DialogueScript.SaturdayMorning, Features = features, History = [.. history],
        }, CancellationToken.None).ToBlockingEnumerable()];
        state = events.OfType<AgentEvent.Remember>().Single().State;
        return Words;
    }
}
