using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Parley.Conversation.Agents;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Conversation.Turns;
using Parley.MediaGateway.Diagnostics;
using Parley.MediaGateway.Sessions;
using Parley.MediaGateway.Twilio;
using Parley.Tests.Common.Calls;

namespace Parley.MediaGateway.Tests.Fakes;

/// <summary>A call that the voice webhook would have announced.</summary>
internal sealed record AnnouncedCall(string CallSid, Guid CallId, string Token);

/// <summary>
/// The call host on a real web server, with scripted speech and stores in memory. The agent says two letters, so that a reply fits into the
/// carrier's buffer and a call needs no real time.
/// </summary>
internal sealed class MediaHost : IAsyncDisposable
{
    public const string TokenKey = "a key of more than thirty-two characters";

    private readonly WebApplication app;
    private readonly int pooledFrames;
    private int lastCall;
    private Func<CallServices, CallServices> spoil = services => services;

    private MediaHost(TimeProvider clock, PipelineOptions options, Dictionary<string, string?> settings)
    {
        Clock = clock;
        Agent = new ScriptedAgent(clock) { Answer = _ => [new AgentEvent.Say("Hi.")] };
        Voice = new ScriptedVoice(clock);
        Recogniser = new ScriptedRecogniser(clock) { Delay = TimeSpan.Zero };

        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders().AddProvider(Log);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = endpoint =>
        {
            var socket = Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets.SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            // Inherited by every connection: what a caller does not read is noticed soon.
            socket.SendBufferSize = 8192;
            return socket;
        });
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton<ICallStore>(Calls);
        builder.Services.AddSingleton<ITenantStore>(Calls);
        builder.Services.AddSingleton<IMessageQueue, NoMessages>();
        builder.Services.AddSingleton(Options.Create(options));
        builder.Services.AddSingleton<ConversationMetrics>();
        builder.Services.AddSingleton(services => spoil(new CallServices(
            Agent, Recogniser, Voice, new LoudnessDetector(), new AdaptiveEndpointing(options.Endpointing), new SpeechInterruption(),
            Journal, services.GetRequiredService<ConversationMetrics>(), clock, services.GetRequiredService<ILoggerFactory>())));
        builder.Services.AddMediaGateway(builder.Configuration);

        app = builder.Build();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
        app.MapMediaGateway();

        // A test that returns fewer frames than it took has lost some: none is made while the pool has some left.
        var frames = Enumerable.Range(0, 1500).Select(_ => AudioFrame.Rent(AudioFormat.Telephone, 160)).ToArray();
        foreach (var frame in frames)
            frame.Dispose();
        pooledFrames = AudioFrame.Pooled;
    }

    public TimeProvider Clock { get; }

    public ScriptedAgent Agent { get; }

    public ScriptedVoice Voice { get; }

    public ScriptedRecogniser Recogniser { get; }

    public MemoryJournal Journal { get; } = new();

    public MemoryCalls Calls { get; } = new();

    public LogList Log { get; } = new();

    public CallRegistry Registry => app.Services.GetRequiredService<CallRegistry>();

    public Uri Address => new(app.Urls.First());

    /// <summary>Why the calls ended, in the order they did.</summary>
    public CallEndReason[] Ends
    {
        get
        {
            lock (Journal.Ends)
                return [.. Journal.Ends.Select(e => e.Reason)];
        }
    }

    public static async Task<MediaHost> StartAsync(
        TimeProvider? clock = null, PipelineOptions? options = null, params (string Name, string Value)[] settings)
    {
        var all = settings.ToDictionary(s => s.Name, s => (string?)s.Value);
        all.TryAdd("Twilio:TokenKey", TokenKey);
        var host = new MediaHost(clock ?? TimeProvider.System, options ?? new PipelineOptions(), all);
        await host.app.StartAsync();
        return host;
    }

    /// <summary>Calls are made of other parts; to be said before the first one.</summary>
    public void Spoil(Func<CallServices, CallServices> with) => spoil = with;

    /// <summary>Announces a call.</summary>
    public AnnouncedCall Announce()
    {
        var callSid = "CA" + Interlocked.Increment(ref lastCall);
        var callId = Guid.CreateVersion7(Clock.GetUtcNow());
        Calls.Add(callSid, new CallSnapshot
        {
            CallId = callId,
            TenantId = Calls.Tenant.Id,
            CallerNumber = "+12125550123",
            CalledNumber = "+12125550101",
            StartedAt = Clock.GetUtcNow(),
        });
        return new AnnouncedCall(callSid, callId, TokenFor(callSid, callId));
    }

    public string TokenFor(string callSid, Guid callId) =>
        app.Services.GetRequiredService<CallTokens>().Issue(new CallToken(callId, callSid, Calls.Tenant.Id));

    /// <summary>Serves a connection that is no real one.</summary>
    public async Task ServeAsync(WebSocket socket)
    {
        var services = app.Services;
        using var session = new CallSession(
            socket, services.GetRequiredService<ICallAdmission>(), Registry, services.GetRequiredService<IOptions<GatewayOptions>>().Value,
            services.GetRequiredService<GatewayMetrics>(), Clock, services.GetRequiredService<ILogger<CallSession>>());
        await session.RunAsync();
    }

    public Task<FakeTwilio> ConnectAsync(FakeTwilioOptions? options = null) => FakeTwilio.ConnectAsync(Address, options ?? new());

    /// <summary>A call that has begun: the agent has greeted and was heard.</summary>
    public async Task<FakeTwilio> CallAsync(FakeTwilioOptions? options = null)
    {
        var caller = await ConnectAsync(options);
        await caller.StartAsync(Announce());
        if (options?.Reads ?? true)
            await Eventually.Holds(() => caller.MediaBytes > 0 && caller.Marks > 0, "the caller is greeted");
        return caller;
    }

    public async Task<HttpStatusCode> ReadyAsync()
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri(Address, "/health/ready"), TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    public Task StopAsync() => app.StopAsync(TestContext.Current.CancellationToken);

    /// <summary>Nothing is left of any call, and each ended once, for the reason given.</summary>
    public async Task VerifyAsync(params CallEndReason[] reasons)
    {
        await Eventually.Holds(() => Registry.Count == 0, "no call is left");
        await Eventually.Holds(() => Recogniser.OpenStreams == 0, "every conversation is disposed");
        Ends.ShouldBe(reasons);
        lock (Journal.Ends)
            Journal.Ends.Select(e => e.CallId).ShouldBeUnique();
        Log.Errors.ShouldBeEmpty();

        // What is still being synthesised for a call that has ended is returned a little later; a frame returned twice never balances.
        await Eventually.Holds(() => AudioFrame.Pooled == pooledFrames, "all frames are returned, each once");
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
