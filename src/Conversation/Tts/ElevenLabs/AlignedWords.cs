namespace Parley.Conversation.Tts.ElevenLabs;

/// <summary>Makes word timings of the alignment of characters, chunk by chunk; chunks count from their own beginning.</summary>
internal sealed class AlignedWords(string text)
{
    // The provider may leave out or add a character; beyond this it speaks another text.
    private const int MostSkipped = 12;

    private readonly List<WordTiming> words = [];
    private int cursor;
    private double lastMs;

    /// <summary>Takes a chunk's alignment.</summary>
    /// <param name="alignment">The alignment.</param>
    /// <param name="offsetMs">Where the chunk begins in the clause.</param>
    public void Add(CharAlignment alignment, double offsetMs)
    {
        if (alignment is not { Chars: { } chars, Starts: { } starts, Durations: { } durations })
            return;

        var count = Math.Min(chars.Count, Math.Min(starts.Count, durations.Count));
        for (var i = 0; i < count; i++)
        {
            if (!Advance(chars[i]))
                continue;
            lastMs = Math.Max(lastMs, offsetMs + starts[i] + durations[i]);
            if (cursor == text.Length || char.IsWhiteSpace(text[cursor]))
                words.Add(new WordTiming(cursor, (int)Math.Round(lastMs)));
        }
    }

    /// <summary>
    /// The words so far, and the rest of the clause at the pace of these words: timings are given once, with the first audio, and are a
    /// better guess of this voice than any other. Null when nothing was aligned.
    /// </summary>
    public IReadOnlyList<WordTiming>? Complete()
    {
        if (cursor == 0 || lastMs <= 0)
            return null;

        var (from, pace) = (cursor, lastMs / cursor);
        var all = new List<WordTiming>(words);
        for (var i = from + 1; i <= text.Length; i++)
        {
            if (!char.IsWhiteSpace(text[i - 1]) && (i == text.Length || char.IsWhiteSpace(text[i])))
                all.Add(new WordTiming(i, (int)Math.Round(lastMs + (i - from) * pace)));
        }

        return all;
    }

    // True when the character was one of a word of the text.
    private bool Advance(string character)
    {
        if (string.IsNullOrWhiteSpace(character))
            return false;
        var found = text.IndexOf(character, cursor, Math.Min(text.Length - cursor, MostSkipped + character.Length), StringComparison.Ordinal);
        if (found < 0)
            return false;
        cursor = found + character.Length;
        return true;
    }
}
