namespace Parley.Conversation.Rag.Text;

/// <summary>The inflections of English, and a few of its derivations (after M. F. Porter, "An algorithm for suffix stripping", 1980, steps 1 to 3).</summary>
internal static class EnglishStemmer
{
    private static readonly (string Ending, string Instead)[] Derived =
    [
        ("ization", "ize"), ("ational", "ate"), ("fulness", "ful"), ("ousness", "ous"), ("iveness", "ive"), ("ation", "ate"),
        ("ments", ""), ("ment", ""), ("ness", ""), ("able", ""), ("ible", ""), ("ful", ""), ("ally", "al"), ("ly", ""),
    ];

    private static readonly Dictionary<string, string> Irregular = new(StringComparer.Ordinal)
    {
        ["children"] = "child", ["men"] = "man", ["women"] = "woman", ["feet"] = "foot", ["teeth"] = "tooth", ["people"] = "person",
        ["paid"] = "pay", ["bought"] = "buy", ["sold"] = "sell", ["held"] = "hold", ["kept"] = "keep", ["left"] = "leave", ["sent"] = "send",
        ["cost"] = "cost", ["knives"] = "knife", ["loaves"] = "loaf", ["bleeds"] = "bleed", ["worn"] = "wear", ["won"] = "win",
        ["went"] = "go", ["gone"] = "go", ["came"] = "come", ["brought"] = "bring", ["broken"] = "break", ["ate"] = "eat", ["drank"] = "drink",
    };

    public static string Stem(string word)
    {
        if (Irregular.TryGetValue(word, out var known))
            return known;
        var stem = Verb(Plural(word));
        foreach (var (ending, instead) in Derived)
        {
            if (stem.Length - ending.Length >= 4 && stem.EndsWith(ending, StringComparison.Ordinal))
            {
                stem = stem[..^ending.Length] + instead;
                break;
            }
        }

        // Cancelled, travelling.
        if (stem.Length > 5 && stem.EndsWith("ll", StringComparison.Ordinal))
            stem = stem[..^1];
        // The silent e, so that "price" and "pricing" meet; y and i, so that "party" and "parties" do.
        if (stem.Length > 3 && stem[^1] == 'e')
            stem = stem[..^1];
        return stem.Length > 2 && stem[^1] == 'y' && !IsVowel(stem, stem.Length - 2) ? stem[..^1] + "i" : stem;
    }

    private static string Plural(string word)
    {
        if (word.Length < 4 || word[^1] != 's' || word.EndsWith("ss", StringComparison.Ordinal) || word.EndsWith("us", StringComparison.Ordinal))
            return word;
        if (word.EndsWith("sses", StringComparison.Ordinal) || word.EndsWith("xes", StringComparison.Ordinal)
            || word.EndsWith("ches", StringComparison.Ordinal) || word.EndsWith("shes", StringComparison.Ordinal))
        {
            return word[..^2];
        }

        return word.EndsWith("ies", StringComparison.Ordinal) ? word.Length > 4 ? word[..^3] + "y" : word[..^1]
            : word.EndsWith("is", StringComparison.Ordinal) ? word : word[..^1];
    }

    private static string Verb(string word)
    {
        var stem = word.Length > 5 && word.EndsWith("ing", StringComparison.Ordinal) ? word[..^3]
            : word.Length > 4 && word.EndsWith("ed", StringComparison.Ordinal) ? word[..^2] : word;
        if (stem.Length == word.Length || !HasVowel(stem))
            return word;
        // Trimmed, planned: one of the two; but called, missed, buzzed.
        return stem.Length > 3 && stem[^1] == stem[^2] && stem[^1] is not ('l' or 's' or 'z') && !IsVowel(stem, stem.Length - 1) ? stem[..^1] : stem;
    }

    private static bool HasVowel(string stem)
    {
        for (var i = 0; i < stem.Length; i++)
        {
            if (IsVowel(stem, i))
                return true;
        }

        return false;
    }

    private static bool IsVowel(string word, int at) => word[at] is 'a' or 'e' or 'i' or 'o' or 'u' || (word[at] == 'y' && at > 0 && !IsVowel(word, at - 1));
}
