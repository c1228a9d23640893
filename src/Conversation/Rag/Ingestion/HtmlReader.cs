using System.Net;
using System.Text;

namespace Parley.Conversation.Rag.Ingestion;

/// <summary>
/// What a visitor reads of an HTML page: headings, paragraphs, lists, tables. One pass without a tree, so nothing in a page can make it recurse or
/// load anything; what it does not understand becomes text or nothing. It follows the tokens of the HTML standard (section 13.2.5) as far as they
/// part text from markup.
/// </summary>
internal sealed class HtmlReader
{
    private static readonly HashSet<string> LeftOut = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "style", "nav", "header", "footer", "noscript", "template", "svg", "math", "iframe", "object", "select", "button", "form", "head", "aside", "textarea",
    };

    /// <summary>Elements whose content is text whatever it looks like.</summary>
    private static readonly HashSet<string> Raw = new(StringComparer.OrdinalIgnoreCase) { "script", "style", "textarea", "title", "iframe", "noscript" };

    private static readonly HashSet<string> OfHead = new(StringComparer.OrdinalIgnoreCase)
    {
        "head", "title", "base", "link", "meta", "style", "script", "noscript", "template",
    };

    private static readonly HashSet<string> Breaks = new(StringComparer.OrdinalIgnoreCase)
    {
        "p", "div", "section", "article", "main", "ul", "ol", "dl", "dt", "dd", "table", "thead", "tbody", "tfoot", "tr", "blockquote", "pre", "hr", "body",
        "html", "address", "figure", "figcaption", "details", "summary", "caption", "center",
    };

    private readonly string page;
    private readonly List<Block> blocks = [];
    private readonly StringBuilder text = new();
    private List<string> columns = [];
    private List<string> cells = [];
    private bool headerRow;
    private bool inCell;
    private BlockKind kind = BlockKind.Paragraph;
    private int level;
    private string? leftOut;
    private int depth;

    private HtmlReader(string page) => this.page = page;

    public static List<Block> Read(string content) => new HtmlReader(content).Read();

    private List<Block> Read()
    {
        var at = 0;
        while (at < page.Length)
        {
            var open = page.IndexOf('<', at);
            if (open < 0)
                open = page.Length;
            Text(page.AsSpan(at, open - at));
            at = open < page.Length ? Tag(open) : open;
        }

        EndRow();
        Flush();
        return blocks;
    }

    /// <summary>Reads what begins with <c>&lt;</c>; returns where it ends.</summary>
    private int Tag(int at)
    {
        if (string.CompareOrdinal(page, at, "<!--", 0, 4) == 0)
            return After("-->", at + 4);
        var closing = at + 1 < page.Length && page[at + 1] == '/';
        var start = at + (closing ? 2 : 1);
        if (start >= page.Length || !char.IsAsciiLetter(page[start]))
        {
            // A declaration, or a lone "<" of the text.
            if (start < page.Length && page[start] is '!' or '?')
                return After(">", start);
            Text("<");
            return at + 1;
        }

        var end = start;
        while (end < page.Length && (char.IsAsciiLetterOrDigit(page[end]) || page[end] == '-'))
            end++;
        var name = page[start..end].ToLowerInvariant();
        var after = EndOfTag(end, out var empty);
        if (closing)
            Closed(name);
        else
            Opened(name);
        if (closing || empty || !Raw.Contains(name))
            return after;
        var close = page.IndexOf("</" + name, after, StringComparison.OrdinalIgnoreCase);
        return close < 0 ? page.Length : close;
    }

    private int EndOfTag(int at, out bool empty)
    {
        var quote = '\0';
        for (; at < page.Length; at++)
        {
            var c = page[at];
            if (quote != '\0')
                quote = c == quote ? '\0' : quote;
            else if (c is '"' or '\'')
                quote = c;
            else if (c == '>')
            {
                empty = page[at - 1] == '/';
                return at + 1;
            }
        }

        empty = false;
        return at;
    }

    private void Opened(string name)
    {
        // The standard lets a page leave "</head>" out.
        if (leftOut == "head" && !OfHead.Contains(name))
            leftOut = null;
        if (leftOut is not null)
        {
            depth += name == leftOut ? 1 : 0;
            return;
        }

        if (LeftOut.Contains(name))
        {
            Flush();
            (leftOut, depth) = (name, 1);
        }
        else if (name is "h1" or "h2" or "h3" or "h4" or "h5" or "h6")
        {
            Flush();
            (kind, level) = (BlockKind.Heading, name[1] - '0');
        }
        else if (name == "li")
        {
            Flush();
            kind = BlockKind.Item;
        }
        else if (name is "td" or "th")
        {
            EndCell();
            inCell = true;
            headerRow |= name == "th" && cells.Count == 0;
        }
        else if (name == "tr")
            EndRow();
        else if (name == "table")
        {
            EndRow();
            Flush();
            columns = [];
        }
        else if (name == "br" || (inCell && Breaks.Contains(name)))
            text.Append(' ');
        else if (Breaks.Contains(name) && kind != BlockKind.Item)
            Flush();
    }

    private void Closed(string name)
    {
        if (leftOut is not null)
        {
            if (name == leftOut && --depth == 0)
                leftOut = null;
        }
        else if (name is "td" or "th")
            EndCell();
        else if (name is "tr" or "table")
            EndRow();
        else if (inCell)
            text.Append(' ');
        else if (name is "li" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" || Breaks.Contains(name))
            Flush();
    }

    private void Text(ReadOnlySpan<char> piece)
    {
        if (leftOut is null)
            text.Append(piece);
    }

    private void Flush()
    {
        var line = Line();
        if (line.Length > 0)
            blocks.Add(new Block(kind, line, kind == BlockKind.Heading ? level : 0));
        (kind, level) = (BlockKind.Paragraph, 0);
    }

    private string Line()
    {
        var line = PlainReader.Clean(WebUtility.HtmlDecode(text.ToString()));
        text.Clear();
        return line.TrimStart();
    }

    private void EndCell()
    {
        if (inCell)
            cells.Add(Line());
        else
            Flush();
        inCell = false;
    }

    private void EndRow()
    {
        EndCell();
        if (cells.Count > 0 && headerRow && columns.Count == 0 && cells.Count > 1)
            columns = cells;
        else if (TableText.Row(columns, cells) is { Length: > 0 } row)
            blocks.Add(new Block(BlockKind.Row, row));
        cells = [];
        headerRow = false;
    }

    private int After(string end, int from)
    {
        var at = page.IndexOf(end, Math.Min(from, page.Length), StringComparison.Ordinal);
        return at < 0 ? page.Length : at + end.Length;
    }
}
