using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Parley.Admin.Api.Auth;
using Parley.Admin.Api.Http;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Tenants;

/// <summary>The businesses of the installation; a tenant's key sees its own.</summary>
internal static class TenantEndpoints
{
    public static void MapTenants(this IEndpointRouteBuilder api)
    {
        var tenants = api.MapGroup("/tenants").WithTags("Tenants");
        tenants.MapGet("/", ListAsync).WithName("ListTenants").WithSummary("Tenants by slug");
        tenants.MapGet("/{tenant}", GetAsync).WithName("GetTenant").WithSummary("A tenant by slug or id");
    }

    private static async Task<Ok<ItemPage<TenantView>>> ListAsync(
        ClaimsPrincipal user, TenantReports tenants, CancellationToken cancellationToken)
    {
        var rows = await tenants.ListAsync(user.Scope(), cancellationToken);
        return TypedResults.Ok(new ItemPage<TenantView>([.. rows.Select(t => new TenantView(t))], NextCursor: null));
    }

    private static async Task<Results<Ok<TenantView>, NotFound>> GetAsync(
        string tenant, ClaimsPrincipal user, TenantReports tenants, CancellationToken cancellationToken) =>
        await tenants.FindBySlugOrIdAsync(user.Scope(), tenant, cancellationToken) is { } found
            ? TypedResults.Ok(new TenantView(found))
            : TypedResults.NotFound();
}
