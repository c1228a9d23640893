using System.Collections.Frozen;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>Words that tell what a number beside them is, in English, Spanish, Russian and Hebrew.</summary>
internal static class Lexicon
{
    /// <summary>Names of money, to their currencies.</summary>
    public static readonly FrozenDictionary<string, string> Money = Pairs(
        """
        USD $ dollar dollars buck bucks usd dólar dólares доллар доллара долларов доллары דולר דולרים
        EUR € euro euros eur евро יורו אירו
        GBP £ pound pounds quid gbp
        ILS ₪ shekel shekels ils nis шекель шекеля шекелей שקל שקלים ש"ח שח
        RUB ₽ ruble rubles rouble roubles rub рубль рубля рублей руб
        MXN peso pesos mxn
        UAH hryvnia hryvnias гривна гривны гривен
        JPY ¥ yen
        """);

    /// <summary>Names of hundredths of money.</summary>
    public static readonly FrozenSet<string> Cents = Set("cent cents céntimo céntimos centavo centavos цент цента центов копеек копейки אגורות סנט סנטים");

    /// <summary>Words that make a number beside them a price.</summary>
    public static readonly FrozenSet<string> PriceContext = Set(
        "price prices priced cost costs charge charges fee cuesta cuestan precio vale valen cobramos стоит стоят цена стоимость עולה עולים עולות מחיר המחיר");

    public static readonly FrozenSet<string> Percent = Set("percent процент процента процентов אחוז אחוזים");

    /// <summary>Words that stand before a time of day.</summary>
    public static readonly FrozenSet<string> BeforeTime = Set(
        "at until till til by from between before after around las la hasta в до с после к около עד בשעה מ");

    /// <summary>Words between two times or two prices.</summary>
    public static readonly FrozenSet<string> Between = Set("to and or until till a y o hasta до и или по עד או - ,");

    /// <summary>Words that may follow a bare time. Another word makes the number a count: "at seven tables".</summary>
    public static readonly FrozenSet<string> AfterTime = Set(
        """
        in on and to or but till until tonight today tomorrow this every each for with under if is are was would works work sharp then daily please so as
        at from by we i you it that not which when because unless except most through only
        monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays weekdays weekends
        january february march april may june july august september october november december
        de y el los las hoy mañana esta para a en con por pero hasta lunes martes miércoles jueves viernes sábado sábados domingo domingos
        в на и до или сегодня завтра вечера утра дня ночи часов часа час по для под но понедельник вторник среду четверг пятницу субботу воскресенье
        ב על עד או היום מחר בערב בבוקר בלילה בצהריים אחר ועד ביום לשולחן עבור
        """);

    /// <summary>Things that are counted: a number before one of them is no price, size or time.</summary>
    public static readonly FrozenSet<string> Counted = Set(
        """
        people persons guests guest seats tables rooms minutes minute hours hour days day weeks week months month years year blocks block miles floors
        kinds stars nights night times steps percent visits visit square feet inches beds adults children kids points
        personas minutos minuto horas hora días día semanas años noches mesas человек человека минут минуты часов часа дней дня недель лет мест гостей
        אנשים סועדים דקות שעות ימים שבועות לילות
        """);

    /// <summary>What something is paid by: "thirty eight a night".</summary>
    public static readonly FrozenSet<string> RateUnits = Set("night day week month hour person head guest bottle glass piece pair stay");

    /// <summary>Words of opening and closing.</summary>
    public static readonly FrozenSet<string> Open = Set(
        "open opens opened opening hours abierto abierta abiertos abiertas abrimos abre abren horario открыт открыта открыты открываемся открывается работаем работает פתוח פתוחים פתוחה נפתח נפתחים שעות");

    /// <inheritdoc cref="Open"/>
    public static readonly FrozenSet<string> Closed = Set(
        "closed close closes closing cerrado cerrada cerrados cerradas cerramos cierra cierran закрыт закрыта закрыты закрываемся закрывается выходной סגור סגורים סגורה נסגר נסגרים");

    /// <summary>Words of what happens at times that the business sets.</summary>
    public static readonly FrozenSet<string> Schedule = Set(
        "serve serves served serving start starts begin begins kitchen lunch brunch breakfast checkout servimos sirve empieza comienza cocina подаём подаем начинается кухня завтрак מגישים מתחיל מטבח");

    /// <summary>Words of what is there to be sold.</summary>
    public static readonly FrozenSet<string> Stock = Set(
        "stock remaining pairs pair pieces units existencias quedan queda осталось остался наличии штук штуки נשארו נשאר במלאי מלאי יחידות");

    public static readonly FrozenSet<string> Free = Set("gratis gratuito gratuita gratuitos complimentary бесплатно бесплатный бесплатная бесплатные חינם");

    /// <summary>What a street is called: before its name (Spanish, Russian, Hebrew) or behind it (English, Russian).</summary>
    public static readonly FrozenSet<string> StreetBehind = Set(
        "street st avenue ave road rd boulevard blvd lane ln drive dr highway square plaza court parkway alley broadway проспект проспекте улица улице площадь площади переулок переулке шоссе");

    /// <inheritdoc cref="StreetBehind"/>
    public static readonly FrozenSet<string> StreetBefore = Set(
        "calle avenida paseo carrer plaza улица улице ул проспект проспекте переулок переулке площадь площади шоссе набережная набережной רחוב ברחוב שדרות בשדרות כיכר בכיכר דרך");

    /// <summary>Words that end the name of a street.</summary>
    public static readonly FrozenSet<string> NotStreet = Set(
        "at on in the is near from of to our off across opposite by and we're it's we located on's en la el de del las los y estamos на в мы у и дом שלנו אנחנו ב");

    public static readonly FrozenSet<string> Asking = Set("whether if si ли если אם");

    private static FrozenSet<string> Set(string words) =>
        words.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    private static FrozenDictionary<string, string> Pairs(string lines) => lines.Split('\n')
        .Select(static line => line.Trim().Split(' '))
        .SelectMany(static line => line.Skip(1).Select(word => (word, line[0])))
        .ToFrozenDictionary(static pair => pair.word, static pair => pair.Item2, StringComparer.Ordinal);
}
