using Parley.Conversation.Rag.Catalogue;
using Parley.Conversation.Rag.Ingestion;

namespace Parley.Persistence.Knowledge;

/// <summary>A folder of documents of one business; <c>catalogue.csv</c> in it is the catalogue.</summary>
/// <param name="Documents">All but the catalogue, by name.</param>
/// <param name="Catalogue">The catalogue; null without one.</param>
public sealed record KnowledgeFolder(IReadOnlyList<KnowledgeDocument> Documents, CatalogueFile? Catalogue)
{
    private const string CatalogueName = "catalogue.csv";

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
                catalogue = CatalogueFile.Parse(await File.ReadAllTextAsync(path, cancellationToken));
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
        if (new FileInfo(path).Length > KnowledgeLimits.MaxDocumentBytes)
            throw new KnowledgeException(name, $"The document has more than {KnowledgeLimits.MaxDocumentBytes} bytes.");
        var content = await File.ReadAllTextAsync(path, cancellationToken);
        return KnowledgeFormats.Of(name, content) is { } format
            ? KnowledgeDocument.Read(name, format, content)
            : throw new KnowledgeException(name, "The format is not known; known are .txt, .md, .csv, .tsv and .html.");
    }
}
