using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Http;

/// <summary>A part of a list.</summary>
/// <param name="Items">The rows.</param>
/// <param name="NextCursor">Value of <c>cursor</c> for the following part; null at the end.</param>
public sealed record ItemPage<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>Gives rows of the database their shape on the wire.</summary>
internal static class ItemPage
{
    public static ItemPage<T> Of<TRow, T>(Page<TRow> page, Func<TRow, T> shape) => new([.. page.Items.Select(shape)], page.NextCursor);
}
