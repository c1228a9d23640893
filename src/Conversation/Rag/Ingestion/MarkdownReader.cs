using System.Text;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Parley.Conversation.Rag.Ingestion;

/// <summary>CommonMark with pipe tables. Code and raw HTML are left out: neither is said on a telephone.</summary>
internal static class MarkdownReader
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().Build();

    public static List<Block> Read(string content, string source)
    {
        var blocks = new List<Block>();
        try
        {
            Add(Markdown.Parse(content, Pipeline), blocks);
        }
        catch (ArgumentException e) when (e.Message.Contains("depth", StringComparison.OrdinalIgnoreCase))
        {
            // What the library throws for lists and quotes that are nested without end.
            throw new KnowledgeException(source, "The document is nested too deeply.");
        }

        return blocks;
    }

    private static void Add(ContainerBlock container, List<Block> blocks)
    {
        foreach (var block in container)
        {
            switch (block)
            {
                case HeadingBlock heading:
                    Add(blocks, BlockKind.Heading, TextOf(heading.Inline), heading.Level);
                    break;
                case ParagraphBlock paragraph:
                    Add(blocks, BlockKind.Paragraph, TextOf(paragraph.Inline), 0);
                    break;
                case ListBlock list:
                    foreach (var item in list.OfType<ListItemBlock>())
                        AddItem(item, blocks);
                    break;
                case Table table:
                    AddTable(table, blocks);
                    break;
                case ContainerBlock inner:
                    Add(inner, blocks);
                    break;
            }
        }
    }

    private static void AddItem(ListItemBlock item, List<Block> blocks)
    {
        var inside = new List<Block>();
        Add(item, inside);
        foreach (var block in inside)
            blocks.Add(block.Kind is BlockKind.Paragraph ? block with { Kind = BlockKind.Item } : block);
    }

    private static void AddTable(Table table, List<Block> blocks)
    {
        var rows = table.OfType<TableRow>().Select(row => (row.IsHeader, Cells: row.OfType<TableCell>().Select(CellText).ToList())).ToList();
        var columns = rows.Find(row => row.IsHeader).Cells ?? [];
        foreach (var (isHeader, cells) in rows)
        {
            if (!isHeader)
                Add(blocks, BlockKind.Row, TableText.Row(columns, cells), 0);
        }
    }

    private static string CellText(TableCell cell) => string.Join(' ', cell.OfType<LeafBlock>().Select(leaf => TextOf(leaf.Inline)));

    private static void Add(List<Block> blocks, BlockKind kind, string text, int level)
    {
        if (text.Length > 0)
            blocks.Add(new Block(kind, text, level));
    }

    private static string TextOf(ContainerInline? inline)
    {
        var text = new StringBuilder();
        Append(inline, text);
        return PlainReader.Clean(text.ToString());
    }

    private static void Append(ContainerInline? container, StringBuilder text)
    {
        foreach (var inline in container ?? Enumerable.Empty<Inline>())
        {
            switch (inline)
            {
                case LiteralInline literal:
                    text.Append(literal.Content.AsSpan());
                    break;
                case CodeInline code:
                    text.Append(code.Content);
                    break;
                case HtmlEntityInline entity:
                    text.Append(entity.Transcoded.AsSpan());
                    break;
                case LineBreakInline:
                    text.Append(' ');
                    break;
                case LinkInline { IsImage: true }:
                    break;
                case ContainerInline inner:
                    Append(inner, text);
                    break;
            }
        }
    }
}

/// <summary>A row of a table as words.</summary>
internal static class TableText
{
    public static string Row(IReadOnlyList<string> columns, IReadOnlyList<string> cells)
    {
        var text = new StringBuilder();
        for (var i = 0; i < cells.Count; i++)
        {
            if (cells[i].Length == 0)
                continue;
            if (text.Length > 0)
                text.Append("; ");
            if (i > 0 && i < columns.Count && columns[i].Length > 0)
                text.Append(columns[i]).Append(": ");
            text.Append(cells[i]);
        }

        return text.Length == 0 ? "" : text.Append('.').ToString();
    }
}
