namespace Parley.Conversation.Rag.Ingestion;

/// <summary>A document, or a line of it, that cannot be taken.</summary>
/// <param name="Line">From 1; 0 for the document as a whole.</param>
/// <param name="Message">What is wrong, and what is allowed.</param>
public sealed record KnowledgeError(int Line, string Message);

/// <summary>A document cannot be taken; nothing of it was.</summary>
public sealed class KnowledgeException : Exception
{
    /// <summary>Creates the exception.</summary>
    public KnowledgeException(string source, IReadOnlyList<KnowledgeError> errors)
        : base(string.Join('\n', (errors ?? throw new ArgumentNullException(nameof(errors)))
            .Select(e => e.Line > 0 ? $"{source}:{e.Line}: {e.Message}" : $"{source}: {e.Message}"))) => Errors = errors;

    /// <summary>Creates the exception for a mistake of the document as a whole.</summary>
    public KnowledgeException(string source, string message)
        : this(source, [new KnowledgeError(0, message)])
    {
    }

    /// <summary>What is wrong, by line; the first 20.</summary>
    public IReadOnlyList<KnowledgeError> Errors { get; }
}
