using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Parley.Providers.Server;

/// <summary>A web server on a free port of the loopback address, until disposed.</summary>
public sealed class LocalServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private LocalServer(WebApplication app)
    {
        this.app = app;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:41234/</c>.</summary>
    public Uri Address { get; }

    /// <summary>Starts a server with the given endpoints.</summary>
    /// <param name="map">Adds the endpoints.</param>
    /// <param name="listen">More about the listening socket, such as TLS or the protocol.</param>
    public static async Task<LocalServer> StartAsync(Action<WebApplication> map, Action<ListenOptions>? listen = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging(static logging => logging.ClearProviders());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 32 * 1024 * 1024;
            kestrel.Listen(IPAddress.Loopback, 0, socket => listen?.Invoke(socket));
        });
        var app = builder.Build();
        app.UseWebSockets();
        app.UseRouting();
        map(app);
        await app.StartAsync();
        return new LocalServer(app);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Handlers that still hold a response back end with their request's abort; nobody waits for them.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        try
        {
            await app.StopAsync(now.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopped at once, as wished.
        }

        await app.DisposeAsync();
    }
}
