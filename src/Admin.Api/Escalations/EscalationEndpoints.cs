using System.Security.Claims;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Parley.Admin.Api.Auth;
using Parley.Admin.Api.Http;
using Parley.Conversation.Escalations;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Escalations;

/// <summary>Query of <c>GET /api/escalations</c>, as text.</summary>
internal sealed record EscalationListQuery(string? Tenant, string? Reason, string? Handled, string? From, string? To, string? Cursor, string? Limit)
{
    public EscalationFilter Read(QueryReader reader)
    {
        var (from, to) = reader.Span(From, To);
        return new EscalationFilter
        {
            Tenant = reader.Tenant(Tenant),
            Reason = reader.Choice<EscalationReason>("reason", Reason),
            Handled = reader.Flag("handled", Handled),
            From = from,
            To = to,
            After = reader.After(Cursor),
            Limit = reader.Limit(Limit),
        };
    }
}

/// <summary>Calls that need a person.</summary>
internal static class EscalationEndpoints
{
    public static void MapEscalations(this IEndpointRouteBuilder api)
    {
        var escalations = api.MapGroup("/escalations").WithTags("Escalations");
        escalations.MapGet("/", ListAsync).WithName("ListEscalations").WithSummary("Calls that need or needed a person, newest first");
        escalations.MapPatch("/{id:guid}", PatchAsync).WithName("UpdateEscalation").WithSummary("Tick an escalation off, or take that back");
    }

    private static Task<Results<Ok<ItemPage<EscalationView>>, ValidationProblem>> ListAsync(
        [AsParameters] EscalationListQuery query, ClaimsPrincipal user, EscalationReports escalations, CancellationToken cancellationToken) =>
        ItemPage.AnswerAsync(query.Read, filter => escalations.ListAsync(user.Scope(), filter, cancellationToken), static e => new EscalationView(e));

    private static async Task<Results<Ok<EscalationView>, NotFound, ValidationProblem>> PatchAsync(
        Guid id, EscalationPatch patch, ClaimsPrincipal user, EscalationReports escalations, CancellationToken cancellationToken)
    {
        if (patch.Handled is not { } handled)
            return AdminProblems.Of("handled", "Must be true or false.");

        return await escalations.SetHandledAsync(user.Scope(), id, handled, cancellationToken) is { } escalation
            ? TypedResults.Ok(new EscalationView(escalation))
            : TypedResults.NotFound();
    }
}

/// <summary>A call that needs or needed a person.</summary>
public sealed record EscalationView
{
    /// <summary>Copies an escalation.</summary>
    public EscalationView(EscalationRow escalation)
    {
        Id = escalation.Id;
        Tenant = escalation.TenantSlug;
        TenantId = escalation.TenantId;
        CallId = escalation.CallId;
        Reason = escalation.Reason;
        Summary = escalation.Summary;
        RaisedAt = escalation.RaisedAt;
        HandledAt = escalation.HandledAt;
    }

    /// <summary>Parley's id.</summary>
    public Guid Id { get; }

    /// <summary>The tenant's slug.</summary>
    public string Tenant { get; }

    /// <summary>The tenant's id.</summary>
    public Guid TenantId { get; }

    /// <summary>The call.</summary>
    public Guid CallId { get; }

    /// <summary>Why.</summary>
    public EscalationReason Reason { get; }

    /// <summary>What a person should know.</summary>
    public string Summary { get; }

    /// <summary>When it was raised.</summary>
    public DateTimeOffset RaisedAt { get; }

    /// <summary>When a person dealt with it; null while nobody has.</summary>
    public DateTimeOffset? HandledAt { get; }
}

/// <summary>What can be changed about an escalation.</summary>
/// <param name="Handled">Whether a person has dealt with it; needed.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record EscalationPatch(bool? Handled);
