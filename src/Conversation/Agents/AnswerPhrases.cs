using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents;

/// <summary>What is said in place of words that are not let through, in the language that is being spoken.</summary>
internal static class AnswerPhrases
{
    /// <summary>Not known, with an offer of a person when one can be reached, else of a message.</summary>
    public static string Unknown(string language, bool person) => $"{DontKnow(language)} {Offer(language, person)}";

    /// <summary>Not to be talked about.</summary>
    public static string CantSay(string language, bool person) => $"{CantHelp(language)} {Offer(language, person)}";

    /// <summary>Another language is not spoken; in <paramref name="language"/>.</summary>
    public static string NotThatLanguage(string language, bool person) => $"{CantSpeak(language)} {Offer(language, person)}";

    /// <summary>The offer alone.</summary>
    public static string Offer(string language, bool person) => (Primary(language), person) switch
    {
        ("es", true) => "¿Le comunico con una persona?",
        ("es", false) => "¿Quiere dejar un mensaje?",
        ("ru", true) => "Соединить вас с сотрудником?",
        ("ru", false) => "Хотите оставить сообщение?",
        ("he", true) => "להעביר אתכם לנציג?",
        ("he", false) => "תרצו להשאיר הודעה?",
        (_, true) => "Shall I connect you with a person?",
        (_, false) => "Shall I take a message for the team?",
    };

    /// <summary>The language that words are in, as far as their script and smallest words tell; otherwise <paramref name="usual"/>.</summary>
    public static string LanguageOf(string words, string usual)
    {
        var (cyrillic, hebrew, latin) = (0, 0, 0);
        foreach (var c in words)
        {
            if (c is >= 'А' and <= 'я' or 'ё' or 'Ё')
                cyrillic++;
            else if (c is >= 'א' and <= 'ת')
                hebrew++;
            else if (char.IsLetter(c))
                latin++;
        }

        if (cyrillic > hebrew && cyrillic > latin)
            return "ru";
        if (hebrew > latin)
            return "he";
        var all = $" {words.ToLowerInvariant()} ";
        var spanish = Count(all, " el ", " la ", " los ", " las ", " de ", " que ", " es ", " una ", " por ", " con ", " para ", " tienen ", " cuesta ", " hola ", " quiero ", " y ", "¿", "¡", "ñ");
        var english = Count(all, " the ", " is ", " a ", " of ", " you ", " for ", " and ", " do ", " to ", " we ", " i ", " what ", " it ", " your ", "'s ");
        return spanish > english ? "es" : english > spanish ? "en" : usual;
    }

    /// <summary>Whether a person can be reached now.</summary>
    public static bool PersonIsThere(Tenant tenant, DateTimeOffset now) => tenant.ReachableAt(NodaTime.Instant.FromDateTimeOffset(now)).Count > 0;

    private static string DontKnow(string language) => Primary(language) switch
    {
        "es" => "Lo siento, eso no lo sé.",
        "ru" => "Извините, этого я не знаю.",
        "he" => "מצטערים, את זה אני לא יודע.",
        _ => "I'm sorry, I don't know that.",
    };

    private static string CantSpeak(string language) => Primary(language) switch
    {
        "es" => "Lo siento, no hablo ese idioma.",
        "ru" => "Извините, на этом языке я не говорю.",
        "he" => "מצטערים, את השפה הזאת אני לא מדבר.",
        _ => "I'm sorry, I can't speak that language.",
    };

    private static string CantHelp(string language) => Primary(language) switch
    {
        "es" => "Lo siento, con eso no puedo ayudarle.",
        "ru" => "Извините, с этим я не могу помочь.",
        "he" => "מצטערים, בזה אני לא יכול לעזור.",
        _ => "I'm sorry, I can't help with that.",
    };

    private static int Count(string text, params ReadOnlySpan<string> words)
    {
        var count = 0;
        foreach (var word in words)
            count += text.Contains(word, StringComparison.Ordinal) ? 1 : 0;
        return count;
    }

    private static string Primary(string language) => language.Split('-')[0].ToLowerInvariant();
}
