using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Parley.Admin.Api.Auth;

namespace Parley.Admin.Api.Calls;

/// <summary>
/// A call's events as an answer. Written by hand because the framework's result cannot send comments, and a quiet stream needs them.
/// </summary>
internal sealed class CallEventStream(CallFollower follower, Guid callId, int afterOrdinal) : IResult, IEndpointMetadataProvider
{
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(TurnView), ["text/event-stream"]));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "text/event-stream";
        // Proxies such as nginx hold answers back unless told otherwise.
        response.Headers["X-Accel-Buffering"] = "no";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        // The headers go out at once: a reader knows that it is connected before anything is said.
        await response.StartAsync(httpContext.RequestAborted);
        await response.Body.FlushAsync(httpContext.RequestAborted);

        var json = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var token = BearerToken.Read(httpContext.Request.Headers.Authorization)
            ?? throw new InvalidOperationException("The request was let in without a key.");
        try
        {
            await follower.FollowAsync(callId, httpContext.User.Scope(), token, afterOrdinal, SendAsync, httpContext.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The reader went away, which is how most streams end, or the server stops.
        }

        async Task SendAsync(object? item)
        {
            await response.WriteAsync(Format(item, json), httpContext.RequestAborted);
            await response.Body.FlushAsync(httpContext.RequestAborted);
        }
    }

    // JSON as it is written here has no line breaks, so each event is one data line.
    private static string Format(object? item, JsonSerializerOptions json) => item switch
    {
        TurnView turn => string.Create(CultureInfo.InvariantCulture,
            $"id: {turn.Ordinal}\nevent: turn\ndata: {JsonSerializer.Serialize(turn, json)}\n\n"),
        CallEndedEvent ended => $"event: ended\ndata: {JsonSerializer.Serialize(ended, json)}\n\n",
        _ => ": still here\n\n",
    };
}
