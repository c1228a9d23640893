using Parley.Conversation.Tenants;
using Parley.Conversation.Tts;

namespace Parley.Conversation.Agents;

/// <summary>What the call itself says, when the agent can't: holding phrases and apologies. By language, English as the last resort.</summary>
internal static class Phrases
{
    private static readonly string[] HoldEnglish = ["One moment, please.", "Let me check that.", "Just a second.", "Bear with me a moment."];
    private static readonly string[] HoldSpanish = ["Un momento, por favor.", "Déjeme ver.", "Un segundo."];
    private static readonly string[] HoldRussian = ["Одну минуту, пожалуйста.", "Сейчас посмотрю.", "Секунду."];
    private static readonly string[] HoldHebrew = ["רגע אחד, בבקשה.", "אני בודק.", "שנייה."];

    /// <summary>A holding phrase; <paramref name="turn"/> varies it.</summary>
    public static string Hold(string language, int turn)
    {
        var phrases = Primary(language) switch
        {
            "es" => HoldSpanish,
            "ru" => HoldRussian,
            "he" => HoldHebrew,
            _ => HoldEnglish,
        };
        return phrases[turn % phrases.Length];
    }

    /// <summary>Said when the agent failed and the call must end without a message.</summary>
    public static string Apology(string language) => Primary(language) switch
    {
        "es" => "Lo siento, tengo problemas técnicos. Por favor, llame de nuevo en unos minutos.",
        "ru" => "Извините, у меня технические неполадки. Пожалуйста, перезвоните через несколько минут.",
        "he" => "סליחה, יש לי תקלה טכנית. אנא התקשרו שוב בעוד כמה דקות.",
        _ => "I'm sorry, I'm having technical trouble. Please call again in a few minutes.",
    };

    /// <summary>Said when the agent failed and a person can be reached.</summary>
    public static string ApologyTransfer(string language) => Primary(language) switch
    {
        "es" => "Lo siento, tengo problemas técnicos. Le comunico con una persona.",
        "ru" => "Извините, у меня технические неполадки. Соединяю вас с сотрудником.",
        "he" => "סליחה, יש לי תקלה טכנית. אני מעביר אתכם לנציג.",
        _ => "I'm sorry, I'm having technical trouble. I'll connect you to a person.",
    };

    /// <summary>Said when the agent failed and nobody can be reached: the caller may leave a message.</summary>
    public static string ApologyMessage(string language, bool numberKnown)
    {
        var apology = Primary(language) switch
        {
            "es" => "Lo siento, tengo problemas técnicos.",
            "ru" => "Извините, у меня технические неполадки.",
            "he" => "סליחה, יש לי תקלה טכנית.",
            _ => "I'm sorry, I'm having technical trouble.",
        };
        return $"{apology} {AskMessage(language, numberKnown)}";
    }

    /// <summary>Asks for a message; for the number as well when the caller withholds it.</summary>
    public static string AskMessage(string language, bool numberKnown) => (Primary(language), numberKnown) switch
    {
        ("es", true) => "Por favor, diga su nombre y el motivo de su llamada, y le devolveremos la llamada.",
        ("es", false) => "Por favor, diga su nombre, su número de teléfono y el motivo de su llamada, y le devolveremos la llamada.",
        ("ru", true) => "Пожалуйста, назовите своё имя и скажите, по какому вопросу вы звоните, и мы вам перезвоним.",
        ("ru", false) => "Пожалуйста, назовите своё имя, номер телефона и скажите, по какому вопросу вы звоните, и мы вам перезвоним.",
        ("he", true) => "אנא אמרו את שמכם ובמה מדובר, ונחזור אליכם.",
        ("he", false) => "אנא אמרו את שמכם, את מספר הטלפון שלכם ובמה מדובר, ונחזור אליכם.",
        (_, true) => "Please say your name and what it is about, and we will call you back.",
        (_, false) => "Please say your name, your telephone number and what it is about, and we will call you back.",
    };

    /// <summary>Said when the message is hardly more than a name.</summary>
    public static string AskSubject(string language) => Primary(language) switch
    {
        "es" => "Gracias. ¿Y cuál es el motivo de su llamada?",
        "ru" => "Спасибо. А по какому вопросу вы звоните?",
        "he" => "תודה. ובמה מדובר?",
        _ => "Thank you. And what is it about?",
    };

    /// <summary>The message was taken.</summary>
    public static string MessageTaken(string language, bool numberKnown) => (Primary(language), numberKnown) switch
    {
        ("es", true) => "Gracias. Le devolveremos la llamada al número desde el que llama. Adiós.",
        ("es", false) => "Gracias. Le devolveremos la llamada. Adiós.",
        ("ru", true) => "Спасибо. Мы перезвоним вам на номер, с которого вы звоните. До свидания.",
        ("ru", false) => "Спасибо. Мы вам перезвоним. До свидания.",
        ("he", true) => "תודה. נחזור אליכם למספר שממנו אתם מתקשרים. להתראות.",
        ("he", false) => "תודה. נחזור אליכם. להתראות.",
        (_, true) => "Thank you. We will call you back at the number you are calling from. Goodbye.",
        (_, false) => "Thank you. We will call you back. Goodbye.",
    };

    /// <summary>
    /// The clauses that are the same in many calls of a tenant: its greeting and everything here. They are synthesised once and kept.
    /// </summary>
    public static IReadOnlySet<string> Fixed(Tenant tenant)
    {
        var language = tenant.Language;
        string[] texts =
        [
            tenant.Greeting, Apology(language), ApologyTransfer(language), AskSubject(language),
            ApologyMessage(language, true), ApologyMessage(language, false), MessageTaken(language, true), MessageTaken(language, false),
            .. Enumerable.Range(0, HoldEnglish.Length).Select(turn => Hold(language, turn)),
        ];
        return texts.SelectMany(SentenceChunker.Split).ToHashSet(StringComparer.Ordinal);
    }

    private static string Primary(string language) => language.Split('-')[0].ToLowerInvariant();
}
