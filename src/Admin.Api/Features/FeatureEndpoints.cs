using System.Security.Claims;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Parley.Admin.Api.Auth;
using Parley.Admin.Api.Http;
using Parley.Admin.Api.Tenants;
using Parley.Persistence.Flags;
using Parley.Persistence.Reporting;
using Names = Parley.Conversation.Flags.Features;

namespace Parley.Admin.Api.Features;

/// <summary>What tenants have. Everybody may look at their own; only an operator sets it.</summary>
internal static partial class FeatureEndpoints
{
    private const int MostSwitches = 500;

    // Tenants that an error tells by name.
    private const int MostNamed = 10;

    public static void MapFeatures(this IEndpointRouteBuilder api)
    {
        var features = api.MapGroup("/features").WithTags("Features").RequireOperator();
        features.MapGet("/", GetDefaultsAsync).WithName("GetFeatures").WithSummary("What every tenant has that has no plan or exception");
        features.MapPut("/", PutDefaultsAsync).WithName("SetFeatures").WithSummary("Replace what every tenant has by default");

        var plans = api.MapGroup("/plans").WithTags("Features").RequireOperator();
        plans.MapGet("/", ListPlansAsync).WithName("ListPlans").WithSummary("Plans by name");
        plans.MapPut("/{name}", PutPlanAsync).WithName("SetPlan").WithSummary("Make a plan, or replace what it holds");
        plans.MapDelete("/{name}", DeletePlanAsync).WithName("DeletePlan").WithSummary("Delete a plan that no tenant has")
            .ProducesProblem(StatusCodes.Status409Conflict);

        var tenants = api.MapGroup("/tenants/{tenant}/features").WithTags("Features");
        tenants.MapGet("/", GetTenantAsync).WithName("GetTenantFeatures").WithSummary("A tenant's plan, its exceptions, and what follows from them");
        tenants.MapPut("/", PutTenantAsync).WithName("SetTenantFeatures").WithSummary("Replace a tenant's plan and exceptions")
            .RequireOperator();
    }

    private static async Task<Ok<FeatureSwitches>> GetDefaultsAsync(FeatureStore store, CancellationToken cancellationToken) =>
        TypedResults.Ok(new FeatureSwitches(await store.GetDefaultsAsync(cancellationToken)));

    private static async Task<Results<Ok<FeatureSwitches>, ValidationProblem>> PutDefaultsAsync(
        FeatureSwitches wanted, FeatureStore store, FeatureFlags flags, CancellationToken cancellationToken)
    {
        if (Wrong(wanted.Features) is { } problem)
            return problem;
        await store.SetDefaultsAsync(wanted.Features!, cancellationToken);
        await flags.ReadAsync(cancellationToken);
        return TypedResults.Ok(wanted);
    }

    private static async Task<Ok<ItemPage<PlanView>>> ListPlansAsync(FeatureStore store, CancellationToken cancellationToken)
    {
        var plans = await store.GetPlansAsync(cancellationToken);
        return TypedResults.Ok(new ItemPage<PlanView>([.. plans.Select(p => new PlanView(p.Key, p.Value))], NextCursor: null));
    }

    private static async Task<Results<Ok<PlanView>, ValidationProblem>> PutPlanAsync(
        string name, FeatureSwitches wanted, FeatureStore store, FeatureFlags flags, CancellationToken cancellationToken)
    {
        if (!PlanName().IsMatch(name))
            return AdminProblems.Of("name", "Must have lower-case letters, digits and dashes.");
        if (Wrong(wanted.Features) is { } problem)
            return problem;
        await store.SetPlanAsync(name, wanted.Features!, cancellationToken);
        await flags.ReadAsync(cancellationToken);
        return TypedResults.Ok(new PlanView(name, wanted.Features!));
    }

