using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Llm;
using Parley.Conversation.Escalations;
using Parley.Conversation.Llm;
using Parley.Conversation.Providers;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tests.Agents.Grounding;
using static Parley.Tests.Common.Llm.ScriptedModel;

namespace Parley.Conversation.Tests.Agents.Llm;

/// <summary>What of a model's words the caller hears.</summary>
public sealed class LlmSpeechTests
{
    [Fact]
    public async Task What_is_known_is_said_and_made_speakable()
    {
        var desk = await new LlmDesk(static _ => [Say("The **margherita** is $14"), Say(". Anything "), Say("else?")]).SayAsync("how much is the margherita");

        desk.Words.ShouldBe("The margherita is fourteen dollars. Anything else?");
        desk.Decision["gate"]![0]!.ToJsonString().ShouldContain("\"outcome\":\"passed\"");
        desk.Events.OfType<AgentEvent.Escalate>().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_made_up_becomes_an_admission_with_an_offer_and_a_person_is_told()
    {
        var desk = await new LlmDesk(static _ => [Say("Sure, I can tell you that. The calamari is eighteen dollars. It is lovely with wine.")]).SayAsync("how much is the calamari");

        desk.Words.ShouldBe("Sure, I can tell you that. I'm sorry, I don't know that. Shall I connect you with a person?");
        desk.Decision["gate"]![0]!["outcome"]!.GetValue<string>().ShouldBe("replaced");
        desk.Decision["gate"]![0]!["text"]!.GetValue<string>().ShouldBe("The calamari is eighteen dollars.");
        desk.Decision["fallback"]!.GetValue<string>().ShouldBe("person");
        desk.Events.OfType<AgentEvent.Escalate>().Single().Reason.ShouldBe(EscalationReason.LowConfidence);
        desk.Facts.Unanswered.ShouldBe(["how much is the calamari"]);
    }

    [Theory]
    [InlineData("¿Cuánto cuesta la pizza de la casa?", "La pizza de la casa cuesta 99 dólares.", "Lo siento, eso no lo sé. ¿Quiere dejar un mensaje?")]
    [InlineData("сколько стоит пицца", "Пицца стоит 99 долларов.", "Извините, этого я не знаю. Хотите оставить сообщение?")]
    [InlineData("כמה עולה פיצה", "הפיצה עולה 99 דולר.", "מצטערים, על זה אין לי מידע. תרצו להשאיר הודעה?")]
    public async Task The_admission_is_in_the_language_that_is_spoken_and_offers_a_message_when_nobody_is_there(string caller, string model, string heard)
    {
        var desk = await new LlmDesk(_ => [Say(model)], Known.Tenant with { Departments = [] }).SayAsync(caller);

        desk.Words.ShouldBe(heard);
        desk.Decision["fallback"]!.GetValue<string>().ShouldBe("message");
    }

    [Fact]
    public async Task Words_without_facts_do_not_wait_for_the_rest()
    {
        var written = 0;
        var desk = new LlmDesk(_ => Slowly());
        await using var events = desk.Agent.RespondAsync(desk.Request("hello there"), TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        while (await events.MoveNextAsync() && events.Current is not AgentEvent.Say)
        {
        }

        events.Current.ShouldBe(new AgentEvent.Say("Of course, no problem, "[..^1] + " "));
        written.ShouldBe(1, "the price was not written yet");

        IEnumerable<ModelEvent> Slowly()
        {
            written++;
            yield return Say("Of course, no problem, ");
            written++;
            yield return Say("the lasagna is twenty one dollars.");
        }
    }

    [Fact]
    public async Task An_answer_is_short_whatever_the_model_writes_and_nothing_is_said_over_and_over()
    {
        var endless = await new LlmDesk(static _ => Enumerable.Range(0, 10_000).Select(static i => Say($"We love our guests in many ways and this is way {(char)('a' + i % 26)}{(char)('a' + i / 26 % 26)}. "))).SayAsync("tell me everything");
        endless.Words.Length.ShouldBeLessThanOrEqualTo(SpokenAnswer.MostChars);

        var again = await new LlmDesk(static _ => Enumerable.Repeat(Say("I am happy to help you with that. "), 500)).SayAsync("hello");
        again.Words.ShouldBe("I am happy to help you with that.");
    }

    [Fact]
    public async Task An_admission_without_an_offer_gets_one()
    {
        var desk = await new LlmDesk(static _ => [Say("I don't know that, sorry.")], knowledge: new FoundKnowledge(0.1)).SayAsync("do you have live music on weekends?");

        desk.Words.ShouldBe("I don't know that, sorry. Shall I connect you with a person?");
        desk.Events.OfType<AgentEvent.Escalate>().Single().Reason.ShouldBe(EscalationReason.LowConfidence);
    }

    [Fact]
    public async Task A_question_that_nothing_answers_is_left_to_people_though_the_model_knows_better()
    {
        var knowledge = new FoundKnowledge(0.1, "We have a terrace.");
        var desk = await new LlmDesk(static _ => [Say("Yes, we have a lovely swimming pool on the roof.")], knowledge: knowledge).SayAsync("do you have a swimming pool?");

        desk.Words.ShouldBe("I'm sorry, I don't know that. Shall I connect you with a person?");
        desk.Decision["knowledge"]!["unsure"]!.GetValue<bool>().ShouldBeTrue();
        knowledge.Queries.Single().TenantId.ShouldBe(Known.Tenant.Id);
        desk.Model.Requests[0].Messages[^2].Text.ShouldContain("<facts source=\"source0.md\">\nWe have a terrace.\n</facts>");
    }

    [Fact]
    public async Task A_tenants_threshold_and_a_sure_answer_let_the_model_speak()
    {
        const string Answer = "Yes, there is a pool on the roof for all of our guests.";
        (await new LlmDesk(static _ => [Say(Answer)], knowledge: new FoundKnowledge(0.9, "There is a pool on the roof.")).SayAsync("do you have a swimming pool?")).Words.ShouldBe(Answer);
        var bold = Known.Tenant with { Agent = new AgentSettings { Confidence = 0 } };
        (await new LlmDesk(static _ => [Say(Answer)], bold, new FoundKnowledge(0.1)).SayAsync("do you have a swimming pool?")).Words.ShouldBe(Answer);
        (await new LlmDesk(static _ => [Say("For how many people?")], knowledge: new FoundKnowledge(0.1)).SayAsync("can I book a table for tonight?")).Words.ShouldBe("For how many people?");
    }

    [Fact]
    public async Task A_failure_before_a_word_leaves_the_turn_to_the_rules_with_what_is_noted()
    {
        var desk = new LlmDesk(static request => LlmDesk.LastUser(request) == "yes please"
            ? throw new ProviderException("scripted", ProviderErrorKind.Unavailable, "HTTP 503.")
            : LlmDesk.HasResult(request) ? [Say("Is that right?")] : [Call("remember_booking", """{"name":"Anna","party_size":4,"date_time":"2026-11-27T19:00"}""")],
            Known.Tenant with { Booking = new BookingRules() });

        await desk.SayAsync("a table for four on friday at seven pm for Anna");
        desk.Facts.PartySize.ShouldBe(4);
        await desk.SayAsync("yes please");

        desk.Words.ShouldNotBeEmpty();
        desk.State!.ToJson().ShouldContain("rules/1");
        (desk.Facts.Name, desk.Facts.PartySize, desk.Facts.RequestedFor).ShouldBe(("Anna", 4, new DateTime(2026, 11, 27, 19, 0, 0)));
    }

    [Fact]
    public async Task The_rules_go_on_where_a_model_breaks_off_and_its_half_clause_is_not_begun()
    {
        var desk = new LlmDesk(static _ => Broken("Certainly, I can help you with that. We open at"));

        await desk.SayAsync("what time do you open on friday");

        desk.Words.ShouldStartWith("Certainly, I can help you with that. I'm sorry, let me start again. On Friday");
        desk.Words.ShouldNotContain("We open at");
        desk.Events.OfType<AgentEvent.Remember>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_ends_with_a_question_is_an_answer_whatever_was_to_follow()
    {
        var desk = new LlmDesk(static _ => Broken("What name may I put it under? And"));

        await desk.SayAsync("a table please");

        desk.Words.ShouldBe("What name may I put it under?");
        desk.Events.OfType<AgentEvent.Remember>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Where_the_rules_do_not_know_the_language_a_failure_after_words_is_a_failure_and_what_was_noted_stays()
    {
        var desk = new LlmDesk(static _ => Broken(), Known.Tenant with { Language = "fr-FR" });

        await Should.ThrowAsync<ProviderException>(() => desk.SayAsync("hello"));

        desk.Words.ShouldBeEmpty("the clause was not whole");
        desk.Events.OfType<AgentEvent.Remember>().ShouldBeEmpty();

    }

    private static IEnumerable<ModelEvent> Broken(string words = "Well, ")
    {
        yield return Say(words);
        throw new ProviderException("scripted", ProviderErrorKind.Disconnected, "The connection broke.");
    }
}
