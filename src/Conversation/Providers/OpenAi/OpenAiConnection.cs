using System.ClientModel;
using System.ClientModel.Primitives;
using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Security;
using OpenAI;

namespace Parley.Conversation.Providers.OpenAi;

/// <summary>
/// The connections to one server, shared by all calls and capabilities: pooled, kept alive, closed when idle. The library's own retries are off; the
/// chain of providers decides what to do instead, and sooner.
/// </summary>
internal sealed class OpenAiConnection : IDisposable
{
    private static readonly Uri DefaultAddress = new("https://api.openai.com/v1");
    private static readonly TimeSpan KeepIdle = TimeSpan.FromMinutes(5);

    // After so long without use a connection may have been closed by the other side.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(45);

    private readonly ConcurrentDictionary<long, OpenAIClient> clients = new();
    private readonly SocketsHttpHandler handler;
    private readonly TimeProvider clock;
    private long warmedAt;

    /// <summary>Makes one; nothing is opened yet.</summary>
    /// <param name="name">The provider's name in configuration.</param>
    /// <param name="options">Its settings, validated.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="trust">Judges certificates in place of the system; null for the system.</param>
    public OpenAiConnection(string name, OpenAiOptions options, TimeProvider clock, RemoteCertificateValidationCallback? trust = null)
    {
        Name = name;
        Options = options;
        this.clock = clock;
        Errors = new OpenAiErrors(name, clock);
        handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromMilliseconds(options.ConnectTimeoutMs),
            PooledConnectionIdleTimeout = KeepIdle,
            // Addresses change: a connection does not live for ever.
            PooledConnectionLifetime = TimeSpan.FromMinutes(30),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            EnableMultipleHttp2Connections = true,
            MaxConnectionsPerServer = 256,
            UseCookies = false,
            AllowAutoRedirect = false,
        };
        if (trust is not null)
            handler.SslOptions.RemoteCertificateValidationCallback = trust;
    }

    /// <summary>The provider's name in configuration.</summary>
    public string Name { get; }

    /// <summary>The provider's settings.</summary>
    public OpenAiOptions Options { get; }

    /// <summary>Says what a failure means.</summary>
    public OpenAiErrors Errors { get; }

    /// <summary>Whether the server is only compatible: it may know no newer fields.</summary>
    public bool IsCompatible => Name != OpenAiOptions.OpenAi;

    private Uri Address => Options.BaseAddress ?? DefaultAddress;

    // The library wants a key even where the server wants none.
    private string Key => Options.ApiKey is { Length: > 0 } key ? key : "none";

    /// <summary>A client whose answers have at most <paramref name="mostBytes"/> bytes.</summary>
    public OpenAIClient Client(long mostBytes) => clients.GetOrAdd(mostBytes, most => new OpenAIClient(
        new ApiKeyCredential(Key),
        new OpenAIClientOptions
        {
            Endpoint = Address,
            NetworkTimeout = TimeSpan.FromMilliseconds(Options.TimeoutMs),
            RetryPolicy = new ClientRetryPolicy(0),
            Transport = new HttpClientPipelineTransport(Http(most)),
            UserAgentApplicationId = "Parley",
        }));

    /// <summary>The model to use: the tenant's, else the configured one.</summary>
    public string Model(ProviderChoice? choice, string configured) =>
        choice is not null && choice.Models.TryGetValue(Name, out var model) && model.Length > 0 ? model : configured;

    /// <summary>Opens a connection, unless one was opened a moment ago. Never fails.</summary>
    public async Task PrewarmAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetTimestamp();
        var before = Interlocked.Read(ref warmedAt);
        if (before != 0 && clock.GetElapsedTime(before, now) < Fresh)
            return;
        if (Interlocked.CompareExchange(ref warmedAt, now, before) != before)
            return;

        using var http = Http(1024 * 1024);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = clock.CreateTimer(
            static state => ((CancellationTokenSource)state!).Cancel(), limit, TimeSpan.FromMilliseconds(Options.ConnectTimeoutMs), Timeout.InfiniteTimeSpan);
        // Costs nothing and reads nothing; what it answers does not matter.
        using var request = new HttpRequestMessage(HttpMethod.Head, Address.AbsoluteUri.TrimEnd('/') + "/models");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            // The call's own first request tells.
            Interlocked.Exchange(ref warmedAt, 0);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handler.Dispose();

    private HttpClient Http(long most) =>
        new(new AnswerLimit(most, handler), disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
}
