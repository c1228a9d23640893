namespace Parley.Conversation.Stt.Moonshine;

/// <summary>
/// Cuts what the model makes up when it runs away (in noise below about 10 dB it may repeat a phrase to its token limit, or produce more
/// words than anyone can say).
/// </summary>
internal static class RunawayGuard
{
    /// <summary>Nobody speaks faster for long: quick conversation is 3 to 4 words a second.</summary>
    public const double WordsPerSecond = 6;

    // Callers do say "no no no" and "five five five five": single words may be repeated more often than phrases.
    private const int LongestPhrase = 8;
    private const int RepeatsOfWord = 5;
    private const int RepeatsOfPair = 4;
    private const int RepeatsOfPhrase = 3;

    private static readonly char[] Punctuation = [',', '.', '!', '?', ';', ':'];

    /// <summary>The text with repetitions said once and no more words than fit into <paramref name="duration"/>.</summary>
    public static string Clean(string text, TimeSpan duration)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList();
        var most = Math.Max(4, (int)Math.Ceiling(duration.TotalSeconds * WordsPerSecond));
        for (var phrase = 1; phrase <= LongestPhrase; phrase++)
            CutRepeats(words, phrase);
        if (words.Count > most)
            words.RemoveRange(most, words.Count - most);
        return string.Join(' ', words);
    }

    private static void CutRepeats(List<string> words, int phrase)
    {
        var least = phrase switch { 1 => RepeatsOfWord, 2 => RepeatsOfPair, _ => RepeatsOfPhrase };
        for (var start = 0; start + (phrase * least) <= words.Count; start++)
        {
            // How far the words after `start` keep agreeing with those one phrase earlier.
            var agreeing = 0;
            while (start + phrase + agreeing < words.Count && Same(words[start + agreeing], words[start + phrase + agreeing]))
                agreeing++;

            // A phrase begun again at the very end was cut off by the token limit and goes as well.
            var repeats = 1 + (agreeing / phrase);
            if (repeats >= least)
                words.RemoveRange(start + phrase, start + phrase + agreeing == words.Count ? agreeing : (repeats - 1) * phrase);
        }
    }

    private static bool Same(string a, string b) =>
        a.AsSpan().Trim(Punctuation).Equals(b.AsSpan().Trim(Punctuation), StringComparison.OrdinalIgnoreCase);
}
