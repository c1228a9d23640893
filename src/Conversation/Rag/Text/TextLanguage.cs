namespace Parley.Conversation.Rag.Text;

/// <summary>A language whose words can be reduced to stems. Others are matched as they are written.</summary>
internal enum TextLanguage
{
    /// <summary>English, and whatever has no stemmer.</summary>
    English,

    /// <summary>Spanish.</summary>
    Spanish,

    /// <summary>Russian.</summary>
    Russian,

    /// <summary>Hebrew.</summary>
    Hebrew,
}

/// <summary>Finds out in which language words are.</summary>
internal static class TextLanguages
{
    public static readonly TextLanguage[] All = Enum.GetValues<TextLanguage>();

    /// <summary>By a BCP 47 tag.</summary>
    public static TextLanguage Of(string tag)
    {
        var end = tag.IndexOf('-', StringComparison.Ordinal);
        return (end < 0 ? tag.AsSpan() : tag.AsSpan(0, end)) switch
        {
            "es" or "ES" => TextLanguage.Spanish,
            "ru" or "RU" => TextLanguage.Russian,
            "he" or "HE" or "iw" => TextLanguage.Hebrew,
            _ => TextLanguage.English,
        };
    }

    /// <summary>A word's language by its script; among those written in Latin letters the one that is assumed.</summary>
    public static TextLanguage Of(string word, TextLanguage latin) => word.Length == 0 ? latin : word[0] switch
    {
        >= '\u0400' and <= '\u04ff' => TextLanguage.Russian,
        >= '\u0590' and <= '\u05ff' => TextLanguage.Hebrew,
        _ => latin is TextLanguage.Spanish ? TextLanguage.Spanish : TextLanguage.English,
    };

    /// <summary>The language in which Latin words of a text are: Spanish where its function words are more than the English ones.</summary>
    public static TextLanguage LatinOf(IReadOnlyList<Word> words, TextLanguage otherwise)
    {
        var (spanish, english) = (0, 0);
        foreach (var word in words)
        {
            if (Lexicon.Of(TextLanguage.Spanish).IsStop(word.Text))
                spanish++;
            if (Lexicon.Of(TextLanguage.English).IsStop(word.Text))
                english++;
        }

        return spanish > english ? TextLanguage.Spanish : english > spanish ? TextLanguage.English : otherwise;
    }
}
