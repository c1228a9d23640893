namespace Parley.Conversation.Agents.Grounding;

/// <summary>Where something known comes from; decides what it may stand for.</summary>
internal enum EvidenceOrigin
{
    /// <summary>The tenant's profile.</summary>
    Profile,

    /// <summary>What was found in the tenant's documents.</summary>
    Passage,

    /// <summary>What a tool of this call told.</summary>
    Tool,

    /// <summary>What the agent said before in this call.</summary>
    Agent,

    /// <summary>The caller's words: for what the caller wishes and is, not for what the business is.</summary>
    Caller,
}

/// <summary>A sentence or row of something known.</summary>
/// <param name="Origin">Where it comes from.</param>
/// <param name="Source">Its name, for the record: <c>menu.csv</c>, <c>tool:hold_booking</c>.</param>
/// <param name="Reading">What is in it.</param>
internal sealed record EvidenceLine(EvidenceOrigin Origin, string Source, TextReading Reading)
{
    private static readonly char[] Ends = ['\n', '\r', ';'];

    /// <summary>Whether it is the business's own word.</summary>
    public bool IsBusiness => Origin is EvidenceOrigin.Profile or EvidenceOrigin.Passage or EvidenceOrigin.Tool;

    /// <summary>Cuts a text into lines and sentences: what stands in one is about the same thing.</summary>
    public static IEnumerable<EvidenceLine> Read(EvidenceOrigin origin, string source, string text)
    {
        var header = "";
        foreach (var row in text.Split(Ends, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // What is said of a heading's things holds for the whole of it.
            if (row.StartsWith('#'))
            {
                header = row.TrimStart('#') + " ";
                continue;
            }

            foreach (var sentence in Sentences(row))
                yield return new EvidenceLine(origin, source, TextReading.Of(header + sentence, bareTimes: origin == EvidenceOrigin.Caller));
        }
    }

    private static IEnumerable<string> Sentences(string row)
    {
        var start = 0;
        for (var i = 0; i + 1 < row.Length; i++)
        {
            if (row[i] is not ('.' or '!' or '?') || !char.IsWhiteSpace(row[i + 1]) || (i > 1 && row[i] == '.' && row[i - 2] is '.' or ' '))
                continue;
            yield return row[start..(i + 1)];
            start = i + 1;
        }

        yield return row[start..];
    }
}
