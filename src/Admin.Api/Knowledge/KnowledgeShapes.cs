using Parley.Conversation.Rag;
using Parley.Conversation.Rag.Ingestion;
using Parley.Persistence.Knowledge;

namespace Parley.Admin.Api.Knowledge;

/// <summary>A document of a tenant's knowledge, without its content.</summary>
public sealed record KnowledgeSourceView
{
    /// <summary>Copies a document.</summary>
    public KnowledgeSourceView(KnowledgeSourceRow source, bool changed = false)
    {
        Name = source.Name;
        Format = source.Format;
        Version = source.Version;
        Bytes = source.Bytes;
        Passages = source.Passages;
        CreatedAt = source.CreatedAt;
        UpdatedAt = source.UpdatedAt;
        Changed = changed;
    }

    /// <summary>Its name, unique within the tenant.</summary>
    public string Name { get; }

    /// <summary>What it was given as.</summary>
    public KnowledgeFormat Format { get; }

    /// <summary>Counts the changes of its content, from 1.</summary>
    public int Version { get; }

    /// <summary>Its length in UTF-8.</summary>
    public int Bytes { get; }

    /// <summary>How many passages it makes.</summary>
    public int Passages { get; }

    /// <summary>When it was first given.</summary>
    public DateTimeOffset CreatedAt { get; }

    /// <summary>When its content last changed.</summary>
    public DateTimeOffset UpdatedAt { get; }

    /// <summary>Whether this request changed it.</summary>
    public bool Changed { get; }
}

/// <summary>What a caller's question would find.</summary>
/// <param name="Confidence">How likely the first passage answers it, 0 to 1.</param>
/// <param name="Passages">Best first.</param>
public sealed record KnowledgeAnswerView(double Confidence, IReadOnlyList<PassageView> Passages)
{
    /// <summary>Copies an answer.</summary>
    public KnowledgeAnswerView(KnowledgeAnswer answer)
        : this(Math.Round(answer.Confidence, 3), [.. answer.Passages.Select(p => new PassageView(p.Id, p.Source, p.Version, p.Text, Math.Round(p.Confidence, 3)))])
    {
    }
}

/// <summary>A passage that was found.</summary>
/// <param name="Id">Its id, as it stands in the record of a call's decisions.</param>
/// <param name="Source">The document; <c>profile</c> for the tenant's own file.</param>
/// <param name="Version">The document's version.</param>
/// <param name="Text">Its text.</param>
/// <param name="Confidence">How likely it answers the question, 0 to 1.</param>
public sealed record PassageView(Guid Id, string Source, int Version, string Text, double Confidence);

/// <summary>What came of giving a catalogue.</summary>
/// <param name="Version">Counts the changes of its content, from 1.</param>
/// <param name="Items">How many lines it has.</param>
/// <param name="Changed">Whether this request changed it.</param>
public sealed record CatalogueView(int Version, int Items, bool Changed);

/// <summary>An item that was found.</summary>
/// <param name="Product">Name of the product.</param>
/// <param name="Variant">Colour or kind.</param>
/// <param name="Size">Size.</param>
/// <param name="Price">What one costs.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Stock">How many there are; null when nobody counts.</param>
/// <param name="LowStock">Whether few are left.</param>
/// <param name="Exact">False when only its size or variant is another than what was asked for.</param>
public sealed record CatalogueItemView(
    string Product, string? Variant, string? Size, decimal? Price, string? Currency, int? Stock, bool LowStock, bool Exact)
{
    /// <summary>Copies an item.</summary>
    public CatalogueItemView(CatalogueItem item)
        : this(item.Product, item.Variant, item.Size, item.Price, item.Currency, item.Stock, item.LowStock, item.Exact)
    {
    }
}
