using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents;

/// <summary>What is said in place of words that are not let through, in the language that is being spoken.</summary>
internal static class AnswerPhrases
{
    /// <summary>Not known, with an offer of a person when one can be reached, else of a message.</summary>
    public static string Unknown(string language, bool person) => $"{Say(language, "DontKnow")} {Offer(language, person)}";

    /// <summary>Not to be talked about.</summary>
    public static string CantSay(string language, bool person) => $"{Say(language, "CantSay")} {Offer(language, person)}";

    /// <summary>Another language is not spoken; in <paramref name="language"/>.</summary>
    public static string NotThatLanguage(string language, bool person) => $"{Say(language, "CantSpeak")} {Offer(language, person)}";

    /// <summary>The offer alone.</summary>
    public static string Offer(string language, bool person) => Say(language, person ? "OfferPerson" : "OfferMessage");

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

    private static int Count(string text, params ReadOnlySpan<string> words)
    {
        var count = 0;
        foreach (var word in words)
            count += text.Contains(word, StringComparison.Ordinal) ? 1 : 0;
        return count;
    }

    private static string Say(string language, string key) => LanguageFile.OrEnglish(language).Said[key][0];
}