    private static async Task<Results<NoContent, NotFound, ProblemHttpResult>> DeletePlanAsync(
        string name, FeatureStore store, FeatureFlags flags, CancellationToken cancellationToken)
    {
        switch (PlanName().IsMatch(name) ? await store.RemovePlanAsync(name, cancellationToken) : PlanRemoval.NotThere)
        {
            case PlanRemoval.NotThere:
                return TypedResults.NotFound();
            case PlanRemoval.InUse:
                var tenants = await store.GetTenantsOfAsync(name, cancellationToken);
                var some = string.Join(", ", tenants.Take(MostNamed)) + (tenants.Count > MostNamed ? ", …" : "");
                return TypedResults.Problem(
                    $"Tenants have the plan '{name}': {some}. Give them another, or none, with PUT /api/tenants/{{tenant}}/features.",
                    statusCode: StatusCodes.Status409Conflict);
            default:
                await flags.ReadAsync(cancellationToken);
                return TypedResults.NoContent();
        }
    }

    private static async Task<Results<Ok<TenantFeatureView>, NotFound>> GetTenantAsync(
        string tenant, ClaimsPrincipal user, TenantReports tenants, FeatureStore store, FeatureFlags flags, CancellationToken cancellationToken) =>
        await tenants.FindBySlugOrIdAsync(user.Scope(), tenant, cancellationToken) is { } found
            && await store.FindAsync(user.Scope(), found.Id, cancellationToken) is { } row
            ? TypedResults.Ok(new TenantFeatureView(row.Plan, row.Features, flags.For(found.Id).Switches))
            : TypedResults.NotFound();

    private static async Task<Results<Ok<TenantFeatureView>, NotFound, ValidationProblem>> PutTenantAsync(
        string tenant, NewTenantFeatures wanted, ClaimsPrincipal user, TenantReports tenants, FeatureStore store, FeatureFlags flags,
        CancellationToken cancellationToken)
    {
        if (Wrong(wanted.Features) is { } problem)
            return problem;
        if (await tenants.FindBySlugOrIdAsync(user.Scope(), tenant, cancellationToken) is not { } found)
            return TypedResults.NotFound();
        if (!await store.SetAsync(found.Id, new TenantFeatureRow(wanted.Plan, wanted.Features!), cancellationToken))
            return AdminProblems.Of("plan", "There is no such plan.");
        await flags.ReadAsync(cancellationToken);
        return TypedResults.Ok(new TenantFeatureView(wanted.Plan, wanted.Features!, flags.For(found.Id).Switches));
    }

    private static ValidationProblem? Wrong(IReadOnlyDictionary<string, bool>? features) => features switch
    {
        null => AdminProblems.Of("features", "Must be an object of features, each true or false."),
        { Count: > MostSwitches } => AdminProblems.Of("features", $"At most {MostSwitches} features."),
        _ when features.Keys.FirstOrDefault(static f => !Names.IsValid(f)) is not null => AdminProblems.Of("features", $"A feature is {Names.Expected}."),
        _ => null,
    };

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z")]
    private static partial Regex PlanName();
}

/// <summary>Features, each switched on or off; one that is not named is on.</summary>
/// <param name="Features"><c>knowledge</c>, <c>recording</c>, <c>tool.&lt;name&gt;</c>, <c>language.&lt;tag&gt;</c>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record FeatureSwitches(IReadOnlyDictionary<string, bool>? Features);

/// <summary>A plan.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Features">What it switches on or off, over the defaults.</param>
public sealed record PlanView(string Name, IReadOnlyDictionary<string, bool> Features);

/// <summary>A tenant's plan and exceptions, as they are to be.</summary>
/// <param name="Plan">A plan's name; null for none.</param>
/// <param name="Features">What it has or has not, whatever the plan says.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewTenantFeatures(string? Plan, IReadOnlyDictionary<string, bool>? Features);

/// <summary>What a tenant has.</summary>
/// <param name="Plan">Its plan.</param>
/// <param name="Features">Its exceptions.</param>
/// <param name="Effective">Defaults, plan and exceptions, one over the other; what is not named is on.</param>
public sealed record TenantFeatureView(string? Plan, IReadOnlyDictionary<string, bool> Features, IReadOnlyDictionary<string, bool> Effective);
