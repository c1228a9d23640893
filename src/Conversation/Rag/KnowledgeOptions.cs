namespace Parley.Conversation.Rag;

/// <summary>Knowledge in memory; section <c>Knowledge</c>.</summary>
public sealed class KnowledgeOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Knowledge";

    /// <summary>Most tenants whose knowledge is in memory, 1 to 100,000; the one that was asked longest ago leaves. Default 500.</summary>
    public int MaxTenants { get; set; } = 500;

    /// <summary>Most memory for all of them, in megabytes, 1 to 65,536. Default 256.</summary>
    public int MaxMegabytes { get; set; } = 256;

    /// <summary>How long a question waits for knowledge that is not in memory yet, in milliseconds, 1 to 10,000. Default 800.</summary>
    public int LoadPatienceMs { get; set; } = 800;

    /// <summary>Name of the provider whose embeddings are used besides the words: <c>openai</c>. Null, the default, for none.</summary>
    public string? Embeddings { get; set; }

    /// <summary>How long a question waits for its embedding, in milliseconds, 1 to 10,000; then words alone decide. Default 400.</summary>
    public int EmbeddingPatienceMs { get; set; } = 400;
}
