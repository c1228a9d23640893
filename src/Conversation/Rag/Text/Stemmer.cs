namespace Parley.Conversation.Rag.Text;

/// <summary>
/// Reduces a word to what its forms share: lightly, since what is lost here cannot be told apart any more. Words are lower case without accents.
/// </summary>
internal static class Stemmer
{
    public static string Stem(string word, TextLanguage language)
    {
        if (word.Length < 3 || char.IsAsciiDigit(word[0]))
            return word;
        return language switch
        {
            TextLanguage.Spanish => Spanish(word),
            TextLanguage.Russian => RussianStemmer.Stem(word),
            TextLanguage.Hebrew => Hebrew(word),
            _ => EnglishStemmer.Stem(word),
        };
    }

    /// <summary>Plural, gender and the commonest endings of verbs, after J. Savoy's light stemmer for Romance languages.</summary>
    private static string Spanish(string word)
    {
        var stem = word;
        foreach (var ending in SpanishEndings)
        {
            if (stem.Length - ending.Length >= 3 && stem.EndsWith(ending, StringComparison.Ordinal))
            {
                stem = stem[..^ending.Length];
                break;
            }
        }

        if (stem.Length > 3 && stem[^1] is 's')
            stem = stem[..^1];
        if (stem.Length > 3 && stem[^1] is 'a' or 'e' or 'o' or 'i')
            stem = stem[..^1];
        // Pagar, pague, pago; buscar, busque; vez, veces.
        if (stem.Length > 3 && stem.EndsWith("qu", StringComparison.Ordinal))
            return stem[..^2] + "c";
        if (stem.Length > 3 && stem.EndsWith("gu", StringComparison.Ordinal))
            return stem[..^1];
        return stem.Length > 3 && stem[^1] == 'z' ? stem[..^1] + "c" : stem;
    }

    // Longest first.
    private static readonly string[] SpanishEndings =
    [
        "aciones", "uciones", "amiento", "imiento", "amientos", "imientos", "aremos", "eremos", "iremos", "ariamos", "amente",
        "acion", "ucion", "iendo", "abamos", "ando", "arian", "erian", "irian", "emos", "amos", "imos", "adas", "ados", "idas", "idos", "aban",
        "mente", "aran", "eran", "iran", "aria", "eria", "iria", "ada", "ado", "ida", "ido", "aba", "are", "ere", "ire", "ara", "era", "ira",
        "ian", "an", "en", "ar", "er", "ir", "es", "as", "os",
    ];

    /// <summary>
    /// One of the letters that stand for "and", "the", "in", "to", "from", "that", "like", twice at most, and the endings of plural, gender and
    /// possession, as long as three letters stay.
    /// </summary>
    private static string Hebrew(string word)
    {
        var stem = word;
        for (var round = 0; round < 2 && stem.Length > 3 && "והבכלמש".Contains(stem[0], StringComparison.Ordinal); round++)
            stem = stem[1..];
        foreach (var ending in HebrewEndings)
        {
            if (stem.Length - ending.Length >= 3 && stem.EndsWith(ending, StringComparison.Ordinal))
            {
                stem = stem[..^ending.Length];
                break;
            }
        }

        // The letters that look different at the end of a word.
        return stem[^1] switch
        {
            'ם' => stem[..^1] + "מ",
            'ן' => stem[..^1] + "נ",
            'ץ' => stem[..^1] + "צ",
            'ף' => stem[..^1] + "פ",
            'ך' => stem[..^1] + "כ",
            _ => stem,
        };
    }

    private static readonly string[] HebrewEndings = ["יהם", "יהן", "ותי", "ים", "ות", "ית", "יה", "נו", "כם", "ני", "ה", "ת", "י", "ך"];
}
