using NodaTime;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Agents.Rules.Nlu;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tests.Agents.Languages;

/// <summary>What callers say in Spanish, Russian and Hebrew, read by the parsers that read English. It is Friday, 20 November 2026, noon.</summary>
public sealed class HeardWordsTests
{
    private static readonly LocalDateTime Now = new(2026, 11, 20, 12, 0);

    [Theory]
    [InlineData("es", "Llámenme mañana a las cinco.", "2026-11-21T17:00")]
    [InlineData("es", "mañana por la mañana a las diez y media", "2026-11-21T10:30")]
    [InlineData("es", "el lunes a partir de las tres de la tarde", "2026-11-23T15:00")]
    [InlineData("es", "hoy a las siete menos cuarto de la tarde", "2026-11-20T18:45")]
    [InlineData("es", "pasado mañana al mediodía", "2026-11-22T12:00")]
    [InlineData("es", "dentro de media hora", "2026-11-20T12:30")]
    [InlineData("es", "en dos horas", "2026-11-20T14:00")]
    [InlineData("es", "el veinticuatro de noviembre a las 16:30", "2026-11-24T16:30")]
    [InlineData("es", "el día 25 a la una", "2026-11-25T13:00")]
    [InlineData("es", "esta tarde después de las seis", "2026-11-20T18:00")]
    [InlineData("es", "a las ocho y veinte de la tarde", "2026-11-20T20:20")]
    [InlineData("en", "mañana a las 16:30", "2026-11-21T16:30")]
    [InlineData("en", "el 24 de noviembre a las cinco", "2026-11-24T17:00")]
    [InlineData("en", "завтра в пять", "2026-11-21T17:00")]
    [InlineData("en", "once I am home, tomorrow at six", "2026-11-21T18:00")]
    [InlineData("en", "on November 24 at 8 p m", "2026-11-24T20:00")]
    [InlineData("en", "tomorrow at 8 p m, or 9", "2026-11-21T20:00")]
    [InlineData("es", "tomorrow at six", "2026-11-21T18:00")]
    [InlineData("es", "cuando quieran", null)]
    [InlineData("ru", "Перезвоните завтра после шести.", "2026-11-21T18:00")]
    [InlineData("ru", "завтра в пять вечера", "2026-11-21T17:00")]
    [InlineData("ru", "в понедельник утром в десять тридцать", "2026-11-23T10:30")]
    [InlineData("ru", "сегодня в половине седьмого вечера", "2026-11-20T18:30")]
    [InlineData("ru", "послезавтра в полдень", "2026-11-22T12:00")]
    [InlineData("ru", "через полчаса", "2026-11-20T12:30")]
    [InlineData("ru", "через два часа", "2026-11-20T14:00")]
    [InlineData("ru", "двадцать четвёртого ноября в три часа дня", "2026-11-24T15:00")]
    [InlineData("ru", "24 ноября в 16:30", "2026-11-24T16:30")]
    [InlineData("ru", "завтра без четверти восемь вечера", "2026-11-21T19:45")]
    [InlineData("ru", "в девятнадцать тридцать", "2026-11-20T19:30")]
    [InlineData("ru", "завтра в час дня", "2026-11-21T13:00")]
    [InlineData("ru", "когда угодно", null)]
    [InlineData("he", "תתקשרו אליי מחר בחמש", "2026-11-21T17:00")]
    [InlineData("he", "מחר בשמונה בבוקר", "2026-11-21T08:00")]
    [InlineData("he", "ביום שני אחרי שש בערב", "2026-11-23T18:00")]
    [InlineData("he", "היום בשבע וחצי בערב", "2026-11-20T19:30")]
    [InlineData("he", "מחר ברבע לשמונה בערב", "2026-11-21T19:45")]
    [InlineData("he", "מחרתיים בשתים עשרה בצהריים", "2026-11-22T12:00")]
    [InlineData("he", "בעוד חצי שעה", "2026-11-20T12:30")]
    [InlineData("he", "בעוד שעתיים", "2026-11-20T14:00")]
    [InlineData("he", "עשרים וארבעה בנובמבר בשעה 16:30", "2026-11-24T16:30")]
    [InlineData("he", "ב-24 בנובמבר בשלוש אחר הצהריים", "2026-11-24T15:00")]
    [InlineData("he", "מתי שנוח", null)]
    public void A_call_back_time_is_read_as_it_was_said(string language, string said, string? expected)
    {
        var tenant = SampleTenants.Restaurant with { Language = language, TimeZone = DateTimeZone.Utc, Hours = new OpeningHours([], []) };

        CallBackTime.Read(said, tenant, Now.InUtc().ToInstant())?.ToString("uuuu-MM-dd'T'HH:mm", null).ShouldBe(expected);
    }

