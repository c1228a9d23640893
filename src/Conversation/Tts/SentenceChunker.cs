using System.Text;

namespace Parley.Conversation.Tts;

/// <summary>
/// Cuts streamed text into clauses to speak. The first clause is cut early, at a comma or dash once it has a few words, so that the first
/// sound comes early; later ones at sentence ends, so that the melody is right. Never cuts inside a number, price, time or abbreviation.
/// </summary>
public sealed class SentenceChunker
{
    // A first clause shorter than this sounds chopped.
    private const int MinFirstClauseChars = 12;

    // A sentence longer than this is cut at its next comma: synthesis of a long one starts late.
    private const int LongSentenceChars = 120;

    private static readonly string[] Abbreviations =
        ["mr", "mrs", "ms", "dr", "st", "ave", "no", "vs", "etc", "approx", "a.m", "p.m", "e.g", "i.e", "u.s", "jr", "sr", "inc", "dept"];

    private readonly StringBuilder pending = new();
    private bool first = true;

    /// <summary>Cuts a whole text.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        var chunker = new SentenceChunker();
        return [.. chunker.Add(text), .. chunker.Complete()];
    }

    /// <summary>Adds text; returns the clauses that are complete with it.</summary>
    public IReadOnlyList<string> Add(string text)
    {
        pending.Append(text);
        List<string>? clauses = null;
        while (FindCut() is var cut and > 0)
            Take(cut, clauses ??= []);
        return clauses ?? [];
    }

    /// <summary>The text is over: what is left are the last clauses.</summary>
    public IReadOnlyList<string> Complete()
    {
        var clauses = new List<string>();
        Take(pending.Length, clauses);
        first = true;
        return clauses;
    }

    private void Take(int length, List<string> clauses)
    {
        var clause = pending.ToString(0, length).Trim();
        pending.Remove(0, length);
        if (clause.Length == 0)
            return;

        clauses.Add(clause);
        first = false;
    }

    /// <summary>Length of the first complete clause, or 0.</summary>
    private int FindCut()
    {
        for (var i = 0; i < pending.Length; i++)
        {
            var c = pending[i];
            if (c == '\n')
                return i + 1;

            // What follows must be there and be a space: "7.30", "$14,50" and "p.m." are not ends.
            if (i + 1 >= pending.Length || !char.IsWhiteSpace(pending[i + 1]))
                continue;

            if (c is '!' or '?' or '…' || (c == '.' && !IsAbbreviation(i)))
                return i + 1;

            var early = first ? i + 1 >= MinFirstClauseChars : i + 1 >= LongSentenceChars;
            if (early && (c is ',' or ';' or ':' or '–' or '—') && !IsInsideList(i))
                return i + 1;
        }

        return 0;
    }

    private bool IsAbbreviation(int dot)
    {
        var start = dot;
        while (start > 0 && !char.IsWhiteSpace(pending[start - 1]))
            start--;

        var word = pending.ToString(start, dot - start).ToLowerInvariant();
        return word.Length == 1 && char.IsLetter(word[0]) && word != "i" || Array.IndexOf(Abbreviations, word) >= 0;
    }

    // "Monday 24, 2026" and "1, 2, 3": a comma between digits is not the end of a clause.
    private bool IsInsideList(int comma)
    {
        if (comma == 0 || !char.IsAsciiDigit(pending[comma - 1]))
            return false;

        var next = comma + 1;
        while (next < pending.Length && char.IsWhiteSpace(pending[next]))
            next++;
        return next >= pending.Length || char.IsAsciiDigit(pending[next]);
    }
}
