namespace Parley.Conversation.Rag.Ingestion;

/// <summary>How much one tenant's knowledge may be. A business's whole web site is far below; what goes beyond is told, never cut off.</summary>
public static class KnowledgeLimits
{
    /// <summary>Longest document, in bytes of UTF-8.</summary>
    public const int MaxDocumentBytes = 1024 * 1024;

    /// <summary>Most passages of a document.</summary>
    public const int MaxPassages = 2_000;

    /// <summary>Most documents of a tenant.</summary>
    public const int MaxSources = 100;

    /// <summary>Most passages of a tenant.</summary>
    public const int MaxTenantPassages = 10_000;

    /// <summary>Most lines of a catalogue.</summary>
    public const int MaxCatalogueItems = 20_000;

    /// <summary>Longest name of a document, in characters.</summary>
    public const int MaxNameLength = 120;
}