    [Theory]
    [InlineData("es", "¿Abren en Nochebuena?", "2026-12-24")]
    [InlineData("es", "¿Está abierto el día de Reyes?", "2027-01-06")]
    [InlineData("es", "una mesa para Nochevieja", "2026-12-31")]
    [InlineData("es", "¿Abren el Viernes Santo?", "2027-03-26")]
    [InlineData("ru", "Вы работаете на Рождество?", "2027-01-07")]
    [InlineData("ru", "Вы работаете в новый год?", "2027-01-01")]
    [InlineData("ru", "столик на день святого Валентина", "2027-02-14")]
    [InlineData("ru", "А на Пасху вы открыты?", "2027-05-02")]
    [InlineData("he", "אתם פתוחים בחנוכה?", "2026-12-05")]
    [InlineData("he", "אתם פתוחים בראש השנה?", "2027-10-02")]
    [InlineData("he", "שולחן לפורים", "2027-03-23")]
    [InlineData("he", "אתם פתוחים בליל הסדר?", "2027-04-21")]
    [InlineData("he", "אתם פתוחים ביום העצמאות?", "2027-05-12")]
    [InlineData("en", "are you open on Easter Sunday", "2027-03-28")]
    [InlineData("en", "a table for New Year's Eve", "2026-12-31")]
    [InlineData("en", "are you open on Labor Day", "2027-09-06")]
    [InlineData("en", "are you open on thanksgiving day", "2026-11-26")]
    [InlineData("en", "a table for Valentine's", "2027-02-14")]
    public void A_holiday_is_its_next_day(string language, string said, string expected)
    {
        var tokens = Utterance.Parse(said, language).Tokens;

        DateTimeParser.Parse(tokens, Now, false, new bool[tokens.Count]).Day?.ToString("uuuu-MM-dd", null).ShouldBe(expected);
    }

    [Theory]
    [InlineData("es", "Quisiera una mesa para cuatro mañana a las nueve de la noche.", 4, "2026-11-21", 21, 0)]
    [InlineData("es", "Somos dos adultos y dos niños, el domingo a las dos y media", 4, "2026-11-22", 2, 30)]
    [InlineData("es", "Para dos personas el viernes 27 de noviembre a las 21:30", 2, "2026-11-27", 21, 30)]
    [InlineData("es", "seremos seis, hoy a las diez de la noche", 6, "2026-11-20", 22, 0)]
    [InlineData("ru", "Столик на четверых завтра на восемь вечера", 4, "2026-11-21", 20, 0)]
    [InlineData("ru", "Нас будет пятеро, в воскресенье в семь часов вечера", 5, "2026-11-22", 19, 0)]
    [InlineData("ru", "на двенадцать человек двадцать седьмого ноября в 19:00", 12, "2026-11-27", 19, 0)]
    [InlineData("he", "שולחן לארבעה מחר בתשע בערב", 4, "2026-11-21", 21, 0)]
    [InlineData("he", "לשישה אנשים ביום ראשון בשמונה וחצי בערב", 6, "2026-11-22", 20, 30)]
    [InlineData("he", "מקום לשניים היום ב-20:00", 2, "2026-11-20", 20, 0)]
    public void A_wish_for_a_table_is_read_whole(string language, string said, int party, string day, int hour, int minute)
    {
        var slots = SlotExtractor.Extract(Utterance.Parse(said, language), SampleTenants.Restaurant, "+34910000000", Now, Question.Wish, false);

        slots.PartySize.ShouldBe(party);
        slots.When.Day?.ToString("uuuu-MM-dd", null).ShouldBe(day);
        (slots.When.Time?.Hour, slots.When.Time?.Minute).ShouldBe((hour, minute));
    }

