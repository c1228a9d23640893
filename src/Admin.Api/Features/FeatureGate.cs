using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Parley.Admin.Api.Auth;
using Parley.Admin.Api.Tenants;
using Parley.Conversation.Flags;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Features;

/// <summary>Closes endpoints to tenants that do not have a feature.</summary>
public static class FeatureGate
{
    /// <summary>
    /// Answers 403 with the feature's name where the tenant does not have it: the one of the key, or the one that <c>{tenant}</c> in the path or
    /// <c>tenant</c> in the query names. A request that concerns no single tenant passes.
    /// </summary>
    /// <param name="endpoints">Endpoints below <see cref="AdminApi.Prefix"/>.</param>
    /// <param name="feature">The feature's name.</param>
    public static TBuilder RequireFeature<TBuilder>(this TBuilder endpoints, string feature)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            return await TenantOfAsync(http) is { } tenant && !http.RequestServices.GetRequiredService<IFeatureFlags>().For(tenant).Has(feature)
                ? Refuse(feature)
                : await next(context);
        });
        // Told in the API's description too.
        endpoints.Add(static builder => builder.Metadata.Add(
            new ProducesResponseTypeMetadata(StatusCodes.Status403Forbidden, typeof(Microsoft.AspNetCore.Mvc.ProblemDetails), ["application/problem+json"])));
        return endpoints;
    }

    private static ProblemHttpResult Refuse(string feature) => TypedResults.Problem(
        $"The tenant does not have the feature '{feature}'.", statusCode: StatusCodes.Status403Forbidden, title: "Feature switched off",
        extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["feature"] = feature });

    private static async Task<Guid?> TenantOfAsync(HttpContext http)
    {
        var scope = http.User.Scope();
        if (scope.TenantId is { } own)
            return own;
        var named = http.Request.RouteValues["tenant"] as string ?? http.Request.Query["tenant"].ToString();
        if (named.Length == 0 || named.Contains('\0', StringComparison.Ordinal))
            return null;
        var tenants = http.RequestServices.GetRequiredService<TenantReports>();
        return (await tenants.FindBySlugOrIdAsync(TenantScope.Operator, named, http.RequestAborted))?.Id;
    }
}
