namespace Parley.Conversation.Rag.Index;

/// <summary>A passage as it goes into an index.</summary>
internal sealed record IndexedPassage(Guid Id, string Source, int Version, string? Heading, string Body)
{
    /// <summary>Other words that callers use for it; found, but never told.</summary>
    public string Keywords { get; init; } = "";

    /// <summary>Whether a store keeps it, its vector included.</summary>
    public bool IsStored { get; init; } = true;

    /// <summary>What is told of it.</summary>
    public string Text => Told(Heading, Body);

    /// <summary>About what it takes in memory, in bytes.</summary>
    public long Bytes => 120 + 2L * (Source.Length + (Heading?.Length ?? 0) + Body.Length + Keywords.Length);

    /// <summary>
    /// A passage with what it stood below, on a line of its own and marked as a heading: so a model and the check of what it says know that the heading is of
    /// every line, and not of the first one only.
    /// </summary>
    public static string Told(string? heading, string body) => heading is null ? body : $"# {heading}\n{body}";
}
