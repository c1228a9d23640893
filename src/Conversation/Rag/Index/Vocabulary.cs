using Parley.Conversation.Rag.Text;

namespace Parley.Conversation.Rag.Index;

/// <summary>
/// The words of an index as they are written: which term each belongs to, and which are near to a word that is not among them, in sound or in
/// letters, since recognisers write what a word sounded like.
/// </summary>
internal sealed class Vocabulary
{
    // Words that share fewer pieces are not compared letter by letter; and the letters of no more than so many are.
    private const int MostCompared = 16;
    private const double LeastAlike = 0.66;

    private readonly List<Entry> entries = [];
    private readonly Dictionary<string, int> byWord = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<int>> bySound = new(StringComparer.Ordinal);
    private readonly Dictionary<int, List<int>> byPiece = [];

    /// <summary>About what it takes in memory, in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds a word as it is written; a word stands for the first term it was given.</summary>
    public void Add(string word, int term, TextLanguage language)
    {
        if (!byWord.TryAdd(word, entries.Count))
            return;
        var sound = SoundKey.Of(word, language);
        if (!bySound.TryGetValue(sound, out var same))
            bySound[sound] = same = [];
        same.Add(entries.Count);
        if (!char.IsAsciiDigit(word[0]))
        {
            for (var i = -1; i < word.Length - 1; i++)
            {
                var piece = Piece(word, i);
                if (!byPiece.TryGetValue(piece, out var words))
                    byPiece[piece] = words = [];
                words.Add(entries.Count);
            }
        }

        entries.Add(new Entry(word, sound, term));
        Bytes += 160 + 8L * word.Length;
    }

    /// <summary>Whether a word is here as it is written.</summary>
    public bool TryFind(string word, out int term)
    {
        var found = byWord.TryGetValue(word, out var at);
        term = found ? entries[at].Term : -1;
        return found;
    }

    /// <summary>Adds the terms whose words sound the same; their quality is by how alike they are written.</summary>
    public void AddSameSound(string word, TextLanguage language, int leastSounds, List<Alternative> found)
    {
        var sound = SoundKey.Of(word, language);
        if (sound.Length < leastSounds || !bySound.TryGetValue(sound, out var same))
            return;
        foreach (var at in same)
        {
            var entry = entries[at];
            if (entry.Word == word)
                continue;
            var alike = Likeness.Of(entry.Word, word);
            // Two consonants are the sound of too many words.
            if (alike < (sound.Length > 2 ? 0.45 : word.Length <= 4 ? 0.33 : 0.6))
                continue;
            Keep(found, new Alternative(entry.Term, (float)(sound.Length <= 2 ? 0.5 : 0.5 + 0.4 * alike)));
        }
    }

    /// <summary>Adds the terms whose words are alike in letters and sound.</summary>
    public void AddAlike(string word, TextLanguage language, double least, List<Alternative> found)
    {
        if (word.Length < 4)
            return;
        var counts = new Dictionary<int, int>();
        for (var i = -1; i < word.Length - 1; i++)
        {
            if (!byPiece.TryGetValue(Piece(word, i), out var words))
                continue;
            foreach (var at in words)
                System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, at, out _)++;
        }

        var sound = SoundKey.Of(word, language);
        Span<(int At, int Shared)> best = stackalloc (int, int)[MostCompared];
        var count = 0;
        foreach (var (at, shared) in counts)
        {
            if (shared * 4 < word.Length + 1 || Math.Abs(entries[at].Word.Length - word.Length) > 3)
                continue;
            var place = count;
            while (place > 0 && best[place - 1].Shared < shared)
                place--;
            if (place >= MostCompared)
                continue;
            count = Math.Min(count + 1, MostCompared);
            for (var i = count - 1; i > place; i--)
                best[i] = best[i - 1];
            best[place] = (at, shared);
        }

        foreach (var (at, _) in best[..count])
        {
            var entry = entries[at];
            var written = Likeness.Of(entry.Word, word);
            var alike = Math.Max(0.9 * written, 0.5 * written + 0.5 * Likeness.Of(entry.Sound, sound));
            if (alike >= Math.Max(least, LeastAlike))
                Keep(found, new Alternative(entry.Term, (float)(alike * alike)));
        }
    }

    private static void Keep(List<Alternative> found, Alternative one)
    {
        for (var i = 0; i < found.Count; i++)
        {
            if (found[i].Term != one.Term)
                continue;
            if (found[i].Quality < one.Quality)
                found[i] = one;
            return;
        }

        found.Add(one);
    }

    // Two letters; a word's first and last count as pieces with a blank.
    private static int Piece(string word, int at) =>
        ((at < 0 ? ' ' : word[at]) << 16) | (at + 1 < word.Length ? word[at + 1] : ' ');

    private readonly record struct Entry(string Word, string Sound, int Term);
}

/// <summary>A term that a word of a question may mean.</summary>
/// <param name="Term">The term.</param>
/// <param name="Quality">How surely, 0 to 1.</param>
/// <param name="Share">The part of the term's score that falls to this word, when several words together stand for the term.</param>
internal readonly record struct Alternative(int Term, float Quality, float Share = 1);