    [Theory]
    [InlineData("es", "Me llamo Lucía Fernández.", "Lucía Fernández")]
    [InlineData("es", "A nombre de García, por favor.", "García")]
    [InlineData("es", "Soy Javier Ortega", "Javier Ortega")]
    [InlineData("es", "María de la Cruz", "María De La Cruz")]
    [InlineData("es", "No lo sé.", null)]
    [InlineData("es", "¿Para qué?", null)]
    [InlineData("ru", "Меня зовут Анна Петрова.", "Анна Петрова")]
    [InlineData("ru", "На имя Сергей, пожалуйста", "Сергей")]
    [InlineData("ru", "Иванов", "Иванов")]
    [InlineData("ru", "Запишите на Марию", "Марию")]
    [InlineData("ru", "Не знаю.", null)]
    [InlineData("he", "קוראים לי דוד כהן", "דוד כהן")]
    [InlineData("he", "על שם לוי, בבקשה", "לוי")]
    [InlineData("he", "נועה", "נועה")]
    [InlineData("he", "לא יודע", null)]
    public void A_name_is_what_is_left_of_the_answer(string language, string said, string? expected) =>
        NameParser.ReadAnswer(Utterance.Parse(said, language)).ShouldBe(expected);

    [Theory]
    [InlineData("es", "+34910000000", "seis uno dos tres cuatro cinco seis siete ocho", "+34612345678")]
    [InlineData("es", "+34910000000", "Mi número es el seiscientos doce, treinta y cuatro, cincuenta y seis, setenta y ocho.", "+34612345678")]
    [InlineData("es", "+34910000000", "seis uno dos tres cuatro cinco seis", null)]
    [InlineData("ru", "+74950000000", "девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь", "+79161234567")]
    [InlineData("ru", "+74950000000", "восемь девятьсот шестнадцать, 123, 45, 67", "+79161234567")]
    [InlineData("ru", "+74950000000", "8 916 123 45 67", "+79161234567")]
    [InlineData("ru", "+74950000000", "девятьсот шестнадцать сто двадцать три", null)]
    [InlineData("ru", "+77270000000", "семьсот один, двести тридцать четыре, 56, 78", "+77012345678")]
    [InlineData("en", "+77270000000", "seven oh one, two three four, five six seven eight", "+77012345678")]
    [InlineData("he", "+97230000000", "אפס חמש ארבע אחת שתיים שלוש ארבע חמש שש שבע", "+972541234567")]
    public void A_telephone_number_is_read_as_it_is_told(string language, string home, string said, string? expected) =>
        PhoneParser.Read(Utterance.Parse(said, language).Tokens, home, out _, out _, out _).ShouldBe(expected);

    [Theory]
    [InlineData("es", "Sí, correcto.", true)]
    [InlineData("es", "Vale, de acuerdo.", true)]
    [InlineData("es", "No, no es correcto.", false)]
    [InlineData("es", "No, gracias.", false)]
    [InlineData("es", "Una pizza.", null)]
    [InlineData("ru", "Да, верно.", true)]
    [InlineData("ru", "Конечно.", true)]
    [InlineData("ru", "Нет, неправильно.", false)]
    [InlineData("ru", "не подходит", false)]
    [InlineData("he", "כן, נכון", true)]
    [InlineData("he", "בטח", true)]
    [InlineData("he", "לא נכון", false)]
    [InlineData("he", "לא, תודה", false)]
    public void Yes_and_no_are_told_apart(string language, string said, bool? expected) => YesNo.Read(Utterance.Parse(said, language)).ShouldBe(expected);

