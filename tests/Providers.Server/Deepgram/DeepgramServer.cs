using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Parley.Providers.Server.Deepgram;

/// <summary>
/// Deepgram's live API v1 on this machine. It hears a language of its own: mu-law code <c>n</c> held for a while is the word <c>n</c> of
/// <see cref="Vocabulary"/>, everything else is silence. So what it transcribes depends on the audio that really came, byte by byte.
/// </summary>
public sealed class DeepgramServer : IAsyncDisposable
{
    /// <summary>The key that is good.</summary>
    public const string Key = "0123456789abcdef0123456789abcdef01234567";

    private readonly ConcurrentQueue<DeepgramSession> sessions = new();
    private readonly TimeProvider clock;
    private LocalServer server = null!;

    private DeepgramServer(TimeProvider clock) => this.clock = clock;

    /// <summary>Words by their code, at most 100.</summary>
    public IReadOnlyList<string> Vocabulary { get; set; } = [];

    /// <summary>How the next connections behave.</summary>
    public DeepgramBehaviour Behaviour { get; set; } = new();

    /// <summary>What queries may hold.</summary>
    public DeepgramQueryRules Rules { get; set; } = new();

    /// <summary>Upgrades that are refused next, in order.</summary>
    public ConcurrentQueue<DeepgramRefusal> Refusals { get; } = new();

    /// <summary>Behaviours of the next connections, before <see cref="Behaviour"/> holds again.</summary>
    public ConcurrentQueue<DeepgramBehaviour> NextBehaviours { get; } = new();

    /// <summary>Connections so far.</summary>
    public IReadOnlyList<DeepgramSession> Sessions => [.. sessions];

    /// <summary>Changes of the server or a connection.</summary>
    public Changes Changes { get; } = new();

    /// <summary>Base address of the WebSocket API.</summary>
    public Uri Address => new UriBuilder(server.Address) { Scheme = server.Address.Scheme == Uri.UriSchemeHttps ? "wss" : "ws" }.Uri;

    /// <summary>Starts a server.</summary>
    /// <param name="clock">The clock of the 10 s after which a silent client is dropped.</param>
    /// <param name="listen">More about the listening socket.</param>
    public static async Task<DeepgramServer> StartAsync(TimeProvider? clock = null, Action<ListenOptions>? listen = null)
    {
        var deepgram = new DeepgramServer(clock ?? TimeProvider.System);
        deepgram.server = await LocalServer.StartAsync(app => app.Map("/v1/listen", deepgram.ListenAsync), listen);
        return deepgram;
    }

    /// <summary>Waits for a state of things.</summary>
    public Task UntilAsync(Func<bool> holds) => Changes.UntilAsync(holds);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task ListenAsync(HttpContext context)
    {
        var id = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));
        context.Response.Headers["dg-request-id"] = id;
        if (Refusals.TryDequeue(out var refusal))
        {
            await RefuseAsync(context, refusal, id);
            return;
        }

        if (!IsKnown(context.Request))
            await RefuseAsync(context, new DeepgramRefusal(401, "INVALID_AUTH", "Invalid credentials."), id);
        else if (!context.WebSockets.IsWebSocketRequest)
            await RefuseAsync(context, new DeepgramRefusal(400, "Bad Request", "A WebSocket upgrade is expected."), id);
        else if (Rules.Error(context.Request.Query) is { } wrong)
            await RefuseAsync(context, new DeepgramRefusal(400, "Bad Request", wrong), id);
        else
        {
            var protocol = context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault();
            using var socket = await context.WebSockets.AcceptWebSocketAsync(protocol);
            var behaviour = NextBehaviours.TryDequeue(out var next) ? next : Behaviour;
            await using var session = new DeepgramSession(socket, context, id, Vocabulary, behaviour, clock, Changes);
            sessions.Enqueue(session);
            Changes.Tell();
            await session.RunAsync();
        }
    }

    // A header, or for browsers the second subprotocol; temporary tokens are not made here.
    private static bool IsKnown(HttpRequest request) =>
        request.Headers.Authorization == "Token " + Key
        || (request.HttpContext.WebSockets.WebSocketRequestedProtocols is ["token", var key] && key == Key);

    private Task RefuseAsync(HttpContext context, DeepgramRefusal refusal, string id)
    {
        context.Response.StatusCode = refusal.Status;
        context.Response.ContentType = "application/json";
        context.Response.Headers["dg-error"] = refusal.Message;
        if (refusal.RetryAfter is { } after)
            context.Response.Headers.RetryAfter = after;
        Changes.Tell();
        return context.Response.WriteAsync(JsonSerializer.Serialize(new { err_code = refusal.Code, err_msg = refusal.Message, request_id = id }));
    }
}
