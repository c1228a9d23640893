using Microsoft.AspNetCore.Http;

namespace Parley.Providers.Server.OpenAi.Realtime;

/// <summary><c>GET /v1/realtime?model=</c> as a WebSocket.</summary>
internal static class RealtimeEndpoint
{
    public static async Task ServeAsync(OpenAiServer server, HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await OpenAiError.WriteAsync(context, 400, "invalid_request_error", null, "You must connect with a WebSocket.");
            return;
        }

        var model = (string?)context.Request.Query["model"] ?? "";
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            SubProtocol = context.WebSockets.WebSocketRequestedProtocols.Contains("realtime") ? "realtime" : null,
        });
        var session = new RealtimeSession(server, context, socket, model);
        server.RealtimeSessions.Enqueue(session);
        server.Changes.Tell();
        if (context.Request.Headers.ContainsKey("OpenAI-Beta"))
        {
            await session.ErrorAsync("invalid_request_error", "beta_api_shape_disabled", "The Realtime Beta API is no longer supported.", null, null);
            await session.CloseAsync((System.Net.WebSockets.WebSocketCloseStatus)4000);
        }
        else if (!server.RealtimeModels.Contains(model))
        {
            await session.ErrorAsync("invalid_request_error", "model_not_found", $"The model `{model}` does not exist or you do not have access to it.", null, null);
            await session.CloseAsync((System.Net.WebSockets.WebSocketCloseStatus)4000);
        }
        else
        {
            await session.RunAsync();
        }
    }
}
