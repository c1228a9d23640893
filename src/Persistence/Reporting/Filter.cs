using Dapper;

namespace Parley.Persistence.Reporting;

/// <summary>Collects the conditions of a list with their parameters; values never go into the text.</summary>
internal class Filter
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

    /// <summary>One of the columns holds the number: whole when it is in E.164, else a part of it. No digit at all finds nothing.</summary>
    public Filter AddNumber(string number, params IEnumerable<string> columns)
    {
        var isWhole = number.StartsWith('+');
        var either = string.Join(" or ", columns.Select(c => isWhole ? $"{c} = '+' || @Digits" : $"{c} like '%' || @Digits || '%'"));

        // Only digits are left, so that nothing in it means anything to LIKE.
        return Add(isWhole ? $"({either})" : $"@Digits <> '' and ({either})", "Digits", string.Concat(number.Where(char.IsAsciiDigit)));
    }
}