    [Theory]
    [InlineData("es", "Quisiera hablar con una persona.", nameof(Intents.Person))]
    [InlineData("es", "Adiós, buenas noches.", nameof(Intents.Goodbye))]
    [InlineData("es", "Eso es todo.", nameof(Intents.Goodbye))]
    [InlineData("es", "¿A qué hora cierran hoy?", nameof(Intents.Hours))]
    [InlineData("es", "¿Dónde están?", nameof(Intents.Address))]
    [InlineData("es", "¿Cuánto cuesta la paella?", nameof(Intents.Price))]
    [InlineData("es", "Quiero cancelar mi reserva.", nameof(Intents.ExistingBooking))]
    [InlineData("es", "¿Hasta qué hora están hoy?", nameof(Intents.Hours))]
    [InlineData("es", "¿Tienen sitio para esta noche?", nameof(Intents.Booking))]
    [InlineData("ru", "До скольки вы сегодня работаете?", nameof(Intents.Hours))]
    [InlineData("es", "Olvídelo.", nameof(Intents.Cancel))]
    [InlineData("es", "Que me llamen mañana.", nameof(Intents.Message))]
    [InlineData("es", "¿Puede repetir, por favor?", nameof(Intents.Repeat))]
    [InlineData("es", "Espere, un momento.", nameof(Intents.Hold))]
    [InlineData("ru", "Соедините меня с человеком.", nameof(Intents.Person))]
    [InlineData("ru", "До свидания!", nameof(Intents.Goodbye))]
    [InlineData("ru", "До скольки вы работаете?", nameof(Intents.Hours))]
    [InlineData("ru", "Где вы находитесь?", nameof(Intents.Address))]
    [InlineData("ru", "Сколько стоит борщ?", nameof(Intents.Price))]
    [InlineData("ru", "Я хочу отменить мою бронь.", nameof(Intents.ExistingBooking))]
    [InlineData("ru", "Перезвоните мне, пожалуйста.", nameof(Intents.Message))]
    [InlineData("ru", "Повторите, пожалуйста.", nameof(Intents.Repeat))]
    [InlineData("he", "אני רוצה לדבר עם נציג", nameof(Intents.Person))]
    [InlineData("he", "להתראות", nameof(Intents.Goodbye))]
    [InlineData("he", "מתי אתם סוגרים?", nameof(Intents.Hours))]
    [InlineData("he", "איפה אתם נמצאים?", nameof(Intents.Address))]
    [InlineData("he", "כמה עולה חומוס?", nameof(Intents.Price))]
    [InlineData("he", "אני רוצה לבטל את ההזמנה שלי", nameof(Intents.ExistingBooking))]
    [InlineData("he", "שיחזרו אליי", nameof(Intents.Message))]
    [InlineData("he", "רגע אחד", nameof(Intents.Hold))]
    public void What_the_caller_is_about_is_told_by_the_words(string language, string said, string intent) =>
        (IntentClassifier.Classify(Utterance.Parse(said, language), SampleTenants.Restaurant) & Enum.Parse<Intents>(intent)).ShouldNotBe(Intents.None);

    [Fact]
    public void What_was_said_is_kept_beside_what_it_was_read_as()
    {
        var said = Utterance.Of(Utterance.Parse("Quisiera una mesa para cuatro, por favor.", "es").Tokens);

        said.Words.ShouldBe("i'd like a table for four please");
        said.Raw.ShouldBe("Quisiera una mesa para cuatro por favor");
    }

    [Theory]
    [InlineData("Tuesday 24 November at 3", "en")]
    [InlineData("at 5, 6 or 7", "en")]
    [InlineData("2 adults and 2 children", "en")]
    [InlineData("una mesa para dos, please", "es")]
    [InlineData("a las 5", "es")]
    [InlineData("в 5", "ru")]
    public void Numbers_in_digits_are_of_no_language(string said, string expected) => HeardWords.Spoken(said, "en").ShouldBe(expected);

    [Fact]
    public void English_words_and_other_languages_are_left_as_they_are()
    {
        HeardWords.Of("en-US").ShouldBeNull();
        HeardWords.Of("fr").ShouldBeNull();
        HeardWords.InEnglish("At seven, please. Yes?", "en").ShouldBe("At seven, please. Yes?");
        HeardWords.InEnglish("Mañana a las siete, por favor. ¿Sí?", "es").ShouldBe("tomorrow at seven, please. yes?");
        HeardWords.InEnglish("Да, и", "en").ShouldBe("yes, and");
    }
}
