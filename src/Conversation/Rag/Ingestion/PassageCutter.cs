using System.Text;

namespace Parley.Conversation.Rag.Ingestion;

/// <summary>
/// Cuts a document into passages of about the length of a spoken answer, at its natural borders: a heading, a block, a sentence, a word. Where
/// prose goes on in the next passage its last sentence is repeated there, so that no answer is cut in two.
/// </summary>
internal static class PassageCutter
{
    /// <summary>Characters a passage has at most.</summary>
    public const int Longest = 600;

    /// <summary>Characters at which the next block begins a new passage.</summary>
    private const int Enough = 420;

    /// <summary>Longest sentence that is repeated.</summary>
    private const int Overlap = 160;

    private const string Between = " \u203a ";

    public static List<PassageDraft> Cut(IReadOnlyList<Block> blocks)
    {
        var passages = new List<PassageDraft>();
        var headings = new List<(int Level, string Text)>();
        var open = new StringBuilder();
        foreach (var block in blocks)
        {
            switch (block.Kind)
            {
                case BlockKind.Heading:
                    Close(passages, headings, open);
                    headings.RemoveAll(h => h.Level >= block.Level);
                    headings.Add((block.Level, block.Text));
                    break;
                case BlockKind.Entry:
                    Close(passages, headings, open);
                    Add(passages, headings, open, block.Text, overlap: false);
                    Close(passages, headings, open);
                    break;
                default:
                    if (open.Length > 0 && open.Length + block.Text.Length > Enough)
                    {
                        var tail = block.Kind == BlockKind.Paragraph ? LastSentence(open.ToString()) : "";
                        Close(passages, headings, open);
                        if (tail.Length > 0 && tail.Length + block.Text.Length < Longest)
                            open.Append(tail);
                    }

                    Add(passages, headings, open, block.Text, overlap: block.Kind == BlockKind.Paragraph);
                    break;
            }
        }

        Close(passages, headings, open);
        return passages;
    }

    private static void Add(
        List<PassageDraft> passages, List<(int Level, string Text)> headings, StringBuilder open, string text, bool overlap)
    {
        if (open.Length > 0)
            open.Append('\n');
        if (open.Length + text.Length <= Longest)
        {
            open.Append(text);
            return;
        }

        foreach (var sentence in Sentences(text))
        {
            if (open.Length > 0 && open.Length + sentence.Length + 1 > Longest)
            {
                var tail = overlap ? LastSentence(open.ToString()) : "";
                Close(passages, headings, open);
                if (tail.Length + sentence.Length < Longest)
                    open.Append(tail);
            }

            if (open.Length > 0 && open[^1] != '\n')
                open.Append(' ');
            open.Append(sentence);
        }
    }

    private static void Close(List<PassageDraft> passages, List<(int Level, string Text)> headings, StringBuilder open)
    {
        var text = open.ToString().Trim();
        open.Clear();
        if (text.Length == 0)
            return;
        var heading = string.Join(Between, headings.Select(h => h.Text));
        passages.Add(new PassageDraft(heading.Length == 0 ? null : heading, text));
    }

    /// <summary>The sentences of a text; one that is longer than a passage is cut between words.</summary>
    private static IEnumerable<string> Sentences(string text)
    {
        var from = 0;
        while (from < text.Length)
        {
            var end = EndOfSentence(text, from);
            if (end - from > Longest)
            {
                var blank = text.LastIndexOf(' ', from + Longest - 1, Longest - 1);
                end = blank > from ? blank : from + Longest - (char.IsHighSurrogate(text[from + Longest - 1]) ? 1 : 0);
            }

            var sentence = text[from..end].Trim();
            if (sentence.Length > 0)
                yield return sentence;
            from = end;
        }
    }

    private static int EndOfSentence(string text, int from)
    {
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] is '\n' || (text[i] is '.' or '!' or '?' && (i + 1 == text.Length || char.IsWhiteSpace(text[i + 1]))))
                return i + 1;
        }

        return text.Length;
    }

    private static string LastSentence(string text)
    {
        var last = Sentences(text).LastOrDefault() ?? "";
        return last.Length is > 0 and <= Overlap && last.Length < text.Length ? last : "";
    }
}
