using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsvHelper;
using Parley.Conversation.Rag.Ingestion;

namespace Parley.Conversation.Rag.Catalogue;

/// <summary>
/// A catalogue as CSV: <c>product, variant, size, price, currency, stock, low_stock</c>. The columns may stand in any order and be named as people
/// name them; what is written is read back the same.
/// </summary>
/// <param name="Rows">Its lines, in their order.</param>
/// <param name="ContentHash">SHA-256 of the lines: the same catalogue given again changes nothing.</param>
public sealed record CatalogueFile(IReadOnlyList<CatalogueRow> Rows, ReadOnlyMemory<byte> ContentHash)
{
    private const string Source = "catalogue";
    private const int LongestText = 200;

    private static readonly string[] Header = ["product", "variant", "size", "price", "currency", "stock", "low_stock"];

    private static readonly Dictionary<string, int> Columns = new(StringComparer.Ordinal)
    {
        ["product"] = 0, ["name"] = 0, ["item"] = 0, ["title"] = 0, ["productname"] = 0, ["article"] = 0, ["model"] = 0, ["producto"] = 0, ["товар"] = 0,
        ["variant"] = 1, ["color"] = 1, ["colour"] = 1, ["colorway"] = 1, ["style"] = 1, ["kind"] = 1, ["option"] = 1, ["variante"] = 1, ["цвет"] = 1,
        ["size"] = 2, ["sizes"] = 2, ["talla"] = 2, ["размер"] = 2,
        ["price"] = 3, ["unitprice"] = 3, ["retailprice"] = 3, ["cost"] = 3, ["precio"] = 3, ["цена"] = 3,
        ["currency"] = 4, ["moneda"] = 4, ["валюта"] = 4,
        ["stock"] = 5, ["quantity"] = 5, ["qty"] = 5, ["instock"] = 5, ["onhand"] = 5, ["available"] = 5, ["inventory"] = 5, ["existencias"] = 5, ["остаток"] = 5,
        ["lowstock"] = 6, ["lowstockat"] = 6, ["lowstockthreshold"] = 6, ["threshold"] = 6, ["reorderat"] = 6, ["minimum"] = 6,
    };

    /// <summary>Reads a catalogue.</summary>
    /// <exception cref="KnowledgeException">It has mistakes; they are told by line, the first 20.</exception>
    public static CatalogueFile Parse(string csv)
    {
        ArgumentNullException.ThrowIfNull(csv);
        if (Encoding.UTF8.GetByteCount(csv) > KnowledgeLimits.MaxDocumentBytes)
            throw new KnowledgeException(Source, $"The catalogue has more than {KnowledgeLimits.MaxDocumentBytes} bytes.");
        var table = CsvTable.Read(csv.TrimStart('\ufeff').ReplaceLineEndings("\n"), Source, KnowledgeLimits.MaxCatalogueItems);
        var errors = new List<KnowledgeError>();
        var columns = Find(table.Columns, errors);
        var rows = new List<CatalogueRow>();
        var seen = new Dictionary<(string, string?, string?), int>();
        foreach (var row in table.Rows)
        {
            var read = Read(row, columns, errors);
            var key = (read.Product.ToUpperInvariant(), read.Variant?.ToUpperInvariant(), read.Size?.ToUpperInvariant());
            if (!seen.TryAdd(key, row.Line))
                errors.Add(new KnowledgeError(row.Line, $"The same product, variant and size stand in line {seen[key]} already."));
            rows.Add(read);
        }

        return errors.Count == 0 ? Of(rows) : throw new KnowledgeException(Source, [.. errors.OrderBy(e => e.Line).Take(20)]);
    }

    /// <summary>A catalogue of lines that are known to be right.</summary>
    public static CatalogueFile Of(IReadOnlyList<CatalogueRow> rows) => new(rows, SHA256.HashData(Encoding.UTF8.GetBytes(Write(rows))));

