namespace Parley.Conversation.Rag.Text;

/// <summary>How alike two words are written.</summary>
internal static class Likeness
{
    private const int Longest = 48;

    /// <summary>
    /// 1 for the same, 0 for nothing in common: one less the edits (insertion, deletion, change, swap of neighbours) over the longer length.
    /// </summary>
    public static double Of(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        var longer = Math.Max(a.Length, b.Length);
        if (longer == 0)
            return 1;
        if (longer > Longest)
            return a.SequenceEqual(b) ? 1 : 0;

        Span<int> before = stackalloc int[Longest + 1];
        Span<int> last = stackalloc int[Longest + 1];
        Span<int> row = stackalloc int[Longest + 1];
        for (var j = 0; j <= b.Length; j++)
            last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }

            var spare = before;
            before = last;
            last = row;
            row = spare;
        }

        return 1 - (double)last[b.Length] / longer;
    }
}
