namespace Parley.Persistence.Reporting;

/// <summary>
/// Whose rows a request may see; every read and write of the owners' side takes one, and it goes into the SQL. There is no default.
/// </summary>
public sealed record TenantScope
{
    /// <summary>The operator of the installation: every tenant's rows.</summary>
    public static readonly TenantScope Operator = new((Guid?)null);

    private TenantScope(Guid? tenantId) => TenantId = tenantId;

    /// <summary>The only tenant that may be seen; null for the operator.</summary>
    public Guid? TenantId { get; }

    /// <summary>Whether every tenant may be seen.</summary>
    public bool IsOperator => TenantId is null;

    /// <summary>One tenant's own rows.</summary>
    public static TenantScope Of(Guid tenantId) => new(tenantId);

    /// <summary>Whether rows of this tenant may be seen.</summary>
    public bool Includes(Guid tenantId) => TenantId is null || TenantId == tenantId;
}
