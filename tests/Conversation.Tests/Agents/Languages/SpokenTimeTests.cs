using NodaTime;
using Parley.Conversation.Agents.Rules;

namespace Parley.Conversation.Tests.Agents.Languages;

public sealed class SpokenTimeTests
{
    private static readonly LocalDate Friday = new(2026, 11, 20);

    [Theory]
    [InlineData("es", 0, "cero")]
    [InlineData("es", 16, "dieciséis")]
    [InlineData("es", 31, "treinta y uno")]
    [InlineData("es", 100, "cien")]
    [InlineData("es", 521, "quinientos veintiuno")]
    [InlineData("ru", 2, "два")]
    [InlineData("ru", 42, "сорок два")]
    [InlineData("ru", 219, "двести девятнадцать")]
    [InlineData("he", 4, "ארבעה")]
    [InlineData("he", 12, "שנים עשר")]
    [InlineData("he", 27, "עשרים ושבעה")]
    [InlineData("he", 135, "מאה שלושים וחמישה")]
    [InlineData("he", 120, "מאה ועשרים")]
    [InlineData("en", 1000, "1000")]
    [InlineData("ru", -1, "-1")]
    public void Numbers_are_said_in_words_to_999(string language, int number, string expected) => SpokenTime.Of(language).Number(number).ShouldBe(expected);

    [Theory]
    [InlineData("es", 21, "veintiuna")]
    [InlineData("es", 11, "once")]
    [InlineData("es", 200, "doscientas")]
    [InlineData("ru", 1, "одна")]
    [InlineData("ru", 22, "двадцать две")]
    [InlineData("ru", 11, "одиннадцать")]
    [InlineData("he", 8, "שמונה")]
    [InlineData("he", 13, "שלוש עשרה")]
    public void Numbers_agree_with_feminine_nouns(string language, int number, string expected) => SpokenTime.Of(language).Number(number, feminine: true).ShouldBe(expected);

    [Theory]
    [InlineData("es", "USD", 21, "veintiún dólares")]
    [InlineData("es", "EUR", 131, "ciento treinta y un euros")]
    [InlineData("es", "GBP", 21, "veintiuna libras")]
    [InlineData("es", "USD", 225.5, "doscientos veinticinco dólares con cincuenta")]
    [InlineData("ru", "RUB", 21, "двадцать один рубль")]
    [InlineData("ru", "USD", 210, "двести десять долларов")]
    [InlineData("he", "ILS", 2, "שני שקלים")]
    [InlineData("he", "ILS", 40, "ארבעים שקלים")]
    [InlineData("en", "GBP", 210, "two hundred and ten pounds")]
    [InlineData("ru", "CHF", 12.5, "12.5 CHF")]
    public void Money_is_said_in_words_that_agree(string language, string currency, decimal amount, string expected) =>
        SpokenTime.Of(language).Money(amount, currency).ShouldBe(expected);

    [Theory]
    [InlineData("es", "corte", "igualado", "corte e igualado")]
    [InlineData("es", "vino", "hielo", "vino y hielo")]
    [InlineData("es", "pan", "vino", "pan y vino")]
    [InlineData("he", "שבת", "יום ראשון", "שבת ויום ראשון")]
    [InlineData("he", "Bred", "Blue", "Bred ו-Blue")]
    [InlineData("ru", "борщ", "щи", "борщ и щи")]
    public void And_is_said_as_the_next_word_wants_it(string language, string first, string second, string expected) =>
        SpokenTime.Of(language).Join([first, second]).ShouldBe(expected);

    [Theory]
    [InlineData("es", "TooFar", 0, 21, "máximo de veintiún días")]
    [InlineData("ru", "ForNights", 0, 21, "на двадцать одну ночь")]
    [InlineData("ru", "NoticeDays", 0, 21, "за двадцать один день")]
    [InlineData("ru", "NoticeMinutes", 1, 22, "за двадцать две минуты")]
    [InlineData("he", "TooFar", 3, 30, "עד שלושים יום")]
    public void A_number_agrees_with_what_it_stands_before(string language, string key, int form, int count, string expected)
    {
        var spoken = SpokenTime.Of(language);

        spoken.Plural(count).ShouldBe(LanguageFile.Of(language)!.Said[key].Length == 1 ? spoken.Plural(count) : form);
        spoken.Fill(LanguageFile.Of(language)!.Said[key][form], count).ShouldContain(expected);
    }

