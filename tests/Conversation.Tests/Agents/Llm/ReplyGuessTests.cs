using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Llm;
using static Parley.Tests.Common.Llm.ScriptedModel;

namespace Parley.Conversation.Tests.Agents.Llm;

/// <summary>What a caller is expected to answer to a model's words.</summary>
public sealed class ReplyGuessTests
{
    [Theory]
    [InlineData("Sure. And your name, please?", ReplyKind.Name)]
    [InlineData("What name may I put it under?", ReplyKind.Name)]
    [InlineData("May I have your name?", ReplyKind.Name)]
    [InlineData("Thank you. Please tell me your name.", ReplyKind.Name)]
    [InlineData("For how many people?", ReplyKind.Count)]
    [InlineData("From which day, and for how many nights?", ReplyKind.Count)]
    [InlineData("For which day and time?", ReplyKind.DateTime)]
    [InlineData("When would you like to come?", ReplyKind.DateTime)]
    [InlineData("What's the best number to reach you on?", ReplyKind.Digits)]
    [InlineData("Could you spell that for me?", ReplyKind.Spelling)]
    [InlineData("What may I pass on?", ReplyKind.Dictation)]
    [InlineData("Please go ahead.", ReplyKind.Dictation)]
    [InlineData("A table for two tomorrow at eight, for Ana Lopez. Is that right?", ReplyKind.YesNo)]
    [InlineData("A table for two, tonight at nine, for Olivia Brown. Right?", ReplyKind.YesNo)]
    [InlineData("Shall I connect you with the manager?", ReplyKind.YesNo)]
    [InlineData("Would Monday suit you?", ReplyKind.YesNo)]
    [InlineData("Shall I connect you with the manager, or take a message?", ReplyKind.FreeSpeech)]
    [InlineData("Is there anything else I can help you with?", ReplyKind.FreeSpeech)]
    [InlineData("Your name is noted.", ReplyKind.FreeSpeech)]
    [InlineData("The garage is on Hester Street.", ReplyKind.FreeSpeech)]
    [InlineData("How many people? Ah, four. You're all set.", ReplyKind.FreeSpeech)]
    [InlineData("", ReplyKind.FreeSpeech)]
    [InlineData("Con mucho gusto. ¿A nombre de quién?", ReplyKind.Name)]
    [InlineData("¿Para cuántas personas?", ReplyKind.Count)]
    [InlineData("¿Para qué día y a qué hora?", ReplyKind.DateTime)]
    [InlineData("¿Me da su número de teléfono, por favor?", ReplyKind.Digits)]
    [InlineData("Una mesa para cuatro a nombre de Lucía. ¿Es correcto?", ReplyKind.YesNo)]
    [InlineData("¿Quiere dejar un mensaje?", ReplyKind.YesNo)]
    [InlineData("¿Algo más?", ReplyKind.FreeSpeech)]
    [InlineData("На чьё имя записать столик?", ReplyKind.Name)]
    [InlineData("На сколько человек?", ReplyKind.Count)]
    [InlineData("На какой день и время?", ReplyKind.DateTime)]
    [InlineData("Ваш номер телефона, пожалуйста.", ReplyKind.Digits)]
    [InlineData("Столик на двоих в пятницу. Всё верно?", ReplyKind.YesNo)]
    [InlineData("Соединить вас с сотрудником?", ReplyKind.YesNo)]
    [InlineData("Что-нибудь ещё?", ReplyKind.FreeSpeech)]
    [InlineData("על שם מי?", ReplyKind.Name)]
    [InlineData("לכמה אנשים?", ReplyKind.Count)]
    [InlineData("לאיזה יום ובאיזו שעה?", ReplyKind.DateTime)]
    [InlineData("מה מספר הטלפון שלכם?", ReplyKind.Digits)]
    [InlineData("שולחן לשניים ביום שישי. נכון?", ReplyKind.YesNo)]
    [InlineData("להעביר אתכם לנציג?", ReplyKind.YesNo)]
    [InlineData("עוד משהו?", ReplyKind.FreeSpeech)]
    public void The_last_question_tells(string spoken, ReplyKind kind) => ReplyGuess.After(spoken, "+12125550101").Kind.ShouldBe(kind);

    [Theory]
    [InlineData("+12125550101", 10)]
    [InlineData("+34915550101", 0)]
    public void A_number_has_as_many_digits_as_the_country_gives_it(string home, int digits) =>
        ReplyGuess.After("What's your phone number?", home).ShouldBe(new ReplyExpectation(ReplyKind.Digits, digits));

    [Fact]
    public async Task A_models_question_is_given_out_with_what_it_expects_and_the_end_of_a_call_with_nothing()
    {
        var desk = await new LlmDesk(static _ => [Say("A table for four, right. "), Say("And your name, please?")]).SayAsync("a table for four");
        desk.Events.OfType<AgentEvent.Expect>().Single().Expectation.Kind.ShouldBe(ReplyKind.Name);

        var bye = await new LlmDesk(static _ => [Say("Goodbye."), Call("end_call", "{}")]).SayAsync("bye");
        bye.Events.OfType<AgentEvent.Expect>().ShouldBeEmpty();

        var replaced = await new LlmDesk(static _ => [Say("The calamari is eighty dollars. How many people will it be?")]).SayAsync("how much is the calamari");
        replaced.Events.OfType<AgentEvent.Expect>().Single().Expectation.Kind.ShouldBe(ReplyKind.YesNo, "a person was offered instead");
    }
}
