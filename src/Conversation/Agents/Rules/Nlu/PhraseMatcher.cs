using System.Runtime.CompilerServices;

namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>Finds a tenant's own words in what was recognised, with plurals and small mishearings ("margarita" for "margherita").</summary>
internal static class PhraseMatcher
{
    // Tenants' phrases are looked for in every turn: each is cut once, and forgotten with its tenant.
    private static readonly ConditionalWeakTable<string, string[]> Cut = [];

    /// <summary>Whether every word of <paramref name="phrase"/> occurs, in order and side by side.</summary>
    public static bool Mentions(Utterance said, string phrase)
    {
        var words = Split(phrase);
        if (words.Length == 0)
            return false;
        for (var i = 0; i + words.Length <= said.Count; i++)
        {
            var all = true;
            for (var n = 0; all && n < words.Length; n++)
                all = Alike(said.Tokens[i + n].Word, words[n]);
            if (all)
                return true;
        }

        // "hair cut" for "haircut"
        return phrase.Length >= 6 && said.Joined.Contains(words.Length == 1 ? words[0] : string.Concat(words), StringComparison.Ordinal);
    }

    /// <summary>The share of the words of <paramref name="phrase"/> that occur, and how many.</summary>
    public static (int Count, double Share) Overlap(Utterance said, string phrase)
    {
        var words = Split(phrase);
        var count = words.Count(w => w.Length > 2 && said.Tokens.Any(t => Alike(t.Word, w)));
        return (count, words.Length == 0 ? 0 : (double)count / words.Length);
    }

    public static bool Alike(string heard, string known)
    {
        if (heard == known || Stem(heard).SequenceEqual(Stem(known)))
            return true;
        var allowed = known.Length switch { >= 8 => 2, >= 6 => 1, _ => 0 };
        return allowed > 0 && heard.Length >= 5 && heard[0] == known[0] && Distance(heard, known) <= allowed;
    }

    private static string[] Split(string phrase) => Cut.GetValue(
        phrase, static text => text.ToLowerInvariant().Split([' ', '-', ',', '/'], StringSplitOptions.RemoveEmptyEntries));

    private static ReadOnlySpan<char> Stem(ReadOnlySpan<char> word) => word.Length > 6 && word.EndsWith("ing") ? word[..^3]
        : word.Length > 5 && word.EndsWith("ed") ? word[..^2]
        : word.EndsWith("'s") ? word[..^2]
        : word.Length > 3 && word[^1] == 's' && !word.EndsWith("ss") ? word[..^1] : word;

    // Levenshtein
    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 2)
            return 3;
        Span<int> row = b.Length < 64 ? stackalloc int[b.Length + 1] : new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = row[j];
                row[j] = cost;
            }
        }

        return row[b.Length];
    }
}
