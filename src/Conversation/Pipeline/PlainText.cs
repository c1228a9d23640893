using System.Buffers;
using System.Text;

namespace Parley.Conversation.Pipeline;

/// <summary>Text as it may come from a provider, and as it may go on to agents, voices and the database: nothing in it but characters.</summary>
internal static class PlainText
{
    private static readonly SearchValues<char> Suspects = SearchValues.Create(
        [.. Enumerable.Range(0, 0x10000).Select(c => (char)c).Where(c => IsControl(c) || char.IsSurrogate(c))]);

    /// <summary>
    /// The text without control characters (a line break stays: it ends a clause) and halves of surrogate pairs, and of no more than
    /// <paramref name="most"/> characters. PostgreSQL takes no NUL, JSON no lone surrogate.
    /// </summary>
    public static string Of(string text, int most)
    {
        if (text.Length > most)
            text = text[..most];
        if (text.AsSpan().IndexOfAny(Suspects) < 0)
            return text;

        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            // What is no character is enumerated as U+FFFD.
            if (rune.Value == Rune.ReplacementChar.Value || (rune.IsBmp && IsControl((char)rune.Value)))
                plain.Append(' ');
            else
                plain.Append(rune);
        }

        return plain.ToString();
    }

    private static bool IsControl(char c) => char.IsControl(c) && c != '\n';
}
