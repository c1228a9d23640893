using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Parley.MediaGateway.Diagnostics;

namespace Parley.MediaGateway.Twilio;

/// <summary>Lets only Twilio's requests through to an endpoint: 403 for others, 413 for bodies above <see cref="MaxBodyBytes"/>, 400 for broken ones.</summary>
public sealed class TwilioSignatureFilter(TwilioRequestGuard guard, GatewayMetrics metrics) : IEndpointFilter
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
            return Refuse("too_large", StatusCodes.Status413PayloadTooLarge);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBodyBytes;

        try
        {
            if (!await guard.AllowsAsync(http))
                return Refuse("signature", StatusCodes.Status403Forbidden);

            // Read here, so that a broken form is answered here too.
            if (http.Request.HasFormContentType)
                await http.Request.ReadFormAsync(http.RequestAborted);
        }
        catch (BadHttpRequestException broken)
        {
            return Refuse(broken.StatusCode == StatusCodes.Status413PayloadTooLarge ? "too_large" : "malformed", broken.StatusCode);
        }
        catch (InvalidDataException)
        {
            return Refuse("malformed", StatusCodes.Status400BadRequest);
        }

        return await next(context);
    }

    private IResult Refuse(string reason, int status)
    {
        metrics.WebhookRefused(reason);
        return Results.StatusCode(status);
    }
}
