namespace Parley.Conversation.Rag.Ingestion;

/// <summary>What a document consists of, whatever its format.</summary>
internal enum BlockKind
{
    /// <summary>A heading; its level is in <see cref="Block.Level"/>.</summary>
    Heading,

    /// <summary>Prose.</summary>
    Paragraph,

    /// <summary>An item of a list.</summary>
    Item,

    /// <summary>A row of a table, with the names of its columns.</summary>
    Row,

    /// <summary>A whole of its own, never joined with its neighbours: a row of a price list, a question with its answer.</summary>
    Entry,
}

/// <summary>A piece of a document.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">One line of text.</param>
/// <param name="Level">Of a heading, from 1; 0 otherwise.</param>
internal readonly record struct Block(BlockKind Kind, string Text, int Level = 0);

/// <summary>A passage as it is cut from a document.</summary>
/// <param name="Heading">The headings above it, from the top; null without one.</param>
/// <param name="Text">Its text.</param>
public sealed record PassageDraft(string? Heading, string Text);
