using System.Security.Cryptography;
using System.Text;

namespace Parley.Conversation.Rag.Ingestion;

/// <summary>A document of an owner, read, checked and cut into passages.</summary>
/// <param name="Name">Its name, unique within the tenant.</param>
/// <param name="Format">What it was given as.</param>
/// <param name="Bytes">Its length in UTF-8.</param>
/// <param name="ContentHash">SHA-256 of format and content: the same document given again changes nothing.</param>
/// <param name="Passages">Its passages, in their order.</param>
public sealed record KnowledgeDocument(
    string Name, KnowledgeFormat Format, int Bytes, ReadOnlyMemory<byte> ContentHash, IReadOnlyList<PassageDraft> Passages)
{
    /// <summary>A new way to cut documents makes the same document another one.</summary>
    private const byte CutterVersion = 1;

    /// <summary>Reads a document.</summary>
    /// <exception cref="KnowledgeException">It is empty, too large or not of this format.</exception>
    public static KnowledgeDocument Read(string name, KnowledgeFormat format, string content)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(content);
        if (name.Length is 0 or > KnowledgeLimits.MaxNameLength || name.Any(c => char.IsControl(c) || c is '/' or '\\') || name.Trim() != name)
        {
            throw new KnowledgeException(
                "name", $"A document's name has 1 to {KnowledgeLimits.MaxNameLength} characters, no slashes, and no blanks around it.");
        }

        var bytes = Encoding.UTF8.GetByteCount(content);
        if (bytes > KnowledgeLimits.MaxDocumentBytes)
            throw new KnowledgeException(name, $"The document has {bytes} bytes; at most {KnowledgeLimits.MaxDocumentBytes} are taken.");
        if (content.Contains('\0', StringComparison.Ordinal))
            throw new KnowledgeException(name, "The document is no text.");
        var passages = PassageCutter.Cut(Blocks(name, format, content.TrimStart('\ufeff').ReplaceLineEndings("\n")));
        if (passages.Count == 0)
            throw new KnowledgeException(name, "There is no text in the document.");
        return passages.Count <= KnowledgeLimits.MaxPassages
            ? new KnowledgeDocument(name, format, bytes, Hash(format, content), passages)
            : throw new KnowledgeException(
                name, $"The document makes {passages.Count} passages; at most {KnowledgeLimits.MaxPassages} are taken. Give it in several parts.");
    }

    private static List<Block> Blocks(string name, KnowledgeFormat format, string content) => format switch
    {
        KnowledgeFormat.Text => PlainReader.Read(content),
        KnowledgeFormat.Markdown => MarkdownReader.Read(content, name),
        KnowledgeFormat.Csv => TableReader.Read(content, name),
        KnowledgeFormat.Questions => QuestionReader.Read(content, name),
        KnowledgeFormat.Html => HtmlReader.Read(content),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };

    private static byte[] Hash(KnowledgeFormat format, string content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([CutterVersion, (byte)format]);
        hash.AppendData(Encoding.UTF8.GetBytes(content));
        return hash.GetHashAndReset();
    }
}
