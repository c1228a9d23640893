using Dapper;

namespace Parley.Persistence.Reporting;

/// <summary>Reads one part of a list whose rows are ordered by a time, newest first, and by their id.</summary>
internal sealed class ListQuery : Filter
{
    private readonly string order;
    private readonly int limit;

    public ListQuery(TenantScope scope, string alias, string time, int limit, Cursor? after)
        : base(scope, $"{alias}.tenant_id")
    {
        this.limit = limit;
        order = $"{time} desc, {alias}.id desc";
        if (after is { } place)
        {
            Add($"({time}, {alias}.id) < (@AfterAt, @AfterId)", "AfterAt", place.At);
            Parameters.Add("AfterId", place.Id);
        }

        // One more than asked tells whether there is a next part.
        Parameters.Add("Take", limit + 1);
    }

    /// <summary>Runs <paramref name="select"/>, which says what is read from where, with all conditions.</summary>
    public async Task<Page<T>> ReadAsync<TRow, T>(
        Database database, string select, Func<TRow, T> shape, Func<T, Cursor> cursorOf, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<TRow>(new CommandDefinition(
            $"{select} {Where} order by {order} limit @Take", Parameters, cancellationToken: cancellationToken));
        List<T> items = [.. rows.Select(shape)];
        if (items.Count <= limit)
            return new Page<T>(items, null);
        items.RemoveRange(limit, items.Count - limit);
        return new Page<T>(items, cursorOf(items[^1]).ToString());
    }
}
