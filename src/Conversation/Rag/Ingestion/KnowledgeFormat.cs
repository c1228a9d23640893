namespace Parley.Conversation.Rag.Ingestion;

/// <summary>In what form an owner gives knowledge.</summary>
public enum KnowledgeFormat
{
    /// <summary>Plain text; empty lines part paragraphs.</summary>
    Text,

    /// <summary>CommonMark with pipe tables.</summary>
    Markdown,

    /// <summary>A table with a heading line: a menu, a price list. A table of questions and answers is one, too.</summary>
    Csv,

    /// <summary>Questions and answers, <c>Q:</c> and <c>A:</c> at the beginning of their lines (or the letters of Spanish, Russian, Hebrew).</summary>
    Questions,

    /// <summary>An HTML page; scripts, styles, navigation and footers are left out.</summary>
    Html,
}

/// <summary>Finds out the format of a document.</summary>
public static class KnowledgeFormats
{
    /// <summary>By a file's name; null for one that is not known. A text file that begins with a question is a list of questions.</summary>
    public static KnowledgeFormat? Of(string fileName, string content)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        return Path.GetExtension(fileName).ToLowerInvariant() switch
        {
            ".md" or ".markdown" => KnowledgeFormat.Markdown,
            ".csv" or ".tsv" => KnowledgeFormat.Csv,
            ".html" or ".htm" => KnowledgeFormat.Html,
            ".txt" or "" => QuestionReader.LooksLikeOne(content) ? KnowledgeFormat.Questions : KnowledgeFormat.Text,
            _ => null,
        };
    }
}
