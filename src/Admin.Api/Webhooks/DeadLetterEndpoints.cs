using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Parley.Admin.Api.Auth;
using Parley.Admin.Api.Http;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Webhooks;

/// <summary>Query of <c>GET /api/dead-letters</c>, as text.</summary>
internal sealed record DeadLetterListQuery(string? Tenant, string? From, string? To, string? Cursor, string? Limit)
{
    public DeadLetterFilter Read(QueryReader reader)
    {
        var (from, to) = reader.Span(From, To);
        return new DeadLetterFilter
        {
            Tenant = reader.Tenant(Tenant), From = from, To = to, After = reader.After(Cursor), Limit = reader.Limit(Limit),
        };
    }
}

/// <summary>Webhooks and notifications that were given up.</summary>
internal static class DeadLetterEndpoints
{
    public static void MapDeadLetters(this IEndpointRouteBuilder api)
    {
        var letters = api.MapGroup("/dead-letters").WithTags("Webhooks");
        letters.MapGet("/", ListAsync).WithName("ListDeadLetters").WithSummary("Webhooks, notifications and analyses that were given up, the latest first");
        letters.MapPost("/{id:guid}/replay", ReplayAsync).WithName("ReplayDeadLetter").WithSummary("Try one again, from the first attempt on");
    }

    private static Task<Results<Ok<ItemPage<DeadLetterView>>, ValidationProblem>> ListAsync(
        [AsParameters] DeadLetterListQuery query, ClaimsPrincipal user, DeadLetters letters, CancellationToken cancellationToken) =>
        ItemPage.AnswerAsync(query.Read, filter => letters.ListAsync(user.Scope(), filter, cancellationToken), static l => new DeadLetterView(
            l.Id, l.TenantSlug, l.TenantId, l.Kind, l.CallId, l.Event, l.Attempts, l.Error, l.CreatedAt, l.FailedAt));

    private static async Task<Results<Accepted, NotFound>> ReplayAsync(
        Guid id, ClaimsPrincipal user, DeadLetters letters, CancellationToken cancellationToken) =>
        await letters.ReplayAsync(user.Scope(), id, cancellationToken) ? TypedResults.Accepted((string?)null) : TypedResults.NotFound();
}

/// <summary>Something that was given up.</summary>
/// <param name="Id">Parley's id.</param>
/// <param name="Tenant">The tenant's slug.</param>
/// <param name="TenantId">The tenant's id.</param>
/// <param name="Kind"><c>call_webhook</c>, <c>notify_staff</c> or <c>analyse_call</c>.</param>
/// <param name="CallId">The call it is about.</param>
/// <param name="Event">A webhook's event.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Error">Why the last attempt failed.</param>
/// <param name="CreatedAt">When it was queued.</param>
/// <param name="FailedAt">When it was given up.</param>
public sealed record DeadLetterView(
    Guid Id, string Tenant, Guid TenantId, string Kind, Guid? CallId, string? Event, int Attempts, string? Error, DateTimeOffset CreatedAt,
    DateTimeOffset FailedAt);
