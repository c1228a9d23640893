namespace Parley.Conversation.Rag;

/// <summary>What a business has in stock, found by a caller's words. Memory only once loaded, and never fails, like <see cref="IKnowledge"/>.</summary>
public interface ICatalogue
{
    /// <summary>
    /// The items that fit, best first. When a product is there but not in the size or colour that was asked for, what comes near is
    /// returned, with <see cref="CatalogueItem.Exact"/> false; nothing when no product fits.
    /// </summary>
    ValueTask<IReadOnlyList<CatalogueItem>> FindAsync(Guid tenantId, CatalogueQuery query, CancellationToken cancellationToken);
}

/// <summary>What is looked for.</summary>
/// <param name="Text">Spoken words: <c>do you have the Jordan 4 in ten and a half?</c></param>
/// <param name="Language">BCP 47 tag of the words' language.</param>
/// <param name="Most">Most items to return, 1 to 50.</param>
public sealed record CatalogueQuery(string Text, string Language = "en-US", int Most = 5)
{
    /// <summary>The size, where it is known apart from the words: <c>10.5</c>, <c>ten and a half</c>, <c>XL</c>.</summary>
    public string? Size { get; init; }

    /// <summary>The colour or other variant, where it is known apart from the words.</summary>
    public string? Variant { get; init; }
}

/// <summary>One line of a catalogue.</summary>
/// <param name="Product">Name of the product.</param>
/// <param name="Variant">Colour or kind; null when there is one only.</param>
/// <param name="Size">As it is written in the catalogue; null when it has none.</param>
/// <param name="Price">What one costs; null when it is not told.</param>
/// <param name="Currency">ISO 4217, such as <c>USD</c>; null when it is not told.</param>
/// <param name="Stock">How many there are; null when nobody counts.</param>
/// <param name="LowStock">Whether there are few left: at or below the item's threshold, or flagged by the owner.</param>
public sealed record CatalogueItem(
    string Product, string? Variant, string? Size, decimal? Price, string? Currency, int? Stock, bool LowStock)
{
    /// <summary>Whether it is all that was asked for; false when only its size or variant is another.</summary>
    public bool Exact { get; init; } = true;
}
