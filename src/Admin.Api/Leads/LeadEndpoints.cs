using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Parley.Admin.Api.Auth;
using Parley.Admin.Api.Http;
using Parley.Conversation.Agents;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Leads;

/// <summary>Query of <c>GET /api/leads</c>, as text.</summary>
internal sealed record LeadListQuery(
    string? Tenant, string? Intent, string? Status, string? Handled, string? From, string? To, string? Cursor, string? Limit)
{
    public LeadFilter Read(QueryReader reader)
    {
        var (from, to) = reader.Span(From, To);
        return new LeadFilter
        {
            Tenant = reader.Tenant(Tenant),
            Intent = reader.Choice<CallIntent>("intent", Intent),
            Status = reader.Choice<LeadStatus>("status", Status),
            Handled = reader.Flag("handled", Handled),
            From = from,
            To = to,
            After = reader.After(Cursor),
            Limit = reader.Limit(Limit),
        };
    }
}

/// <summary>What callers want of the business, to be dealt with by a person.</summary>
internal static class LeadEndpoints
{
    public static void MapLeads(this IEndpointRouteBuilder api)
    {
        var leads = api.MapGroup("/leads").WithTags("Leads");
        leads.MapGet("/", ListAsync).WithName("ListLeads").WithSummary("Leads, newest first");
        leads.MapGet("/{id:guid}", GetAsync).WithName("GetLead").WithSummary("A lead");
        leads.MapPatch("/{id:guid}", PatchAsync).WithName("UpdateLead").WithSummary("Tick a lead off, or take that back");
    }

    private static Task<Results<Ok<ItemPage<LeadView>>, ValidationProblem>> ListAsync(
        [AsParameters] LeadListQuery query, ClaimsPrincipal user, LeadReports leads, CancellationToken cancellationToken) =>
        ItemPage.AnswerAsync(query.Read, filter => leads.ListAsync(user.Scope(), filter, cancellationToken), static l => new LeadView(l));

    private static async Task<Results<Ok<LeadView>, NotFound>> GetAsync(
        Guid id, ClaimsPrincipal user, LeadReports leads, CancellationToken cancellationToken) =>
        await leads.FindAsync(user.Scope(), id, cancellationToken) is { } lead
            ? TypedResults.Ok(new LeadView(lead))
            : TypedResults.NotFound();

    private static async Task<Results<Ok<LeadView>, NotFound, ValidationProblem>> PatchAsync(
        Guid id, LeadPatch patch, ClaimsPrincipal user, LeadReports leads, CancellationToken cancellationToken)
    {
        if (patch.Handled is not { } handled)
            return AdminProblems.Of("handled", "Must be true or false.");

        return await leads.SetHandledAsync(user.Scope(), id, handled, cancellationToken) is { } lead
            ? TypedResults.Ok(new LeadView(lead))
            : TypedResults.NotFound();
    }
}
