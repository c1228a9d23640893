using System.Collections.Frozen;

namespace Parley.Conversation.Turns;

/// <summary>
/// How many names an answer to "what is your name" holds. One alone is often followed by another, or by its letters; two are a whole answer.
/// </summary>
internal static class NameShape
{
    // What people say around their name.
    private static readonly FrozenSet<string> Around = FrozenSet.ToFrozenSet(
    [
        "my", "name", "name's", "is", "it's", "its", "it", "this", "that's", "that", "i'm", "i", "am", "the", "under", "of", "for", "on", "by", "as",
        "first", "last", "surname", "call", "me", "they", "mister", "mr", "mrs", "ms", "miss", "missus", "doctor", "dr", "speaking", "here", "calling",
        "yes", "yeah", "sure", "okay", "ok", "well", "um", "uh", "oh", "so", "hi", "hello", "hey", "sorry", "please", "and", "a", "be", "would", "put",
        "book", "reservation", "booking", "table", "to", "in", "will", "with", "no", "course", "certainly",
    ]);

    /// <summary>
    /// Words that are neither around a name nor written small; a recogniser that writes everything small gives no hint, and all of them count.
    /// 0 when small words beside names show that this is something else.
    /// </summary>
    public static int Count(string text)
    {
        var hasCapitals = text.AsSpan().IndexOfAnyInRange('A', 'Z') >= 0;
        var names = 0;
        foreach (var part in text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            var word = part.Trim('.', '!', '?', '"', ';');
            if (word.Length == 0 || Around.Contains(word.ToLowerInvariant().Replace('\u2019', '\'')))
                continue;

            if (hasCapitals && !char.IsUpper(word[0]))
                return 0;
            names++;
        }

        return names;
    }
}
