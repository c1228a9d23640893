using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Parley.Hosting;

/// <summary>
/// Saves changes of threads between a socket and the call's loop: what follows a read runs on the thread that reads. A call's frame costs some ten
/// microseconds of work, less than handing it over. Nothing of Parley's blocks a thread; what computes for long (recognition, synthesis) has threads
/// of its own.
/// </summary>
/// <remarks>
/// The framework's <c>DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS</c> goes one step further, to the thread that polls. It is not set: measured with 800
/// calls, Npgsql waits on it for the end of its own cancel request, which needs the same thread, and all calls stand still. See <c>docs/performance.md</c>.
/// </remarks>
internal static class SocketTuning
{
    /// <summary>For the web server.</summary>
    public static IServiceCollection AddInlineSockets(this IServiceCollection services) =>
        services.Configure<SocketTransportOptions>(o => o.UnsafePreferInlineScheduling = true);

    /// <summary>Lets requests that are not for a WebSocket go on in the thread pool, where they may take their time.</summary>
    public static void UsePoolForRequests(this WebApplication app) => app.Use(async (http, next) =>
    {
        if (!http.WebSockets.IsWebSocketRequest)
            await Task.Yield();
        await next(http);
    });
}
