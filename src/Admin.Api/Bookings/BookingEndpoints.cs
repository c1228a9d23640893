using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Parley.Admin.Api.Auth;
using Parley.Admin.Api.Http;
using Parley.Conversation.Tools.Bookings;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Bookings;

/// <summary>Query of <c>GET /api/bookings</c>, as text.</summary>
internal sealed record BookingListQuery(
    string? Tenant, string? Status, string? Resource, string? From, string? To, string? Cursor, string? Limit)
{
    public BookingFilter Read(QueryReader reader)
    {
        var (from, to) = reader.Span(From, To);
        return new BookingFilter
        {
            Tenant = reader.Tenant(Tenant),
            Status = reader.Choice<BookingStatus>("status", Status),
            Resource = Resource,
            From = from,
            To = to,
            After = reader.After(Cursor),
            Limit = reader.Limit(Limit),
        };
    }
}

/// <summary>Bookings of tables, chairs, rooms and practitioners.</summary>
internal static class BookingEndpoints
{
    public static void MapBookings(this IEndpointRouteBuilder api) => api.MapGroup("/bookings").WithTags("Bookings")
        .MapGet("/", ListAsync).WithName("ListBookings").WithSummary("Bookings, the latest time first");

    private static Task<Results<Ok<ItemPage<BookingView>>, ValidationProblem>> ListAsync(
        [AsParameters] BookingListQuery query, ClaimsPrincipal user, BookingReports bookings, CancellationToken cancellationToken) =>
        ItemPage.AnswerAsync(query.Read, filter => bookings.ListAsync(user.Scope(), filter, cancellationToken), static b => new BookingView(b));
}
