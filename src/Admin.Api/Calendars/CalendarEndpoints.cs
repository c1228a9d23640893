using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Parley.Admin.Api.Auth;
using Parley.Admin.Api.Http;
using Parley.Admin.Api.Tenants;
using Parley.Persistence.Calendars;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Calendars;

/// <summary>Where the bookings of a tenant's resources can be subscribed to, and how its calendars elsewhere are read.</summary>
internal static class CalendarEndpoints
{
    public static void MapCalendars(this IEndpointRouteBuilder api) => api.MapGroup("/tenants/{tenant}/calendars").WithTags("Calendars")
        .MapGet("/", ListAsync).WithName("ListCalendars").WithSummary("The resources' calendar feeds, whose addresses are secrets, and calendars elsewhere");

    private static async Task<Results<Ok<ItemPage<CalendarView>>, NotFound>> ListAsync(
        string tenant, ClaimsPrincipal user, TenantReports tenants, CalendarFeeds feeds, CalendarSources sources, IOptions<AdminApiOptions> options,
        CancellationToken cancellationToken)
    {
        if (await tenants.FindBySlugOrIdAsync(user.Scope(), tenant, cancellationToken) is not { } found)
            return TypedResults.NotFound();
        var states = (await sources.OfTenantAsync(found.Id, cancellationToken)).ToDictionary(static s => s.Resource, StringComparer.Ordinal);
        var calendars = (found.Booking?.Resources ?? []).ToDictionary(static r => r.Name, static r => r.Calendar, StringComparer.Ordinal);
        var items = new List<CalendarView>();
        foreach (var (resource, secret) in await feeds.SecretsAsync(found, cancellationToken))
        {
            var state = calendars[resource] is null ? null : states.GetValueOrDefault(resource);
            items.Add(new CalendarView
            {
                Resource = resource,
                Feed = $"{options.Value.PublicBaseUrl?.AbsoluteUri.TrimEnd('/')}{CalendarFeedEndpoint.PathOf(secret)}",
                Elsewhere = calendars[resource] is not { } elsewhere ? null : elsewhere.WithoutSecret().Ics ?? "Google Calendar",
                ReadAt = state?.ReadAt,
                Error = state?.Error,
                FailingSince = state?.FailingSince,
            });
        }

        return TypedResults.Ok(new ItemPage<CalendarView>(items, NextCursor: null));
    }
}
