namespace Parley.Conversation.Rag.Text;

/// <summary>Endings of Russian adjectives, verbs and nouns, taken off after the first vowel (after the Snowball algorithm for Russian, lighter).</summary>
internal static class RussianStemmer
{
    private static readonly System.Buffers.SearchValues<char> Vowels = System.Buffers.SearchValues.Create("аеиоуыэюя");

    private static readonly string[] Reflexive = ["ся", "сь"];

    private static readonly string[] Gerund = ["ившись", "ывшись", "вшись", "ивши", "ывши", "вши"];

    private static readonly string[] Adjective =
    [
        "ующими", "ующего", "ующая", "ующее", "ующие", "ующий", "ими", "ыми", "его", "ого", "ему", "ому", "ее", "ие", "ые", "ое", "ей", "ий", "ый",
        "ой", "ем", "им", "ым", "ом", "их", "ых", "ую", "юю", "ая", "яя", "ою", "ею",
    ];

    private static readonly string[] Verb =
    [
        "уйте", "ейте", "ете", "йте", "ешь", "нно", "ила", "ыла", "ена", "ите", "или", "ыли", "ило", "ыло", "ено", "ует", "уют", "ены", "ить", "ыть",
        "ать", "ять", "еть", "ишь", "аем", "яем", "ала", "ала", "али", "ало", "ает", "яет", "ают", "яют", "ют", "ит", "ыт", "ем", "им", "ым", "ен", "ил",
        "ыл", "ат", "ят", "ет", "ть", "ла", "ли", "ло", "на", "но", "ны", "ую", "ю", "л", "н",
    ];

    private static readonly string[] Noun =
    [
        "иями", "иях", "иям", "ией", "иею", "ями", "ами", "ях", "ах", "ям", "ам", "ем", "ом", "ев", "ов", "ие", "ье", "еи", "ии", "ей", "ой", "ий",
        "ию", "ью", "ия", "ья", "а", "е", "и", "й", "о", "у", "ы", "ь", "ю", "я",
    ];

    public static string Stem(string word)
    {
        var first = word.AsSpan().IndexOfAny(Vowels);
        var keep = Math.Max(first + 1, 2);
        if (first < 0 || keep >= word.Length)
            return word;
        if (!Take(ref word, keep, Gerund))
        {
            Take(ref word, keep, Reflexive);
            if (!Take(ref word, keep, Adjective) && !Take(ref word, keep + 1, Verb))
                Take(ref word, keep, Noun);
        }

        if (word.Length > keep && word[^1] == 'и')
            word = word[..^1];
        if (word.Length > keep + 1 && word.EndsWith("ость", StringComparison.Ordinal))
            word = word[..^4];
        if (word.EndsWith("нн", StringComparison.Ordinal))
            word = word[..^1];
        return word.Length > keep && word[^1] == 'ь' ? word[..^1] : word;
    }

    private static bool Take(ref string word, int keep, string[] endings)
    {
        foreach (var ending in endings)
        {
            if (word.Length - ending.Length >= keep && word.EndsWith(ending, StringComparison.Ordinal))
            {
                word = word[..^ending.Length];
                return true;
            }
        }

        return false;
    }
}
