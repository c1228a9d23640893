using Parley.Conversation.Tenants;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Tenants;

/// <summary>Finds tenants by what stands in a path or a body.</summary>
internal static class TenantLookup
{
    /// <summary>A tenant by slug or id; null when there is none in the scope.</summary>
    public static Task<Tenant?> FindBySlugOrIdAsync(
        this TenantReports tenants, TenantScope scope, string slugOrId, CancellationToken cancellationToken) =>
        Guid.TryParseExact(slugOrId, "D", out var id)
            ? tenants.GetAsync(scope, id, cancellationToken)
            : tenants.FindAsync(scope, slugOrId, cancellationToken);
}
