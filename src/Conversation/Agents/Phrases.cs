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

    /// <summary>Said when the agent failed and the call must end; a person calls back.</summary>
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

    /// <summary>
    /// The clauses that are the same in many calls of a tenant: its greeting and everything here. They are synthesised once and kept.
    /// </summary>
    public static IReadOnlySet<string> Fixed(Tenant tenant)
    {
        var language = tenant.Language;
        string[] texts =
        [
            tenant.Greeting, Apology(language), ApologyTransfer(language),
            .. Enumerable.Range(0, HoldEnglish.Length).Select(turn => Hold(language, turn)),
        ];
        return texts.SelectMany(SentenceChunker.Split).ToHashSet(StringComparer.Ordinal);
    }

    private static string Primary(string language) => language.Split('-')[0].ToLowerInvariant();
}
