using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Parley.Hosting;

/// <summary>
/// Has what follows a read from a socket run on the thread that saw the bytes, instead of on one of the pool: a call's frame costs some ten
/// microseconds of work, less than the hand-over and the spinning of pool threads that wait for the next one. Nothing of Parley's blocks a
/// thread; what computes for long (recognition, synthesis) has threads of its own. With <c>UnfairSemaphoreSpinLimit</c> in
/// <c>runtimeconfig.template.json</c> this takes half of the processor time of a call; see <c>docs/performance.md</c>.
/// </summary>
internal static class SocketTuning
{
    // Read once by the framework, before the first socket; there is no other switch. What the environment says is left as it is.
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>For the process; before its first socket.</summary>
    public static void Apply()
    {
        if (Environment.GetEnvironmentVariable(InlineCompletions) is null)
            Environment.SetEnvironmentVariable(InlineCompletions, "1");
    }

    /// <summary>For the web server. Requests other than media streams go on in the pool, where they may take their time.</summary>
    public static IServiceCollection AddInlineSockets(this IServiceCollection services) =>
        services.Configure<SocketTransportOptions>(o => o.UnsafePreferInlineScheduling = true);

    /// <summary>Sends requests that are not for a WebSocket to the thread pool.</summary>
    public static void UsePoolForRequests(this WebApplication app) => app.Use(async (http, next) =>
    {
        if (!http.WebSockets.IsWebSocketRequest)
            await Task.Yield();
        await next(http);
    });
}
