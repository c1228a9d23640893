using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Parley.Admin.Api.Http;
using Parley.Persistence.Calendars;

namespace Parley.Admin.Api.Calendars;

/// <summary>
/// <c>GET /calendars/{secret}.ics</c>: a resource's bookings for calendar programs, which can send no key. The secret is the key, so it must stand in no
/// log and no other site may be told of it.
/// </summary>
internal static class CalendarFeedEndpoint
{
    private const string Prefix = "/calendars";

    public static string PathOf(string secret) => $"{Prefix}/{secret}.ics";

    // No extension in the pattern: what follows the last dot is for us to look at.
    public static void MapCalendarFeed(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapMethods($"{Prefix}/{{file}}", [HttpMethods.Get, HttpMethods.Head], GetAsync).AllowAnonymous().ExcludeFromDescription();

    private static async Task<IResult> GetAsync(string file, HttpContext http, CalendarFeeds feeds, CalendarFeedBudget budget)
    {
        SecurityHeaders.Set(http.Response);
        if (!budget.TryTake(http.Connection.RemoteIpAddress))
        {
            http.Response.Headers.RetryAfter = "60";
            return TypedResults.StatusCode(StatusCodes.Status429TooManyRequests);
        }

        string? text;
        try
        {
            text = file.EndsWith(".ics", StringComparison.Ordinal) ? await feeds.ReadAsync(file[..^4], http.RequestAborted) : null;
        }
        catch (Exception e) when (DatabaseAway.Is(e) || e is TimeoutException)
        {
            return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        if (text is null)
            return TypedResults.NotFound();
        var bytes = Encoding.UTF8.GetBytes(text);
        http.Response.Headers.CacheControl = "private, no-cache";
        // Answers 304 when the program has this one already, and to HEAD without a body.
        return TypedResults.Bytes(
            bytes, "text/calendar; charset=utf-8", entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}\""));
    }
}
