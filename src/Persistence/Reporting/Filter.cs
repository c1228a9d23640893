using Dapper;

namespace Parley.Persistence.Reporting;

/// <summary>Collects the conditions of a list with their parameters; values never go into the text.</summary>
internal sealed class Filter
{
    private readonly List<string> conditions = [];

    public Filter(TenantScope scope, string tenantColumn = "tenant_id")
    {
        if (scope.TenantId is { } tenant)
            Add($"{tenantColumn} = @ScopeTenant", "ScopeTenant", tenant);
    }

    public DynamicParameters Parameters { get; } = new();

    public string Where => conditions.Count == 0 ? "" : "where " + string.Join(" and ", conditions);

    public Filter Add(string condition, string name, object value)
    {
        conditions.Add(condition);
        Parameters.Add(name, value);
        return this;
    }

    public Filter Add(string condition)
    {
        conditions.Add(condition);
        return this;
    }

    /// <summary>Adds the place to go on from, and one row more than asked, which tells whether there is a next part.</summary>
    public Filter AddPaging(ListFilter query, string timeColumn, string idColumn)
    {
        if (query.After is { } after)
        {
            Add($"({timeColumn}, {idColumn}) < (@AfterAt, @AfterId)", "AfterAt", after.At);
            Parameters.Add("AfterId", after.Id);
        }

        Parameters.Add("Take", LimitOf(query) + 1);
        return this;
    }

    public static Page<T> ToPage<T>(List<T> rows, ListFilter query, Func<T, Cursor> cursorOf)
    {
        var limit = LimitOf(query);
        if (rows.Count <= limit)
            return new Page<T>(rows, null);
        rows.RemoveRange(limit, rows.Count - limit);
        return new Page<T>(rows, cursorOf(rows[^1]).ToString());
    }

    private static int LimitOf(ListFilter query) => Math.Clamp(query.Limit, 1, ListFilter.MaxLimit);
}