    [Theory]
    [InlineData("es", 19, 30, "las siete y media de la tarde")]
    [InlineData("es", 13, 0, "la una de la tarde")]
    [InlineData("es", 21, 15, "las nueve y cuarto de la noche")]
    [InlineData("es", 12, 0, "las doce del mediodía")]
    [InlineData("es", 0, 0, "las doce de la noche")]
    [InlineData("es", 8, 5, "las ocho y cinco de la mañana")]
    [InlineData("ru", 19, 30, "семь тридцать вечера")]
    [InlineData("ru", 19, 0, "семь часов вечера")]
    [InlineData("ru", 13, 0, "час дня")]
    [InlineData("ru", 15, 0, "три часа дня")]
    [InlineData("ru", 9, 5, "девять ноль пять утра")]
    [InlineData("he", 19, 30, "שבע וחצי בערב")]
    [InlineData("he", 17, 15, "חמש ורבע אחר הצהריים")]
    [InlineData("he", 11, 20, "אחת עשרה ועשרים דקות בבוקר")]
    [InlineData("he", 0, 0, "חצות")]
    public void Times_are_said_as_people_say_them(string language, int hour, int minute, string expected) =>
        SpokenTime.Of(language).Time(new LocalTime(hour, minute)).ShouldBe(expected);

    [Theory]
    [InlineData("es", 0, "hoy", "hoy")]
    [InlineData("es", 1, "mañana", "mañana, sábado")]
    [InlineData("es", 7, "el viernes veintisiete de noviembre", "el viernes veintisiete de noviembre")]
    [InlineData("es", 11, "el martes primero de diciembre", "el martes primero de diciembre")]
    [InlineData("ru", 0, "сегодня", "сегодня")]
    [InlineData("ru", 1, "завтра", "завтра, в субботу")]
    [InlineData("ru", 4, "во вторник, двадцать четвёртого ноября", "во вторник, двадцать четвёртого ноября")]
    [InlineData("he", 1, "מחר", "מחר, שבת")]
    [InlineData("he", 7, "ביום שישי, עשרים ושבעה בנובמבר", "ביום שישי, עשרים ושבעה בנובמבר")]
    public void Days_are_said_with_their_weekday_and_date(string language, int days, string shortly, string wholly)
    {
        SpokenTime.Of(language).OnDay(Friday.PlusDays(days), Friday).ShouldBe(shortly);
        SpokenTime.Of(language).OnWholeDay(Friday.PlusDays(days), Friday).ShouldBe(wholly);
    }

    [Theory]
    [InlineData("es", "+34612345678", "34", "seis uno dos, tres cuatro cinco, seis siete ocho")]
    [InlineData("ru", "+79161234567", "7", "девять один шесть, один два три, четыре пять шесть семь")]
    [InlineData("he", "+972541234567", "972", "אפס חמש ארבע, אחת שתיים שלוש, ארבע חמש שש שבע")]
    public void Telephone_numbers_are_said_digit_by_digit(string language, string number, string code, string expected) =>
        SpokenTime.Of(language).Phone(number, code).ShouldBe(expected);

    [Theory]
    [InlineData("es", "de lunes a viernes de las nueve de la mañana a la una de la tarde, y cerramos los sábados y los domingos")]
    [InlineData("ru", "с понедельника по пятницу с девяти часов утра до часа дня, закрыто в субботу и в воскресенье")]
    [InlineData("he", "מיום שני עד יום שישי מתשע בבוקר עד אחת בצהריים, וסגור בשבת וביום ראשון")]
    public void A_week_is_told_in_one_sentence(string language, string expected) => SpokenTime.Of(language).Week(new Conversation.Tenants.OpeningHours(
        [.. Enumerable.Range(1, 5).Select(static day => new Conversation.Tenants.OpeningSpan((IsoDayOfWeek)day, new LocalTime(9, 0), new LocalTime(13, 0)))], [])).ShouldBe(expected);

    [Theory]
    [InlineData("ru", 1, 0)]
    [InlineData("ru", 3, 1)]
    [InlineData("ru", 5, 2)]
    [InlineData("ru", 11, 2)]
    [InlineData("ru", 21, 0)]
    [InlineData("ru", 112, 2)]
    [InlineData("he", 2, 1)]
    [InlineData("he", 10, 2)]
    [InlineData("he", 30, 3)]
    [InlineData("es", 2, 1)]
    public void A_noun_has_the_form_of_its_number(string language, int count, int form) => SpokenTime.Of(language).Plural(count).ShouldBe(form);
}
