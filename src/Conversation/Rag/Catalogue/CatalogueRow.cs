namespace Parley.Conversation.Rag.Catalogue;

/// <summary>A line of a catalogue as its owner gave it.</summary>
/// <param name="Product">Name of the product, 1 to 200 characters.</param>
/// <param name="Variant">Colour or kind; null for none.</param>
/// <param name="Size">As it is written; null for none.</param>
/// <param name="Price">Not negative; null when it is not told.</param>
/// <param name="Currency">ISO 4217; null when it is not told.</param>
/// <param name="Stock">Not negative; null when nobody counts.</param>
/// <param name="LowStockAt">The stock at which few are left; null for <see cref="DefaultLowStockAt"/>.</param>
/// <param name="LowStockFlag">Whether few are left, where the owner said so without a number.</param>
public sealed record CatalogueRow(
    string Product, string? Variant, string? Size, decimal? Price, string? Currency, int? Stock, int? LowStockAt, bool? LowStockFlag)
{
    /// <summary>The threshold of lines without one.</summary>
    public const int DefaultLowStockAt = 2;

    /// <summary>The line as callers are told of it.</summary>
    public CatalogueItem ToItem() =>
        new(Product, Variant, Size, Price, Currency, Stock, LowStockFlag ?? (Stock is { } stock && stock <= (LowStockAt ?? DefaultLowStockAt)));
}
