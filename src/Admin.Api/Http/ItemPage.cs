using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Http;

/// <summary>A part of a list.</summary>
/// <param name="Items">The rows.</param>
/// <param name="NextCursor">Value of <c>cursor</c> for the following part; null at the end.</param>
public sealed record ItemPage<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>Answers the requests for lists: they differ in what they can be narrowed by and in what a row looks like.</summary>
internal static class ItemPage
{
    /// <summary>Reads the query, then the rows, and gives these their shape on the wire; or says everything that is wrong with the query.</summary>
    public static async Task<Results<Ok<ItemPage<T>>, ValidationProblem>> AnswerAsync<TFilter, TRow, T>(
        Func<QueryReader, TFilter> read, Func<TFilter, Task<Page<TRow>>> list, Func<TRow, T> shape)
        where TFilter : ListFilter
    {
        var reader = new QueryReader();
        var filter = read(reader);
        if (reader.HasErrors)
            return reader.Problem();

        var page = await list(filter);
        return TypedResults.Ok(new ItemPage<T>([.. page.Items.Select(shape)], page.NextCursor));
    }
}
