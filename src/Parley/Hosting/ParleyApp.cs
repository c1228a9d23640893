using Parley.Admin.Api;
using Parley.Conversation;
using Parley.Conversation.Capture;
using Parley.Conversation.PostCall;
using Parley.Conversation.Tools;
using Parley.Conversation.Tts;
using Parley.Loading.Stub;
using Parley.MediaGateway;
using Parley.MediaGateway.Twilio;
using Parley.Persistence;
using Parley.Persistence.Maintenance;
using Parley.Telemetry;

namespace Parley.Hosting;

/// <summary>Puts the parts together.</summary>
public static class ParleyApp
{
    /// <summary>
    /// Makes the server. Options come from <c>appsettings.json</c> beside the program, from one in the working directory, from the
    /// environment, and from <paramref name="settings"/>, the last one winning.
    /// </summary>
    public static WebApplication Create(IEnumerable<KeyValuePair<string, string?>>? settings = null) => Create(CreateBuilder(settings));

    /// <summary>Makes the server from configuration and logging; <paramref name="replace"/> may put other parts in the place of its own.</summary>
    internal static WebApplication Create(WebApplicationBuilder builder, Action<IServiceCollection>? replace = null)
    {
        builder.Services.AddConversation(builder.Configuration);
        builder.Services.AddTools(builder.Configuration);
        builder.Services.AddMediaGateway(builder.Configuration);
        builder.Services.AddPersistence(builder.Configuration);
        builder.Services.AddSingleton<Func<FinishedCall, PostCallPlan>>(PostCallPlanner.Plan);
        builder.Services.AddAdminApi(builder.Configuration);
        // What the carrier knows this server as, feeds have as well.
        builder.Services.AddOptions<AdminApiOptions>()
            .PostConfigure(admin => admin.PublicBaseUrl ??= CarriersName(builder.Configuration));
        builder.Services.AddTelemetry(builder.Configuration);
        builder.Services.AddOptions<PhraseCacheOptions>()
            .PostConfigure<DatabaseOptions>((cache, data) => cache.Directory ??= Path.Combine(data.DataDirectory, "phrases"));
        builder.Services.AddCaptureRemoval().AddHostedService(static s => s.GetRequiredService<CaptureRemover>());

        var stubs = StubProviders.AreWanted(builder.Configuration);
        if (stubs)
            builder.Services.AddStubProviders();

        replace?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
        app.UsePoolForRequests();
        app.MapMediaGateway();
        app.MapAdminApi();
        app.MapTelemetry();
        if (stubs)
            app.MapLoadStats();
        return app;
    }

    /// <summary>Configuration and logging, for commands that need only some of the parts.</summary>
    public static WebApplicationBuilder CreateBuilder(IEnumerable<KeyValuePair<string, string?>>? settings = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = Directory.GetCurrentDirectory() });
        builder.Configuration
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: false)
            .AddJsonFile(Path.Combine(Directory.GetCurrentDirectory(), "appsettings.json"), optional: true)
            .AddEnvironmentVariables()
            .AddInMemoryCollection(settings ?? []);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(o => o.AddServerHeader = false);
        builder.Services.AddInlineSockets();
        builder.Services.AddRoutingCore();
        builder.Services.AddMetrics();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddParleyLogging();
        return builder;
    }

    /// <summary>Adds where captures lie, and what deletes those of deleted calls.</summary>
    internal static IServiceCollection AddCaptureRemoval(this IServiceCollection services)
    {
        services.AddOptions<CaptureOptions>()
            .PostConfigure<DatabaseOptions>((capture, data) => capture.Directory ??= Path.Combine(data.DataDirectory, "captures"));
        return services.AddSingleton<CaptureRemover>();
    }

    // Read as it stands: options that are wrong are reported all at once, and not by the first that asks for another's.
    private static Uri? CarriersName(ConfigurationManager configuration) =>
        Uri.TryCreate(configuration[$"{TwilioOptions.Section}:{nameof(TwilioOptions.PublicBaseUrl)}"], UriKind.Absolute, out var name) ? name : null;
}
