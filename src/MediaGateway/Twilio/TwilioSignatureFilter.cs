using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Parley.MediaGateway.Twilio;

/// <summary>Lets only Twilio's requests through to an endpoint: 403 for others, 413 for bodies above <see cref="MaxBodyBytes"/>, 400 for broken ones.</summary>
public sealed class TwilioSignatureFilter(TwilioRequestGuard guard) : IEndpointFilter
{
    /// <summary>Largest body, in bytes; Twilio's webhooks have 1 to 3 KB.</summary>
    public const int MaxBodyBytes = 64 * 1024;

    /// <inheritdoc/>
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        var http = context.HttpContext;
        if (http.Request.ContentLength > MaxBodyBytes)
            return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBodyBytes;

        try
        {
            if (!await guard.AllowsAsync(http))
                return Results.StatusCode(StatusCodes.Status403Forbidden);

            // Read here, so that a broken form is answered here too.
            if (http.Request.HasFormContentType)
                await http.Request.ReadFormAsync(http.RequestAborted);
        }
        catch (BadHttpRequestException broken)
        {
            return Results.StatusCode(broken.StatusCode);
        }
        catch (InvalidDataException)
        {
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        }

        return await next(context);
    }
}
