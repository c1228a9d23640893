using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Parley.Calling;
using Parley.Conversation.Stt.Moonshine;
using Parley.Conversation.Vad;
using Parley.Hosting;
using Parley.MediaGateway.Sessions;
using Parley.Persistence.Reporting;
using Spectre.Console;

namespace Parley.EndToEnd.Tests;

/// <summary>The whole server in this process, on a port of its own, with a database of its own.</summary>
public sealed class Server : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly DataFolder? ownFolder;
    private readonly SocketsHttpHandler handler = new() { UseProxy = false };
    private bool stopped;

    private Server(WebApplication app, DataFolder? ownFolder, string key)
    {
        this.app = app;
        this.ownFolder = ownFolder;
        Key = key;
        Http = new HttpClient(handler, disposeHandler: false) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(15) };
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => new(app.Urls.Single());

    /// <summary>An operator's key.</summary>
    public string Key { get; }

    /// <summary>The calls that have a media connection.</summary>
    public CallRegistry Registry => app.Services.GetRequiredService<CallRegistry>();

    /// <summary>For webhooks.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts a server.</summary>
    internal static Task<Server> StartAsync(params (string Key, string? Value)[] settings)
    {
        var folder = new DataFolder();
        return StartAsync(folder.Path, folder, settings);
    }

    /// <summary>Starts a server on data that stay.</summary>
    internal static Task<Server> StartOnAsync(DataFolder folder, params (string Key, string? Value)[] settings) =>
        StartAsync(folder.Path, null, settings);

    private static async Task<Server> StartAsync(string folder, DataFolder? ownFolder, (string Key, string? Value)[] settings)
    {
        Dictionary<string, string?> values = new()
        {
            ["Urls"] = "http://127.0.0.1:0",
            ["Database:DataDirectory"] = folder,
            ["Database:Durable"] = "false",
            ["Tenants:ImportOnEmpty"] = Repository.Tenants,
            ["Logging:LogLevel:Default"] = "None",
            ["Logging:LogLevel:Microsoft"] = "None",
        };
        foreach (var (key, value) in settings)
            values[key] = value;

        var app = ParleyApp.Create(values);
        await app.Services.GetRequiredService<MoonshineSpeechToText>().WarmUpAsync();
        await app.Services.GetRequiredService<SileroVadFactory>().WarmUpAsync();
        await app.StartAsync();
        var key1 = await app.Services.GetRequiredService<ApiKeys>().CreateAsync(TenantScope.Operator, "end to end", default);
        return new Server(app, ownFolder, key1.Secret);
    }

    /// <summary>Makes a key for one of the sample tenants.</summary>
    internal async Task<string> KeyOfATenantAsync()
    {
        var tenant = (await app.Services.GetRequiredService<TenantReports>().ListAsync(TenantScope.Operator, default))[0];
        return (await app.Services.GetRequiredService<ApiKeys>().CreateAsync(TenantScope.Of(tenant.Id), "owner", default)).Secret;
    }

    /// <summary>Plays a script to its end.</summary>
    internal async Task<CallReport> CallAsync(CallScript script, TwilioCallOptions? options = null)
    {
        using var live = new HttpClient(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        var quiet = new CallConsole(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) }), quiet: true);
        return await new CallRunner(options ?? Options(script), Http, new HttpCallResultSource(Address, Key, live), quiet, TimeProvider.System)
            .RunAsync(script, null, TestContext.Current.CancellationToken);
    }

    internal TwilioCallOptions Options(CallScript script) => new()
    {
        Server = Address,
        From = script.From,
        To = script.To,
        DialStatus = script.DialStatus,
        MaxDuration = TimeSpan.FromSeconds(120),
    };

    /// <summary>The owners' API.</summary>
    internal OwnersApi Api => new(Address, Key, Http);

    /// <summary>The call as the owners' API tells it; null when it does not know it.</summary>
    public Task<CallResult?> FindAsync(string callSid) => Api.FindAsync(callSid);

    /// <summary>Reads from the owners' API.</summary>
    public Task<JsonElement> GetAsync(string path) => Api.GetAsync(path);

    /// <summary>Everything of a list whose <paramref name="property"/> has this value.</summary>
    public Task<IReadOnlyList<JsonElement>> ListAsync(string path, string property, string value) => Api.ListAsync(path, property, value);

    /// <summary>Everything stops without letting calls finish, as far as that is possible in one process.</summary>
    public async Task StopHardAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        stopped = true;
        try
        {
            await app.StopAsync(now.Token);
        }
        catch (OperationCanceledException)
        {
            // Asked for.
        }

        await app.DisposeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        handler.Dispose();
        if (!stopped)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        ownFolder?.Dispose();
    }
}
