using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Parley.Conversation.PostCall;
using Parley.Conversation.Rag;
using Parley.Persistence;
using Parley.Persistence.Signals;

namespace Parley.Admin.Api.Tests;

/// <summary>The API on a real Kestrel, on a free port of this machine.</summary>
public sealed class AdminHost : IAsyncDisposable
{
    private readonly WebApplication app;

    private AdminHost(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.Single());

    public IReadOnlyList<RouteEndpoint> Endpoints =>
        [.. app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    public static Task<AdminHost> StartAsync(
        Database database, DatabaseSignals signals, TimeProvider? time = null, params (string Key, string Value)[] settings) =>
        StartAsync(database, signals, _ => { }, time, settings);

    /// <summary>Starts the API beside endpoints of the program around it.</summary>
    public static async Task<AdminHost> StartAsync(
        Database database, DatabaseSignals signals, Action<WebApplication> map, TimeProvider? time = null,
        params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions
            {
                EnvironmentName = settings.FirstOrDefault(s => s.Key == "environment").Value ?? Environments.Production,
            });
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Error);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddPersistence(builder.Configuration);
        builder.Services.AddKnowledge(builder.Configuration);
        builder.Services.AddSingleton<Func<FinishedCall, PostCallPlan>>(_ => new PostCallPlan(null, []));
        // The tests' database is up already, and these stand in for what would start another.
        builder.Services.RemoveAll<IHostedService>();
        builder.Services.AddSingleton(database);
        builder.Services.AddSingleton(signals);
        builder.Services.AddAdminApi(builder.Configuration);
        var app = builder.Build();
        app.MapAdminApi();
        map(app);
        await app.StartAsync();
        return new AdminHost(app);
    }

    public HttpClient Client(string? key = null)
    {
        var client = new HttpClient { BaseAddress = Address };
        if (key is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public Task StopAsync() => app.StopAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
