using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Parley.Admin.Api.Auth;
using Parley.Admin.Api.Tenants;
using Parley.Conversation.Net;
using Parley.Persistence.CallWebhooks;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Webhooks;

/// <summary>Where a tenant's calls and escalations are told of.</summary>
internal static class WebhookEndpoints
{
    private const int MaxUrlLength = 2000;
    private const int MinKeyLength = 16;
    private const int MaxKeyLength = 200;

    public static void MapTenantWebhooks(this IEndpointRouteBuilder api)
    {
        var calls = api.MapGroup("/tenants/{tenant}/webhooks/calls").WithTags("Webhooks");
        calls.MapGet("/", GetCallsAsync).WithName("GetCallWebhook").WithSummary("Where call events go; the key is never shown");
        calls.MapPut("/", PutCallsAsync).WithName("SetCallWebhook").WithSummary("Set where call events go, in Retell's shape and signed like them");
        calls.MapDelete("/", DeleteCallsAsync).WithName("RemoveCallWebhook").WithSummary("Tell of calls no more");

        var staff = api.MapGroup("/tenants/{tenant}/webhooks/staff").WithTags("Webhooks");
        staff.MapGet("/", GetStaffAsync).WithName("GetStaffWebhook").WithSummary("Where escalations go; only the host is shown");
        staff.MapPut("/", PutStaffAsync).WithName("SetStaffWebhook").WithSummary("Set where escalations go: an incoming webhook of Slack, or what understands it");
        staff.MapDelete("/", DeleteStaffAsync).WithName("RemoveStaffWebhook").WithSummary("Tell of escalations no more");
    }

    private static async Task<Results<Ok<CallWebhookView>, NotFound>> GetCallsAsync(
        string tenant, ClaimsPrincipal user, TenantReports tenants, TenantWebhooks webhooks, CancellationToken cancellationToken) =>
        await tenants.FindBySlugOrIdAsync(user.Scope(), tenant, cancellationToken) is { } found
            && await webhooks.FindCallsAsync(found.Id, cancellationToken) is { } row
            ? TypedResults.Ok(new CallWebhookView(row.Url, row.Events, Key: null))
            : TypedResults.NotFound();

    private static async Task<Results<Ok<CallWebhookView>, NotFound, ValidationProblem>> PutCallsAsync(
        string tenant, NewCallWebhook wanted, ClaimsPrincipal user, TenantReports tenants, TenantWebhooks webhooks, OutgoingHttp http,
        CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var url = ReadUrl(wanted.Url, http, errors);
        string[] events = [.. (wanted.Events ?? CallWebhookEvents.All).Distinct(StringComparer.Ordinal)];
        if (events.Length == 0 || events.Any(static e => !CallWebhookEvents.All.Contains(e)))
            errors["events"] = [$"Must be some of {string.Join(", ", CallWebhookEvents.All)}."];
        if (wanted.Key is { } key && (key.Length is < MinKeyLength or > MaxKeyLength || key.Any(static c => c is < '!' or > '~')))
            errors["key"] = [$"Must have {MinKeyLength} to {MaxKeyLength} printable ASCII characters without spaces; leave it out to have one made."];
        if (errors.Count > 0)
            return TypedResults.ValidationProblem(errors);
        if (await tenants.FindBySlugOrIdAsync(user.Scope(), tenant, cancellationToken) is not { } found)
            return TypedResults.NotFound();
        var made = await webhooks.SetCallsAsync(found.Id, url!, events, wanted.Key, cancellationToken);
        return TypedResults.Ok(new CallWebhookView(url!.AbsoluteUri, events, made));
    }

    private static async Task<Results<NoContent, NotFound>> DeleteCallsAsync(
        string tenant, ClaimsPrincipal user, TenantReports tenants, TenantWebhooks webhooks, CancellationToken cancellationToken) =>
        await tenants.FindBySlugOrIdAsync(user.Scope(), tenant, cancellationToken) is { } found
            && await webhooks.RemoveCallsAsync(found.Id, cancellationToken)
            ? TypedResults.NoContent()
            : TypedResults.NotFound();

    private static async Task<Results<Ok<StaffWebhookView>, NotFound>> GetStaffAsync(
        string tenant, ClaimsPrincipal user, TenantReports tenants, TenantWebhooks webhooks, CancellationToken cancellationToken) =>
        await tenants.FindBySlugOrIdAsync(user.Scope(), tenant, cancellationToken) is { } found
            && await webhooks.FindStaffAsync(found.Id, cancellationToken) is { } row
            ? TypedResults.Ok(new StaffWebhookView(row.Host, row.Reasons))
            : TypedResults.NotFound();

    private static async Task<Results<Ok<StaffWebhookView>, NotFound, ValidationProblem>> PutStaffAsync(
        string tenant, NewStaffWebhook wanted, ClaimsPrincipal user, TenantReports tenants, TenantWebhooks webhooks, OutgoingHttp http,
        CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var url = ReadUrl(wanted.Url, http, errors);
        if (wanted.Reasons is { Count: 0 })
            errors["reasons"] = ["Must name a reason; leave it out for all."];
        if (errors.Count > 0)
            return TypedResults.ValidationProblem(errors);
        if (await tenants.FindBySlugOrIdAsync(user.Scope(), tenant, cancellationToken) is not { } found)
            return TypedResults.NotFound();
        await webhooks.SetStaffAsync(found.Id, url!, wanted.Reasons?.Distinct().ToArray(), cancellationToken);
        return TypedResults.Ok(new StaffWebhookView(url!.Host, wanted.Reasons));
    }

    private static async Task<Results<NoContent, NotFound>> DeleteStaffAsync(
        string tenant, ClaimsPrincipal user, TenantReports tenants, TenantWebhooks webhooks, CancellationToken cancellationToken) =>
        await tenants.FindBySlugOrIdAsync(user.Scope(), tenant, cancellationToken) is { } found
            && await webhooks.RemoveStaffAsync(found.Id, cancellationToken)
            ? TypedResults.NoContent()
            : TypedResults.NotFound();

    private static Uri? ReadUrl(string? text, OutgoingHttp http, Dictionary<string, string[]> errors)
    {
        var url = text is { Length: <= MaxUrlLength } && Uri.TryCreate(text, UriKind.Absolute, out var parsed) ? parsed : null;
        if (http.Objection(url) is { } objection)
            errors["url"] = [$"It {objection}."];
        return url;
    }
}
