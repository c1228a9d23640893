using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Parley.Admin.Api.Http;
using Parley.Admin.Api.Tenants;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Auth;

/// <summary>Keys to this API; only an operator's key may look at them.</summary>
internal static class KeyEndpoints
{
    private const int MaxNameLength = 100;

    public static void MapKeys(this IEndpointRouteBuilder api)
    {
        var keys = api.MapGroup("/keys").WithTags("Keys").RequireOperator();
        keys.MapGet("/", ListAsync).WithName("ListKeys").WithSummary("All keys, oldest first");
        keys.MapPost("/", CreateAsync).WithName("CreateKey").WithSummary("Make a key for a tenant or an operator");
        keys.MapDelete("/{id:guid}", RevokeAsync).WithName("RevokeKey").WithSummary("Make a key useless for good");
    }

    private static async Task<Ok<ItemPage<KeyView>>> ListAsync(ApiKeys keys, CancellationToken cancellationToken)
    {
        var rows = await keys.ListAsync(TenantScope.Operator, cancellationToken);
        return TypedResults.Ok(new ItemPage<KeyView>([.. rows.Select(k => new KeyView(k))], NextCursor: null));
    }

    private static async Task<Results<Created<CreatedKeyView>, ValidationProblem>> CreateAsync(
        NewKey wanted, ApiKeys keys, TenantReports tenants, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var name = wanted.Name?.Trim() ?? "";
        if (name.Length is 0 or > MaxNameLength || name.Any(char.IsControl))
            errors["name"] = [$"Must have 1 to {MaxNameLength} characters, none of them a control character."];

        var scope = TenantScope.Operator;
        if (wanted.Operator == true == wanted.Tenant is not null)
        {
            errors["tenant"] = ["Give either a tenant's slug or id, or operator: true."];
        }
        else if (wanted.Tenant is { } tenant)
        {
            if (!tenant.Contains('\0') && await tenants.FindBySlugOrIdAsync(TenantScope.Operator, tenant, cancellationToken) is { } found)
                scope = TenantScope.Of(found.Id);
            else
                errors["tenant"] = ["There is no such tenant."];
        }

        if (errors.Count > 0)
            return TypedResults.ValidationProblem(errors);

        var created = await keys.CreateAsync(scope, name, cancellationToken);
        return TypedResults.Created($"{AdminApi.Prefix}/keys/{created.Key.Id}", new CreatedKeyView(created));
    }

    private static async Task<Results<NoContent, NotFound>> RevokeAsync(
        Guid id, ApiKeys keys, ApiKeyCache cache, CancellationToken cancellationToken)
    {
        if (!await keys.RevokeAsync(TenantScope.Operator, id, cancellationToken))
            return TypedResults.NotFound();

        cache.Forget(id);
        return TypedResults.NoContent();
    }
}