    /// <summary>Writes lines as CSV, as <see cref="Parse"/> reads them.</summary>
    public static string Write(IReadOnlyList<CatalogueRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var writer = CsvWriter.Create(text, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true))
        {
            writer.WriteRecord(Header);
            foreach (var row in rows)
            {
                writer.WriteRecord(
                    row.Product, row.Variant ?? "", row.Size ?? "", row.Price?.ToString(CultureInfo.InvariantCulture) ?? "", row.Currency ?? "",
                    row.Stock?.ToString(CultureInfo.InvariantCulture) ?? "",
                    row.LowStockFlag is { } flag ? flag ? "yes" : "no" : row.LowStockAt?.ToString(CultureInfo.InvariantCulture) ?? "");
            }
        }

        return text.ToString();
    }

    private static int[] Find(IReadOnlyList<string> names, List<KnowledgeError> errors)
    {
        int[] columns = [-1, -1, -1, -1, -1, -1, -1];
        for (var i = 0; i < names.Count; i++)
        {
            var name = string.Concat(names[i].ToLowerInvariant().Where(char.IsLetter));
            if (!Columns.TryGetValue(name, out var column))
                errors.Add(new KnowledgeError(1, $"The column '{names[i]}' is not known; known are {string.Join(", ", Header)}."));
            else if (columns[column] >= 0)
                errors.Add(new KnowledgeError(1, $"'{names[i]}' and '{names[columns[column]]}' both mean {Header[column]}."));
            else
                columns[column] = i;
        }

        if (columns[0] < 0)
            errors.Add(new KnowledgeError(1, "There is no column 'product'."));
        return columns;
    }

    private static CatalogueRow Read(CsvLine row, int[] columns, List<KnowledgeError> errors)
    {
        var (product, variant, size) = (Text(0), Text(1), Text(2));
        if (product is null && columns[0] >= 0)
            errors.Add(new KnowledgeError(row.Line, "The product has no name."));
        var (price, currency) = Money(row.Cell(columns[3]));
        if (price is null && row.Cell(columns[3]).Length > 0)
            errors.Add(new KnowledgeError(row.Line, $"The price is '{row.Cell(columns[3])}', but must be a number that is not negative, such as 12.50."));
        if (row.Cell(columns[4]) is { Length: > 0 } code)
        {
            currency = code.ToUpperInvariant();
            if (currency.Length != 3 || !currency.All(char.IsAsciiLetterUpper))
                errors.Add(new KnowledgeError(row.Line, $"The currency is '{code}', but must be three letters (ISO 4217), such as USD."));
        }

        var stock = Count(5, "stock");
        var low = row.Cell(columns[6]).ToLowerInvariant();
        bool? flag = low is "yes" or "true" or "y" ? true : low is "no" or "false" or "n" ? false : null;
        return new CatalogueRow(product ?? "", variant, size, price, currency, stock, flag is null ? Count(6, "low stock") : null, flag);

        string? Text(int column)
        {
            var text = row.Cell(columns[column]);
            if (text.Length > LongestText)
                errors.Add(new KnowledgeError(row.Line, $"A text has more than {LongestText} characters."));
            return text.Length == 0 ? null : text;
        }

        int? Count(int column, string what)
        {
            var text = row.Cell(columns[column]);
            if (text.Length == 0)
                return null;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= 10_000_000)
                return count;
            errors.Add(new KnowledgeError(row.Line, $"The {what} is '{text}', but must be a whole number that is not negative."));
            return null;
        }
    }

    // "$215.00", "1,150", "12,50 €".
    private static (decimal? Price, string? Currency) Money(string text)
    {
        string? currency = null;
        foreach (var (sign, code) in ((string, string)[])[("$", "USD"), ("€", "EUR"), ("£", "GBP"), ("₪", "ILS"), ("₽", "RUB")])
        {
            if (text.Contains(sign, StringComparison.Ordinal))
                (currency, text) = (code, text.Replace(sign, "", StringComparison.Ordinal).Trim());
        }

        var comma = text.LastIndexOf(',');
        if (comma >= 0 && text.Length - comma is 2 or 3 && !text.Contains('.', StringComparison.Ordinal))
            text = text[..comma] + "." + text[(comma + 1)..];
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var price)
            && price <= 100_000_000 && decimal.Round(price, 2) == price ? (price, currency) : (null, currency);
    }
}
