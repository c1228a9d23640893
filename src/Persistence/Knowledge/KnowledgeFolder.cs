using System.Text;
using Parley.Conversation.Rag.Catalogue;
using Parley.Conversation.Rag.Ingestion;

namespace Parley.Persistence.Knowledge;

/// <summary>A folder of documents of one business; <c>catalogue.csv</c> in it is the catalogue.</summary>
/// <param name="Documents">All but the catalogue, by name.</param>
/// <param name="Catalogue">The catalogue; null without one.</param>
public sealed record KnowledgeFolder(IReadOnlyList<KnowledgeDocument> Documents, CatalogueFile? Catalogue)
{
    private const string CatalogueName = "catalogue.csv";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a folder's documents, whatever their formats.</summary>
    /// <exception cref="KnowledgeException">One of them cannot be taken.</exception>
    public static async Task<KnowledgeFolder> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var documents = new List<KnowledgeDocument>();
        CatalogueFile? catalogue = null;
        foreach (var path in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            if (name.StartsWith('.'))
                continue;
            if (name == CatalogueName)
                catalogue = await ReadCatalogueAsync(path, cancellationToken);
            else
                documents.Add(await ReadFileAsync(path, cancellationToken));
        }

        return new KnowledgeFolder(documents, catalogue);
    }

    /// <summary>Reads one document.</summary>
    /// <exception cref="KnowledgeException">It cannot be taken.</exception>
    public static async Task<KnowledgeDocument> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(path);
        var content = await ReadTextAsync(path, cancellationToken);
        return KnowledgeFormats.Of(name, content) is { } format
            ? KnowledgeDocument.Read(name, format, content)
            : throw new KnowledgeException(name, "The format is not known; known are .txt, .md, .csv, .tsv and .html.");
    }

    /// <summary>Reads a catalogue.</summary>
    /// <exception cref="KnowledgeException">It cannot be taken.</exception>
    public static async Task<CatalogueFile> ReadCatalogueAsync(string path, CancellationToken cancellationToken) =>
        CatalogueFile.Parse(await ReadTextAsync(path, cancellationToken));

    // Letters of an older encoding would be read as others, or as none, and nobody would notice before a caller asks.
    private static async Task<string> ReadTextAsync(string path, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(path);
        if (new FileInfo(path).Length > KnowledgeLimits.MaxDocumentBytes)
            throw new KnowledgeException(name, $"The document has more than {KnowledgeLimits.MaxDocumentBytes} bytes.");
        try
        {
            // A byte order mark tells of UTF-16, which spreadsheets export.
            return await File.ReadAllTextAsync(path, Strict, cancellationToken);
        }
        catch (DecoderFallbackException)
        {
            throw new KnowledgeException(name, "The document is not in UTF-8: save it as UTF-8 text.");
        }
    }
}
