namespace Parley.Conversation.Stt.Moonshine;

/// <summary>
/// Keeps of interim guesses what two passes in a row agree on: more than half of all passes change words other than the last two.
/// </summary>
internal sealed class PrefixAgreement
{
    private static readonly char[] Punctuation = [',', '.', '!', '?', ';', ':'];

    private string[] previous = [];
    private int agreedWords;

    /// <summary>Takes the next pass; true with the agreed words when there are more of them than ever before.</summary>
    public bool TryAdvance(string text, out string agreed)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var common = 0;
        while (common < Math.Min(words.Length, previous.Length) && Same(words[common], previous[common]))
            common++;
        previous = words;

        agreed = string.Join(' ', words.Take(common));
        if (common <= agreedWords)
            return false;

        agreedWords = common;
        return true;
    }

    private static bool Same(string a, string b) =>
        a.AsSpan().Trim(Punctuation).Equals(b.AsSpan().Trim(Punctuation), StringComparison.OrdinalIgnoreCase);
}
