using System.Security.Claims;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Auth;

/// <summary>A key's rights as claims of the request's user, and back.</summary>
internal static class ApiKeyPrincipal
{
    /// <summary>Claim of keys that see every tenant.</summary>
    public const string OperatorClaim = "parley:operator";

    private const string KeyClaim = "parley:key";
    private const string TenantClaim = "parley:tenant";

    public static ClaimsPrincipal Create(VerifiedKey key)
    {
        var scope = key.Scope.TenantId is { } tenant ? new Claim(TenantClaim, tenant.ToString()) : new Claim(OperatorClaim, "true");
        return new ClaimsPrincipal(new ClaimsIdentity(
            [new Claim(KeyClaim, key.Id.ToString()), scope], ApiKeyAuthenticationHandler.SchemeName));
    }

    /// <summary>The key that was used.</summary>
    public static Guid KeyId(this ClaimsPrincipal user) => Guid.Parse(Value(user, KeyClaim));

    /// <summary>What the key may see. A user without a known claim sees nothing: the endpoint fails.</summary>
    public static TenantScope Scope(this ClaimsPrincipal user) => user.HasClaim(OperatorClaim, "true")
        ? TenantScope.Operator
        : TenantScope.Of(Guid.Parse(Value(user, TenantClaim)));

    private static string Value(ClaimsPrincipal user, string type) =>
        user.FindFirstValue(type) ?? throw new InvalidOperationException($"The request's user has no claim '{type}'.");
}
