using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Parley.Admin.Api.Auth;
using Parley.Admin.Api.Http;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Calls;

/// <summary>Calls and their transcripts, finished and in progress.</summary>
internal static class CallEndpoints
{
    public static void MapCalls(this IEndpointRouteBuilder api)
    {
        var calls = api.MapGroup("/calls").WithTags("Calls");
        calls.MapGet("/", ListAsync).WithName("ListCalls").WithSummary("Calls, newest first");
        calls.MapGet("/{id:guid}", GetAsync).WithName("GetCall").WithSummary("A call with its transcript, lead and messages");
        calls.MapGet("/by-carrier/{carrierCallId}", GetByCarrierAsync).WithName("GetCallByCarrierId")
            .WithSummary("The same by the carrier's call id");
        calls.MapGet("/{id:guid}/events", FollowAsync).WithName("FollowCall")
            .WithSummary("A call's turns as they happen (server-sent events)").WithDescription(EventsDescription);
        calls.MapGet("/by-carrier/{carrierCallId}/events", FollowByCarrierAsync).WithName("FollowCallByCarrierId")
            .WithSummary("The same by the carrier's call id").WithDescription(EventsDescription);
    }

    private const string EventsDescription =
        "Sends every turn so far, then each new one, as `event: turn` with a turn as data and its ordinal as id; then one `event: ended` " +
        "and closes. Send Last-Event-ID with the last ordinal to go on after it.";

    private static Task<Results<Ok<ItemPage<CallItem>>, ValidationProblem>> ListAsync(
        [AsParameters] CallListQuery query, ClaimsPrincipal user, CallReports calls, CancellationToken cancellationToken) =>
        ItemPage.AnswerAsync(query.Read, filter => calls.ListAsync(user.Scope(), filter, cancellationToken), static c => new CallItem(c));

    private static async Task<Results<Ok<CallView>, NotFound>> GetAsync(
        Guid id, ClaimsPrincipal user, CallReports calls, CancellationToken cancellationToken) =>
        await calls.FindAsync(user.Scope(), id, cancellationToken) is { } call
            ? TypedResults.Ok(new CallView(call))
            : TypedResults.NotFound();

    private static async Task<Results<Ok<CallView>, NotFound>> GetByCarrierAsync(
        string carrierCallId, ClaimsPrincipal user, CallReports calls, CancellationToken cancellationToken) =>
        await calls.FindByCarrierAsync(user.Scope(), carrierCallId, cancellationToken) is { } call
            ? TypedResults.Ok(new CallView(call))
            : TypedResults.NotFound();

    private static async Task<Results<CallEventStream, NotFound, ValidationProblem>> FollowAsync(
        Guid id, HttpContext context, CallReports calls, CallFollower follower)
    {
        var reader = new QueryReader();
        var after = reader.LastEventId(context.Request.Headers["Last-Event-ID"]);
        if (reader.HasErrors)
            return reader.Problem();

        // Looked up before the answer begins, while it can still be a 404 or a 503.
        return await calls.ReadProgressAsync(context.User.Scope(), id, int.MaxValue, context.RequestAborted) is not null
            ? new CallEventStream(follower, id, after)
            : TypedResults.NotFound();
    }

    private static async Task<Results<CallEventStream, NotFound, ValidationProblem>> FollowByCarrierAsync(
        string carrierCallId, HttpContext context, CallReports calls, CallFollower follower) =>
        await calls.FindIdAsync(context.User.Scope(), carrierCallId, context.RequestAborted) is { } id
            ? await FollowAsync(id, context, calls, follower)
            : TypedResults.NotFound();
}
