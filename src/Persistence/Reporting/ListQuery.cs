using Dapper;

namespace Parley.Persistence.Reporting;

/// <summary>What every list takes.</summary>
public abstract record ListQuery
{
    /// <summary>The most rows a part may have.</summary>
    public const int MaxLimit = 200;

    /// <summary>Only this tenant's; for an operator, who sees all.</summary>
    public Guid? TenantId { get; init; }

    /// <summary>Rows a part, 1 to <see cref="MaxLimit"/>; what is outside is brought inside.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Where to go on; null for the beginning.</summary>
    public Cursor? After { get; init; }
}

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

    /// <summary>Adds a tenant, the place to go on from, and one row more than asked, which tells whether there is a next part.</summary>
    public Filter AddPaging(ListQuery query, string timeColumn, string idColumn, string tenantColumn = "tenant_id")
    {
        if (query.TenantId is { } tenant)
            Add($"{tenantColumn} = @OnlyTenant", "OnlyTenant", tenant);
        if (query.After is { } after)
        {
            Add($"({timeColumn}, {idColumn}) < (@AfterAt, @AfterId)", "AfterAt", after.At);
            Parameters.Add("AfterId", after.Id);
        }

        Parameters.Add("Take", LimitOf(query) + 1);
        return this;
    }

    public static Page<T> ToPage<T>(List<T> rows, ListQuery query, Func<T, Cursor> cursorOf)
    {
        var limit = LimitOf(query);
        if (rows.Count <= limit)
            return new Page<T>(rows, null);
        rows.RemoveRange(limit, rows.Count - limit);
        return new Page<T>(rows, cursorOf(rows[^1]).ToString());
    }

    private static int LimitOf(ListQuery query) => Math.Clamp(query.Limit, 1, ListQuery.MaxLimit);
}
