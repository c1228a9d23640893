using CsvHelper;

namespace Parley.Conversation.Rag.Ingestion;

/// <summary>A table from CSV: comma, semicolon or tab between its cells, found from the heading line; RFC 4180 quotes.</summary>
internal sealed record CsvTable(IReadOnlyList<string> Columns, IReadOnlyList<CsvLine> Rows)
{
    private const int MostColumns = 50;
    private const int MostErrors = 20;

    /// <exception cref="KnowledgeException">It is no table; every line with a mistake is told, the first 20.</exception>
    public static CsvTable Read(string content, string source, int mostRows)
    {
        var errors = new List<KnowledgeError>();
        List<string>? columns = null;
        var rows = new List<CsvLine>();
        try
        {
            using var reader = CsvReader.FromText(content, new CsvReaderOptions
            {
                Separator = Separator(content),
                HasHeader = false,
                TrackLineNumbers = true,
                TrimWhitespace = true,
                MaxRecordSize = 64 * 1024,
                OnMalformedRecord = bad => errors.Add(new KnowledgeError((int)bad.LineNumber, "A quote stands where none may be, or is not closed.")),
            });
            while (errors.Count < MostErrors && reader.Read())
            {
                var line = (int)reader.LineNumber;
                var cells = new List<string>(reader.FieldCount);
                for (var i = 0; i < reader.FieldCount; i++)
                    cells.Add(PlainReader.Clean(reader.GetString(i)));
                if (cells.TrueForAll(cell => cell.Length == 0))
                    continue;
                if (columns is null)
                    columns = Named(cells, line, errors);
                else if (cells.FindLastIndex(cell => cell.Length > 0) >= columns.Count)
                    errors.Add(new KnowledgeError(line, $"The line has {cells.Count} cells, but there are {columns.Count} columns."));
                else if (rows.Count == mostRows)
                {
                    errors.Add(new KnowledgeError(line, $"There are more than {mostRows} lines."));
                    break;
                }
                else
                    rows.Add(new CsvLine(line, cells));
            }
        }
        catch (CsvFormatException e)
        {
            errors.Add(new KnowledgeError((int)e.LineNumber, "The line cannot be read as CSV."));
        }

        if (columns is null && errors.Count == 0)
            errors.Add(new KnowledgeError(0, "The table is empty; its first line must name the columns."));
        return errors.Count == 0 ? new CsvTable(columns!, rows) : throw new KnowledgeException(source, [.. errors.Take(MostErrors)]);
    }

    private static List<string> Named(List<string> cells, int line, List<KnowledgeError> errors)
    {
        while (cells.Count > 0 && cells[^1].Length == 0)
            cells.RemoveAt(cells.Count - 1);
        if (cells.Count > MostColumns)
            errors.Add(new KnowledgeError(line, $"There are more than {MostColumns} columns."));
        if (cells.Exists(cell => cell.Length == 0))
            errors.Add(new KnowledgeError(line, "A column has no name."));
        foreach (var twice in cells.GroupBy(cell => cell, StringComparer.OrdinalIgnoreCase).Where(group => group.Key.Length > 0 && group.Count() > 1))
            errors.Add(new KnowledgeError(line, $"The column '{twice.Key}' is there twice."));
        return cells;
    }

    // The reader could find it out itself, but from all lines; texts in cells are full of commas.
    private static char Separator(string content)
    {
        var end = content.IndexOf('\n', StringComparison.Ordinal);
        var first = end < 0 ? content.AsSpan() : content.AsSpan(0, end);
        var (best, most) = (',', first.Count(','));
        foreach (var other in (ReadOnlySpan<char>)[';', '\t'])
        {
            if (first.Count(other) > most)
                (best, most) = (other, first.Count(other));
        }

        return best;
    }
}

/// <summary>A line of a table.</summary>
/// <param name="Line">Where it begins in the file, from 1.</param>
/// <param name="Cells">Its cells; missing ones at the end are empty.</param>
internal sealed record CsvLine(int Line, IReadOnlyList<string> Cells)
{
    public string Cell(int column) => column >= 0 && column < Cells.Count ? Cells[column] : "";
}
