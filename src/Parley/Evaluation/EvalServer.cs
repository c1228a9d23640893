using System.Globalization;
using Microsoft.Extensions.Options;
using Parley.Calling;
using Parley.Conversation.Llm;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Providers;
using Parley.Conversation.Rag.Ingestion;
using Parley.Conversation.Stores;
using Parley.Conversation.Stt.Moonshine;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;
using Parley.Conversation.Vad;
using Parley.Hosting;
using Parley.Persistence;
using Parley.Persistence.Knowledge;
using Parley.Persistence.Reporting;
using Parley.Persistence.Flags;
using Parley.Persistence.Tenants;

namespace Parley.Evaluation;

/// <summary>
/// The whole server for one evaluation, in this process, on a database that is thrown away: whatever it is configured with for its real work counts
/// here no more than its customers do. Its date is the scenario's.
/// </summary>
internal sealed class EvalServer : IAsyncDisposable
{
    /// <summary>The name that a real model is configured under.</summary>
    private const string RealModel = "eval";

    /// <summary>Where services of businesses stand that fail.</summary>
    private const string FailingServices = "/scenario/services/";

    private const string Silent = "silent";

    private static readonly TimeSpan RecordDeadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(4);

    private readonly WebApplication app;
    private readonly DirectoryInfo folder;
    private readonly ModelSwitch models = new();
    private readonly ToolFaults faults = new();
    private readonly SocketsHttpHandler handler = new() { UseProxy = false };
    private int tenants;

    private EvalServer(EvalModel? model)
    {
        folder = Directory.CreateTempSubdirectory("parley-eval-");
        var builder = ParleyApp.CreateBuilder();
        var settings = Settings(builder.Configuration, model);
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(settings);
        app = ParleyApp.Create(builder, services => faults.Wrap(
            services.AddSingleton<TimeProvider>(Clock).AddKeyedSingleton<ILanguageModel>(ModelSwitch.ConfiguredName, models)));
        app.Map(FailingServices + "{how}", FailAsync);
        Http = new HttpClient(handler, disposeHandler: false) { Timeout = TimeSpan.FromSeconds(15) };
    }

    /// <summary>The server's clock.</summary>
    public ShiftedClock Clock { get; } = new();

    /// <summary>Where it listens.</summary>
    public Uri Address => new(app.Urls.First());

    /// <summary>For its webhooks and its API.</summary>
    public HttpClient Http { get; }

    /// <summary>Its own record of calls, as its owners read it.</summary>
    public ICallResultSource Results { get; private set; } = null!;

    /// <summary>Its bookings, as its owners read them.</summary>
    public BookingList Bookings { get; private set; } = null!;

    /// <summary>Where others book.</summary>
    public BookingDesk Desk { get; private set; } = null!;

    /// <summary>Calls, as the call host keeps them.</summary>
    public ICallStore Calls => app.Services.GetRequiredService<ICallStore>();

    /// <summary>What its calls are made of.</summary>
    public CallServices CallServices => app.Services.GetRequiredService<CallServices>();

    /// <summary>The voice loop's settings.</summary>
    public PipelineOptions PipelineOptions => app.Services.GetRequiredService<IOptions<PipelineOptions>>().Value;

    /// <summary>The real model; null when none is configured.</summary>
    public ILanguageModel? Model => app.Services.GetKeyedService<ILanguageModel>(RealModel);

