using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Parley.Admin.Api.Http;

/// <summary>Turns whatever goes wrong under <c>/api</c> into problem details (RFC 9457), without internals.</summary>
internal static class AdminProblems
{
    /// <summary>When to come back after the database was away: longer than a failover's first retry, short enough for a person.</summary>
    private static readonly TimeSpan DatabaseRetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Adds the handlers; they have to be outside routing, so that unknown paths and wrong methods are answered too.</summary>
    public static void Use(IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = context => WriteAsync(context, context.Features.Get<IExceptionHandlerFeature>()?.Error),
            // A server that is away is reported by the health check, not by a stack trace for every request.
            SuppressDiagnosticsCallback = e => e.Exception is BadHttpRequestException || DatabaseAway.Is(e.Exception),
        });
        app.UseStatusCodePages(context => WriteAsync(context.HttpContext, context.HttpContext.Response.StatusCode));
    }

    /// <summary>Answers for an exception.</summary>
    public static Task WriteAsync(HttpContext context, Exception? exception)
    {
        // The exception handler clears the headers that were set on the way in.
        SecurityHeaders.Set(context.Response);
        switch (exception)
        {
            case BadHttpRequestException bad:
                return WriteAsync(context, bad.StatusCode);
            case not null when DatabaseAway.Is(exception):
                context.Response.Headers[HeaderNames.RetryAfter] =
                    ((int)DatabaseRetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                return WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The database is away; try again shortly.");
            default:
                return WriteAsync(context, StatusCodes.Status500InternalServerError);
        }
    }

    /// <summary>What is wrong with one field.</summary>
    public static ValidationProblem Of(string field, params string[] errors) =>
        TypedResults.ValidationProblem(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = errors });

    private static Task WriteAsync(HttpContext context, int statusCode, string? detail = null) =>
        TypedResults.Problem(detail ?? DefaultDetail(statusCode), statusCode: statusCode).ExecuteAsync(context);

    private static string? DefaultDetail(int statusCode) => statusCode switch
    {
        StatusCodes.Status400BadRequest => "The request could not be read.",
        StatusCodes.Status401Unauthorized => "A valid API key is needed: Authorization: Bearer <key>.",
        StatusCodes.Status403Forbidden => "This needs an operator's key.",
        StatusCodes.Status413PayloadTooLarge => "The body is too large.",
        StatusCodes.Status415UnsupportedMediaType => "The body has to be application/json.",
        StatusCodes.Status429TooManyRequests => "Too many requests with this key; Retry-After says when to go on.",
        _ => null,
    };
}
