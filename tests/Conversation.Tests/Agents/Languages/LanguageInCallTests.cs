using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Llm;
using Parley.Conversation.Agents.Rules.Nlu;
using Parley.Conversation.PostCall;
using Parley.Conversation.Turns;

namespace Parley.Conversation.Tests.Agents.Languages;

/// <summary>What surrounds the agents: turns, texts, and what models write, in Spanish, Russian and Hebrew.</summary>
public sealed class LanguageInCallTests
{
    private static readonly AdaptiveEndpointing Endpointing = new(new EndpointingOptions());
    private static readonly SpeechInterruption Interruption = new();

    [Theory]
    [InlineData("es", "Sí.", ReplyKind.YesNo, "answered")]
    [InlineData("es", "No.", ReplyKind.YesNo, "bare")]
    [InlineData("es", "Quisiera una mesa para", ReplyKind.FreeSpeech, "trailing")]
    [InlineData("es", "¿A qué hora abren?", ReplyKind.FreeSpeech, "question")]
    [InlineData("es", "Mañana a las ocho de la tarde.", ReplyKind.DateTime, "answered")]
    [InlineData("es", "Mañana.", ReplyKind.DateTime, "bare")]
    [InlineData("es", "Buenas tardes.", ReplyKind.FreeSpeech, "opening")]
    [InlineData("es", "seis uno dos", ReplyKind.Digits, "unfinished")]
    [InlineData("es", "Gracias, adiós.", ReplyKind.FreeSpeech, "complete")]
    [InlineData("ru", "Да, верно.", ReplyKind.YesNo, "answered")]
    [InlineData("ru", "Мне нужен столик на", ReplyKind.FreeSpeech, "trailing")]
    [InlineData("ru", "Во сколько вы закрываетесь?", ReplyKind.FreeSpeech, "question")]
    [InlineData("ru", "Завтра в семь вечера.", ReplyKind.DateTime, "answered")]
    [InlineData("ru", "девятьсот шестнадцать", ReplyKind.Digits, "unfinished")]
    [InlineData("ru", "Спасибо, до свидания.", ReplyKind.FreeSpeech, "complete")]
    [InlineData("he", "כן, נכון.", ReplyKind.YesNo, "answered")]
    [InlineData("he", "אני רוצה להזמין", ReplyKind.FreeSpeech, "complete")]
    [InlineData("he", "מחר בשמונה בערב", ReplyKind.DateTime, "answered")]
    [InlineData("he", "מתי אתם סוגרים?", ReplyKind.FreeSpeech, "question")]
    [InlineData("he", "תודה, להתראות", ReplyKind.FreeSpeech, "complete")]
    public void The_end_of_a_turn_is_told_by_the_words_of_the_language(string language, string said, ReplyKind expected, string rule) =>
        Endpointing.Judge(new EndpointContext(said, new ReplyExpectation(expected, 10), Language: language)).Rule.ShouldBe(rule);

    [Theory]
    [InlineData("es", "vale")]
    [InlineData("es", "sí, sí")]
    [InlineData("ru", "угу")]
    [InlineData("ru", "хорошо")]
    [InlineData("he", "כן")]
    [InlineData("he", "אוקיי")]
    public void A_sign_of_listening_stops_nobody(string language, string said) => Interruption.Judge(new InterruptionContext(
        said, 400, CallerPaused: true, ReplyExpectation.Anything, 5000, "", 0.5, language)).ShouldBe(InterruptionVerdict.Ignore);

    [Theory]
    [InlineData("es", "no, espere")]
    [InlineData("ru", "нет, подождите")]
    [InlineData("he", "לא, רגע")]
    public void An_objection_takes_the_floor(string language, string said) => Interruption.Judge(new InterruptionContext(
        said, 400, CallerPaused: true, ReplyExpectation.Anything, 5000, "", 0.5, language)).ShouldBe(InterruptionVerdict.Yield);

    [Theory]
    [InlineData("es-ES", "Son 1 €.", "Son 1 euro.")]
    [InlineData("es-ES", "Cuesta 14,50 €, un 10%.", "Cuesta 14,50 euros, un 10 por ciento.")]
    [InlineData("ru-RU", "Это 21 ₽.", "Это 21 рубль.")]
    [InlineData("ru-RU", "Это 602 ₽, скидка 5%.", "Это 602 рубля, скидка 5 процентов.")]
    [InlineData("ru-RU", "Это 1500 ₽.", "Это 1500 рублей.")]
    [InlineData("he-IL", "זה עולה 40 ₪.", "זה עולה 40 שקלים.")]
    public void Money_that_a_model_writes_agrees_with_its_number(string language, string text, string expected) =>
        SpokenForm.Of(text, language, "+34910000000").ShouldBe(expected);

    [Theory]
    [InlineData("es-ES", "Casa: ¡Gracias, Lucia! Reserva confirmada: 4 personas, 21/11 a las 21:30.", "Lucía Fernández")]
    [InlineData("ru-RU", "Casa: Спасибо, Анна! Забронировано: 4 человека, 21.11 в 21:30.", "Анна Петрова")]
    [InlineData("he-IL", "Casa: תודה, נועה! ההזמנה רשומה: 4 סועדים, 21.11 בשעה 21:30.", "נועה לוי")]
    public void The_text_to_the_caller_is_in_the_language_of_the_business(string language, string expected, string name)
    {
        var facts = CallFacts.None with { Intent = CallIntent.Booking, Name = name, PartySize = 4, RequestedFor = new DateTime(2026, 11, 21, 21, 30, 0), Confirmed = true };

        CallTexts.Of(language).Recap("Casa", facts, null).ShouldBe(expected);
    }

    [Fact]
    public void A_text_in_another_alphabet_holds_fewer_letters_and_no_link_is_cut()
    {
        var texts = CallTexts.Of("ru");
        var facts = CallFacts.None with { Intent = CallIntent.Message, Message = string.Concat(Enumerable.Repeat("очень длинное сообщение ", 40)) };

        texts.Recap(new string('Б', 100), facts, null).Length.ShouldBeLessThanOrEqualTo(268);
        texts.Link("Берег", "https://example.ru/" + new string('x', 240)).ShouldStartWith("https://");
        texts.Link("Берег", "https://example.ru/x").ShouldBe("Берег: Посмотреть или изменить бронь: https://example.ru/x");
    }

    [Theory]
    [InlineData("Estoy muy enfadado con ustedes.", true)]
    [InlineData("Quiero la hoja de reclamaciones.", true)]
    [InlineData("No estoy enfadado.", false)]
    [InlineData("Это хамство!", true)]
    [InlineData("Я не очень голоден.", false)]
    [InlineData("איזו חוצפה!", true)]
    [InlineData("אני לא כועס", false)]
    public void Anger_is_told_in_each_language(string said, bool expected) => Conversation.Escalations.CallerMood.WasAngry([said]).ShouldBe(expected);

    [Theory]
    [InlineData("¿Dónde están?", false)]
    [InlineData("¿Qué horario tienen?", false)]
    [InlineData("¿Tienen aparcamiento para autobuses?", true)]
    [InlineData("Где вы находитесь?", false)]
    [InlineData("Есть ли у вас детская комната?", true)]
    [InlineData("מתי אתם סוגרים?", false)]
    [InlineData("יש לכם חניה לנכים?", true)]
    public void What_stands_in_the_profile_is_no_question_to_documents(string said, bool expected) =>
        AnswerShapes.AsksTheBusiness(said, SampleTenants.Restaurant with { Language = HeardWords.Spoken(said, "en") }).ShouldBe(expected);
}
