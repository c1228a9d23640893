namespace Parley.Conversation.Agents.Grounding;

/// <summary>Tells words of the agent's own rules from its own words: rules that are read aloud, names of tools, traces of a model's inner language.</summary>
internal sealed class LeakCheck
{
    /// <summary>Words in a row that are no coincidence.</summary>
    public const int Run = 7;

    private static readonly string[] Traces =
        ["system prompt", "my instructions", "my rules", "my prompt", "developer message", "these notes", "<facts", "</facts", "{{", "}}", "\"role\"", "tool_call", "function_call", "<|"];

    private const int Beginning = 4;

    // More than any name or address that is spelled has letters, or any word.
    private const int MostSpelled = 24;

    private int spelled;

    private readonly HashSet<string> runs = new(StringComparer.Ordinal);
    private readonly HashSet<string> beginnings = new(StringComparer.Ordinal);
    private readonly HashSet<string> names;
    private readonly List<string> last = [];

    /// <summary>Takes what must not be said.</summary>
    /// <param name="secrets">Texts.</param>
    /// <param name="tools">Names of tools.</param>
    public LeakCheck(IEnumerable<string> secrets, IEnumerable<string> tools)
    {
        foreach (var secret in secrets.SelectMany(static text => text.Split('\n')))
        {
            var words = Words(secret);
            for (var i = 0; i + Run <= words.Count; i++)
                runs.Add(string.Join(' ', words.Skip(i).Take(Run)));
            for (var i = 0; i + Run <= words.Count; i++)
                beginnings.Add(string.Join(' ', words.Skip(i).Take(Beginning)));
        }

        names = tools.Where(static name => name.Contains('_', StringComparison.Ordinal)).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Whether a part of a sentence may be the beginning of a secret: then the rest is waited for.</summary>
    public bool MayLeak(string part)
    {
        var words = Words(part);
        return Enumerable.Range(0, Math.Max(0, words.Count - Beginning + 1)).Any(i => beginnings.Contains(string.Join(' ', words.Skip(i).Take(Beginning))));
    }

    /// <summary>Whether a sentence, behind those before it, gives something away.</summary>
    public bool Leaks(string sentence)
    {
        foreach (var trace in Traces)
        {
            if (sentence.Contains(trace, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        if (names.Any(name => sentence.Contains(name, StringComparison.OrdinalIgnoreCase)))
            return true;
        List<string> own = Words(sentence);
        if (IsEncoded(own, sentence))
            return true;
        List<string> words = [.. last, .. own];
        for (var i = 0; i + Run <= words.Count; i++)
        {
            if (runs.Contains(string.Join(' ', words.Skip(i).Take(Run))))
                return true;
        }

        last.Clear();
        last.AddRange(words.TakeLast(Run - 1));
        return false;
    }

    // Letter by letter, or as only machines read it: base64, hexadecimal.
    private bool IsEncoded(List<string> own, string sentence)
    {
        foreach (var word in own)
        {
            spelled = word.Length > 2 ? 0 : word.Length == 1 && char.IsLetter(word[0]) ? spelled + 1 : spelled;
            if (spelled > MostSpelled)
                return true;
        }

        return sentence.Split(' ').Any(static word => word.Length > MostSpelled && !word.Contains("://", StringComparison.Ordinal)
            && word.Count(static c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=') >= word.Length - 1
            && word.Any(char.IsAsciiLetter) && word.Skip(1).Any(static c => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c)));
    }

    private static List<string> Words(string text)
    {
        var letters = string.Concat(text.ToLowerInvariant().Select(static c => char.IsLetterOrDigit(c) || c == '\'' ? c : ' '));
        return [.. letters.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
    }
}
