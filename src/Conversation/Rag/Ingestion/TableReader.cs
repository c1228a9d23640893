using System.Text;

namespace Parley.Conversation.Rag.Ingestion;

/// <summary>A menu, a price list: each row is a passage that names its columns. A table of questions and answers is read as such.</summary>
internal static class TableReader
{
    public static List<Block> Read(string content, string source)
    {
        var table = CsvTable.Read(content, source, KnowledgeLimits.MaxPassages);
        var (question, answer) = (Column(table, "question", "pregunta", "вопрос", "שאלה"), Column(table, "answer", "respuesta", "ответ", "תשובה"));
        return [.. table.Rows.Select(row => new Block(
            BlockKind.Entry, question >= 0 && answer >= 0 ? $"{row.Cell(question)} {row.Cell(answer)}".Trim() : Sentence(table, row)))];
    }

    // "Margherita Pizza. Section: Pizza. Price: $14." The first column names what the row is about.
    private static string Sentence(CsvTable table, CsvLine row)
    {
        var text = new StringBuilder();
        for (var i = 0; i < table.Columns.Count; i++)
        {
            var cell = row.Cell(i).TrimEnd('.');
            if (cell.Length == 0)
                continue;
            if (text.Length > 0)
                text.Append(' ');
            if (i > 0)
                text.Append(table.Columns[i]).Append(": ");
            text.Append(cell).Append('.');
        }

        return text.ToString();
    }

    private static int Column(CsvTable table, params ReadOnlySpan<string> names)
    {
        for (var i = 0; i < table.Columns.Count; i++)
        {
            foreach (var name in names)
            {
                if (table.Columns[i].Equals(name, StringComparison.OrdinalIgnoreCase))
                    return i;
            }
        }

        return -1;
    }
}
