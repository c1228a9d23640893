using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Parley.Hosting;
using Parley.Telemetry;

namespace Parley.Tests.Telemetry;

/// <summary>The whole program put together and not started: every instrument is there, no database and no port is.</summary>
internal sealed class TelemetryHost : IAsyncDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("parley-telemetry-").FullName;
    private readonly WebApplication app;

    public TelemetryHost(params (string Key, string Value)[] settings)
    {
        var all = settings.Append(("Database:DataDirectory", data)).Append(("Urls", "http://127.0.0.1:0"))
            .Append(("Logging:LogLevel:Default", "None"));
        app = ParleyApp.Create(all.Select(s => KeyValuePair.Create(s.Item1, (string?)s.Item2)));

        // What a start would make.
        _ = app.Services.GetServices<IHostedService>().ToList();
    }

    public IServiceProvider Services => app.Services;

    public string Page(bool openMetrics = false) => new ExpositionWriter(openMetrics).Write(Services.GetRequiredService<MetricsRegistry>());

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }
}
