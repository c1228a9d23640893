using System.Text;

namespace Parley.Conversation.Rag.Ingestion;

/// <summary>Plain text: paragraphs, and lines that begin like items of a list.</summary>
internal static class PlainReader
{
    public static List<Block> Read(string content)
    {
        var blocks = new List<Block>();
        var open = new StringBuilder();
        foreach (var raw in content.Split('\n'))
        {
            var line = Clean(raw);
            if (line.Length == 0 || IsItem(line))
                Close();
            if (line.Length == 0)
                continue;
            if (IsItem(line))
                blocks.Add(new Block(BlockKind.Item, line[2..].Trim()));
            else
                open.Append(open.Length > 0 ? " " : "").Append(line);
        }

        Close();
        return blocks;

        void Close()
        {
            if (open.Length > 0)
                blocks.Add(new Block(BlockKind.Paragraph, open.ToString()));
            open.Clear();
        }
    }

    /// <summary>A text in one line: blanks and control characters become one blank.</summary>
    public static string Clean(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            var blank = char.IsWhiteSpace(c) || char.IsControl(c) || c is '\u200b' or '\ufeff' or '\u00ad';
            if (!blank)
                result.Append(c);
            else if (result.Length > 0 && result[^1] != ' ')
                result.Append(' ');
        }

        return result.ToString().TrimEnd();
    }

    private static bool IsItem(string line) => line.Length > 2 && line[0] is '-' or '*' or '\u2022' && line[1] == ' ';
}
