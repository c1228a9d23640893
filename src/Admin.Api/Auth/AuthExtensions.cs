using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Parley.Admin.Api.Auth;

/// <summary>Who may call what.</summary>
internal static class AuthExtensions
{
    /// <summary>Policy of every endpoint: any valid key.</summary>
    public const string KeyPolicy = "Parley.Key";

    /// <summary>Policy of what concerns the installation: an operator's key.</summary>
    public const string OperatorPolicy = "Parley.Operator";

    /// <summary>Closes endpoints to tenants' keys, which the API's description tells too.</summary>
    public static TBuilder RequireOperator<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.RequireAuthorization(OperatorPolicy).ProducesProblem(StatusCodes.Status403Forbidden);

    public static IServiceCollection AddApiKeyAuthentication(this IServiceCollection services)
    {
        services.AddSingleton<ApiKeyCache>();
        services.AddAuthentication()
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthenticationHandler>(ApiKeyAuthenticationHandler.SchemeName, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(KeyPolicy, policy => policy
                .AddAuthenticationSchemes(ApiKeyAuthenticationHandler.SchemeName)
                .RequireAuthenticatedUser())
            .AddPolicy(OperatorPolicy, policy => policy
                .AddAuthenticationSchemes(ApiKeyAuthenticationHandler.SchemeName)
                .RequireClaim(ApiKeyPrincipal.OperatorClaim, "true"));
        return services;
    }
}
