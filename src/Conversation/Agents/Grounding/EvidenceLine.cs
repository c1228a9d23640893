using System.Text.RegularExpressions;

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
internal sealed partial record EvidenceLine(EvidenceOrigin Origin, string Source, TextReading Reading)
{
    private FactLine? facts;
    private IReadOnlyList<PricedItem>? items;
    private IReadOnlyList<string>? names;

    /// <summary>The line as it was written.</summary>
    public string Text { get; init; } = "";

    /// <summary>Its heading.</summary>
    public string Context { get; init; } = "";

    /// <summary>The question that it answers.</summary>
    public string Question { get; init; } = "";

    /// <summary>The sentence before it, which "it" and "they" are of.</summary>
    public string Before { get; init; } = "";

    /// <summary>The cells of a table's row; null for anything else.</summary>
    public IReadOnlyList<string>? Cells { get; init; }

    /// <summary>What the whole text is about that the line is of.</summary>
    public FactBlock Block { get; init; } = new([]);

    /// <summary>Whether it is the business's own word.</summary>
    public bool IsBusiness => Origin is EvidenceOrigin.Profile or EvidenceOrigin.Passage or EvidenceOrigin.Tool;

    /// <summary>The line as statements are compared with it.</summary>
    public FactLine Facts => facts ??= new FactLine(Text, Context, Question, Before);

    /// <summary>What has which price in it.</summary>
    public IReadOnlyList<PricedItem> Items => items ??= PricedItem.In(this);

    /// <summary>The words in it that may name something.</summary>
    public IReadOnlyList<string> Names => names ??= PricedItem.Names(Reading.Tokens, FactWords.LanguageOf(Text));

    /// <summary>Cuts a text into lines and sentences: what stands in one is about the same thing. A row of a table is one line, however many cells it has.</summary>
    public static IEnumerable<EvidenceLine> Read(EvidenceOrigin origin, string source, string text)
    {
        text = Contractions.Open(text);
        var (header, question, before) = ("", "", "");
        List<EvidenceLine> lines = [];
        var block = new FactBlock(lines);
        foreach (var row in text.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // What is said of a heading's things holds for the whole of it.
            if (row.StartsWith('#'))
            {
                header = row.TrimStart('#') + " ";
                continue;
            }

            var cells = origin == EvidenceOrigin.Passage ? CellsOf(row) : null;
            // A tool's row is of one thing, like a table's.
            foreach (var sentence in cells is not null ? [row] : origin == EvidenceOrigin.Tool ? Sentences(row) : row.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).SelectMany(Sentences))
            {
                var reading = TextReading.Of(header + sentence, bareTimes: origin == EvidenceOrigin.Caller);
                lines.Add(new EvidenceLine(origin, source, reading) { Text = sentence, Context = header, Question = question, Before = before, Cells = cells, Block = block });
                before = sentence;
                question = sentence.TrimEnd().EndsWith('?') ? sentence : question;
            }
        }

        return lines;
    }

    // "Margherita. Section: Pizza. Price: $14." and "Indoor pool; Open: 7 am to 10 pm; Price: free."
    private static List<string>? CellsOf(string row)
    {
        foreach (var parts in (ReadOnlySpan<List<string>>)[[.. row.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)], [.. Sentences(row).Select(static s => s.Trim())]])
        {
            var labelled = parts.Skip(1).Count(static part => Label().IsMatch(part));
            if (labelled > 0 && labelled * 2 >= parts.Count - 1)
                return parts;
        }

        return null;
    }

    /// <summary>The name of a column before its value.</summary>
    [GeneratedRegex(@"^[\p{L}\d'’/-]+(?: [\p{L}\d'’/-]+){0,2}: ")]
    internal static partial Regex Label();

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

        if (row[start..].Trim() is { Length: > 0 } last)
            yield return last;
    }
}

/// <summary>The lines of one text; what they are about is found out when it is asked for.</summary>
/// <param name="lines">The lines.</param>
internal sealed class FactBlock(IReadOnlyList<EvidenceLine> lines)
{
    private HashSet<string>? terms;

    /// <summary>Whether the text is about something.</summary>
    public bool Contains(string term) => (terms ??= [.. lines.SelectMany(static line => line.Facts.Terms)]).Contains(term);
}
