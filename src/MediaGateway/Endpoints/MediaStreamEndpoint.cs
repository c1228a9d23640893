using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Parley.MediaGateway.Diagnostics;
using Parley.MediaGateway.Sessions;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Endpoints;

/// <summary><c>GET /twilio/media</c>: where Twilio connects a call's audio.</summary>
internal static class MediaStreamEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/twilio/media", ConnectAsync).ExcludeFromDescription();

    private static async Task ConnectAsync(
        HttpContext http, TwilioRequestGuard guard, ICallAdmission admission, CallRegistry registry, IOptions<GatewayOptions> options,
        GatewayMetrics metrics, TimeProvider clock, ILogger<CallSession> log)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.Headers.Upgrade = "websocket";
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return;
        }

        if (!guard.AllowsUpgrade(http))
        {
            metrics.ConnectionRefused("signature");
            GatewayLog.ConnectionRefused(log, "signature");
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        if (!registry.HasRoom)
        {
            metrics.ConnectionRefused(registry.IsDraining ? "stopping" : "full");
            GatewayLog.ConnectionRefused(log, registry.IsDraining ? "stopping" : "full");
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var session = new CallSession(socket, admission, registry, options.Value, metrics, clock, log);
        if (!await session.RunAsync())
            http.Abort();
    }
}