    /// <summary>Starts a server.</summary>
    /// <param name="model">A real model for the agent and for personas.</param>
    /// <param name="audio">Calls come in as audio: the models that hear are loaded.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<EvalServer> StartAsync(EvalModel? model, bool audio, CancellationToken cancellationToken)
    {
        var server = new EvalServer(model);
        try
        {
            var services = server.app.Services;
            if (audio)
            {
                await services.GetRequiredService<MoonshineSpeechToText>().WarmUpAsync();
                await services.GetRequiredService<SileroVadFactory>().WarmUpAsync();
            }

            await server.app.StartAsync(cancellationToken);
            var key = await services.GetRequiredService<ApiKeys>().CreateAsync(TenantScope.Operator, "evaluation", cancellationToken);
            server.Results = new HttpCallResultSource(server.Address, key.Secret, server.Http);
            server.Bookings = new BookingList(server.Address, key.Secret, server.Http);
            server.Desk = new BookingDesk(
                services.GetRequiredService<IBookingStore>(), services.GetRequiredService<IToolLedger>(), services.GetRequiredService<ToolOptions>(), server.Clock);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Opens a scenario's business for one call: a tenant of its own, so that what one caller books is not in the way of the next, with a number of
    /// its own.
    /// </summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="kind">The agent it has chosen.</param>
    /// <param name="model">What that one talks with.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CallScriptException">Its documents cannot be taken, or a booking that should be there cannot be made.</exception>
    public async Task<Tenant> OpenAsync(Scenario scenario, AgentKind kind, ILanguageModel model, CancellationToken cancellationToken)
    {
        models.To(model);
        faults.To(scenario.Fails);
        var startsAt = scenario.StartsAt.ToDateTimeOffset();
        Clock.Set(startsAt);
        var number = ++tenants;
        var think = new ProviderChoice { Think = [kind == AgentKind.Rules ? ProviderNames.Rules : ModelSwitch.ConfiguredName] };
        var tenant = await app.Services.GetRequiredService<TenantImporter>().ImportAsync(
            scenario.Tenant with
            {
                Slug = $"{scenario.Tenant.Slug}-{number}", Numbers = [$"+1500555{number:0000}"], Providers = think,
                Tools = [.. scenario.Tenant.Tools.Select(tool => scenario.Fails.TryGetValue(tool.Name, out var fault) ? tool with { Url = FailingUrl(fault) } : tool)],
            },
            cancellationToken);
        // The server would notice in a moment; the call may not begin before it has.
        if (tenant.Features is not null)
            await app.Services.GetRequiredService<FeatureFlags>().ReadAsync(cancellationToken);
        if (scenario.Knowledge is { } folder)
            await TeachAsync(tenant, folder, cancellationToken);
        foreach (var booking in scenario.Before)
            await Desk.MakeAsync(tenant, booking, scenario.Now, startsAt, BookingDesk.DayBefore, cancellationToken);
        return tenant;
    }

    /// <summary>Waits until the server's record of a call is complete; what is there when it does not come to that.</summary>
    public async Task<CallResult?> RecordAsync(string carrierId, Func<CallResult, bool> isComplete, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(RecordDeadline);
        CallResult? result = null;
        try
        {
            while (true)
            {
                result = await Results.FindAsync(carrierId, deadline.Token) ?? result;
                if (result is not null && isComplete(result))
                    return result;
                await Task.Delay(PollEvery, Clock, deadline.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return result;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await app.StopAsync(CancellationToken.None);
        }
        catch (DatabaseNotStartedException)
        {
            // It did not come so far.
        }

        await app.DisposeAsync();
        Http.Dispose();
        handler.Dispose();
        folder.Delete(recursive: true);
    }

    private string FailingUrl(ToolFault fault) => new Uri(Address, $"{FailingServices}{(fault.Status is { } status ? $"{status}" : Silent)}").AbsoluteUri;

    private async Task FailAsync(HttpContext context)
    {
        if (int.TryParse((string?)context.GetRouteValue("how"), CultureInfo.InvariantCulture, out var status))
            context.Response.StatusCode = status;
        else
            await Task.Delay(Timeout.InfiniteTimeSpan, Clock, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task TeachAsync(Tenant tenant, string folder, CancellationToken cancellationToken)
    {
        try
        {
            var knowledge = await KnowledgeFolder.ReadAsync(folder, cancellationToken);
            foreach (var document in knowledge.Documents)
                await app.Services.GetRequiredService<KnowledgeSources>().PutAsync(tenant.Id, document, cancellationToken);
            if (knowledge.Catalogue is { } catalogue)
                await app.Services.GetRequiredService<CatalogueStore>().ReplaceAsync(tenant.Id, catalogue, cancellationToken);
        }
        catch (KnowledgeException e)
        {
            throw new CallScriptException($"{folder}: {e.Message}", e);
        }
    }

    private Dictionary<string, string?> Settings(ConfigurationManager configured, EvalModel? model)
    {
        // Where things are installed is the machine's; everything else is the evaluation's.
        var settings = configured.GetSection("Speech").AsEnumerable().Where(s => s.Value is not null).ToDictionary(s => s.Key, s => s.Value);
        settings["Database:PostgresBinDirectory"] = configured["Database:PostgresBinDirectory"];
        settings["Database:DataDirectory"] = folder.FullName;
        settings["Database:Durable"] = "false";
        // A model that fails in one scenario is asked again in the next.
        settings["Providers:Breaker:MinimumRequests"] = "1000";
        // Services of businesses that fail are its own.
        settings["Outgoing:PrivateNetworks:0"] = "127.0.0.0/8";
        // It reads as fast as it can.
        settings["Admin:RequestsPerMinute"] = "1000000";
        settings["Urls"] = "http://127.0.0.1:0";
        settings["Logging:LogLevel:Default"] = "None";
        settings["Logging:LogLevel:Microsoft"] = "None";
        if (model is not null)
        {
            settings[$"Providers:Compatible:{RealModel}:BaseAddress"] = model.Address.ToString();
            settings[$"Providers:Compatible:{RealModel}:Model"] = model.Name;
            settings[$"Providers:Compatible:{RealModel}:ApiKey"] = model.ApiKey;
        }

        return settings;
    }
}

/// <summary>A real model.</summary>
/// <param name="Address">Base address of an OpenAI-compatible server.</param>
/// <param name="Name">The model.</param>
/// <param name="ApiKey">The key; null for a server without.</param>
internal sealed record EvalModel(Uri Address, string Name, string? ApiKey);
