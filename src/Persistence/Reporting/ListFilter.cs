namespace Parley.Persistence.Reporting;

/// <summary>What every list of the owners' API can be narrowed by.</summary>
public abstract record ListFilter
{
    /// <summary>The most rows a part may have.</summary>
    public const int MaxLimit = 200;

    /// <summary>A tenant's slug or id; null for all in scope.</summary>
    public string? Tenant { get; init; }

    /// <summary>Earliest time, inclusive.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Latest time, exclusive.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Rows a part, 1 to <see cref="MaxLimit"/>; what is outside is brought inside.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Where to go on; null for the beginning.</summary>
    public Cursor? After { get; init; }

    /// <summary>
    /// The common conditions on the table <paramref name="alias"/>, whose rows are ordered by <paramref name="timeColumn"/>. Only what is
    /// asked for is written, so that each combination finds its index.
    /// </summary>
    internal ListQuery ToQuery(TenantScope scope, string alias, string timeColumn)
    {
        var time = $"{alias}.{timeColumn}";
        var filter = new ListQuery(scope, alias, time, Math.Clamp(Limit, 1, MaxLimit), After);
        if (Guid.TryParseExact(Tenant, "D", out var tenantId))
            filter.Add($"{alias}.tenant_id = @WantedTenant", "WantedTenant", tenantId);
        else if (Tenant is not null)
            filter.Add($"{alias}.tenant_id = (select id from tenants where slug = @WantedTenant)", "WantedTenant", Tenant);
        if (From is { } from)
            filter.Add($"{time} >= @From", "From", from.ToUniversalTime());
        if (To is { } to)
            filter.Add($"{time} < @To", "To", to.ToUniversalTime());
        return filter;
    }
}
