using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Parley.Providers.Server.Azure;

/// <summary>
/// Azure Speech on the loopback address: recognition and synthesis over WebSockets, synthesis over REST, tokens. It recognises what
/// is really in the audio (<see cref="ToneSpeech"/>) or a scripted text for any audio, checks every message strictly, and fails as told.
/// </summary>
public sealed class AzureServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<WebSocket, bool> sockets = new();
    private LocalServer? server;
    private int tokens;
    private int open;

    /// <summary>The only key that is let in.</summary>
    public string Key { get; init; } = "0123456789abcdef0123456789abcdef";

    /// <summary>Words that can be heard.</summary>
    public ToneSpeech? Vocabulary { get; init; }

    /// <summary>Languages that are recognised.</summary>
    public IReadOnlyList<string> Languages { get; init; } = ["en-US", "es-ES", "he-IL", "ru-RU"];

    /// <summary>Voices that exist.</summary>
    public IReadOnlyList<string> Voices { get; init; } =
        ["en-US-JennyNeural", "en-US-GuyNeural", "es-ES-ElviraNeural", "es-MX-DaliaNeural", "he-IL-HilaNeural", "ru-RU-SvetlanaNeural"];

    /// <summary>Texts of the next phrases, whatever the audio holds: for speech that is not of tones.</summary>
    public ConcurrentQueue<string> Script { get; } = new();

    /// <summary>What goes wrong on the next connections, one each; null for nothing.</summary>
    public ConcurrentQueue<AzureFault?> Faults { get; } = new();

    /// <summary>What goes wrong with the next syntheses, one each; null for nothing.</summary>
    public ConcurrentQueue<AzureSynthesisFault?> SynthesisFaults { get; } = new();

    /// <summary>Wait before each phrase.</summary>
    public TimeSpan PhraseDelay { get; set; }

    /// <summary>How long after the end of the sound a phrase comes at the earliest; zero for at once.</summary>
    public TimeSpan PhraseAfterSound { get; set; }

    /// <summary>Wait between two pieces of a synthesis.</summary>
    public TimeSpan SynthesisGap { get; set; }

    /// <summary>Wait before the first byte of a synthesis.</summary>
    public TimeSpan SynthesisDelay { get; set; }

    /// <summary>Bytes sent at once by a synthesis; no multiple of a telephone frame.</summary>
    public int SynthesisChunkBytes { get; set; } = 333;

    /// <summary>Times the delays.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Recognition connections, refused ones included.</summary>
    public ConcurrentQueue<AzureConnection> Connections { get; } = new();

    /// <summary>Recognition connections that are open.</summary>
    public int OpenConnections => open;

    /// <summary>Texts that were synthesised.</summary>
    public ConcurrentQueue<AzureSynthesis> Syntheses { get; } = new();

    /// <summary>Tokens that were issued.</summary>
    public int TokensIssued => tokens;

    /// <summary>Underlying TCP connections of synthesis requests.</summary>
    public ConcurrentDictionary<string, bool> SynthesisConnections { get; } = new();

    /// <summary>What the client did that the protocol does not allow.</summary>
    public ConcurrentQueue<string> Violations { get; } = new();

    /// <summary>Where it listens.</summary>
    public Uri Address => server!.Address;

    /// <summary>Closes every recognition connection, as the service does with idle ones; none may have a turn open.</summary>
    public async Task CloseConnectionsAsync(int code)
    {
        foreach (var socket in sockets.Keys)
            await socket.CloseOutputAsync((WebSocketCloseStatus)code, "", CancellationToken.None);
    }

    /// <summary>Starts listening.</summary>
    public async Task<AzureServer> StartAsync(Action<ListenOptions>? listen = null)
    {
        server = await LocalServer.StartAsync(Map, listen);
        return this;
    }

    /// <summary>Adds the service's endpoints to a server.</summary>
    public void Map(WebApplication app)
    {
        app.MapMethods("/sts/v1.0/issueToken", ["POST"], IssueTokenAsync);
        foreach (var path in (string[])["/speech/recognition/{mode}/cognitiveservices/v1", "/stt/speech/recognition/{mode}/cognitiveservices/v1",
            "/stt/speech/universal/v2"])
        {
            app.MapMethods(path, ["GET"], RecogniseAsync);
        }

        var synthesis = new AzureSynthesisEndpoint(this);
        app.MapMethods("/cognitiveservices/v1", ["POST"], synthesis.HandleAsync);
        app.MapMethods("/tts/cognitiveservices/v1", ["POST"], synthesis.HandleAsync);
        app.MapMethods("/tts/cognitiveservices/websocket/v1", ["GET"], SynthesiseAsync);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
    }

    /// <summary>Whether the request shows the key or one of the tokens; browsers' clients repeat the header in the query.</summary>
    internal bool IsAuthorized(HttpRequest request)
    {
        var key = request.Headers["Ocp-Apim-Subscription-Key"].FirstOrDefault() ?? request.Query["Ocp-Apim-Subscription-Key"].FirstOrDefault();
        if (key is not null)
            return key == Key;

        var bearer = request.Headers.Authorization.FirstOrDefault() ?? request.Query["Authorization"].FirstOrDefault();
        return bearer?.StartsWith("Bearer token-", StringComparison.Ordinal) == true
            && int.TryParse(bearer["Bearer token-".Length..], CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= tokens;
    }

    private async Task IssueTokenAsync(HttpContext context)
    {
        if (context.Request.Headers["Ocp-Apim-Subscription-Key"] != Key)
            context.Response.StatusCode = 401;
        else
            await context.Response.WriteAsync(FormattableString.Invariant($"token-{Interlocked.Increment(ref tokens)}"));
    }

    private async Task RecogniseAsync(HttpContext context)
    {
        Faults.TryDequeue(out var fault);
        var language = context.Request.Query["language"].FirstOrDefault();
        var status = fault?.UpgradeStatus ?? (!IsAuthorized(context.Request) ? 401
            : language is not null && !Languages.Contains(language) ? 404
            : language is null && context.Request.Query["cid"].Count == 0 ? 400
            : 101);
        var id = context.Request.Headers["X-ConnectionId"].FirstOrDefault() ?? context.Request.Query["X-ConnectionId"].FirstOrDefault() ?? "";
        if (id.Length != 32 || !id.All(char.IsAsciiHexDigit))
            Violations.Enqueue("an upgrade without a connection id of 32 hexadecimal digits");
        if (!context.WebSockets.IsWebSocketRequest)
            Violations.Enqueue("a recognition that is no WebSocket upgrade");

        var connection = new AzureConnection
        {
            ConnectionId = id,
            Query = context.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString()),
            Status = status,
        };
        Connections.Enqueue(connection);
        if (status != 101)
        {
            if (fault?.RetryAfterSeconds is { } seconds)
                context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            context.Response.StatusCode = status;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        Interlocked.Increment(ref open);
        sockets[socket] = true;
        try
        {
            await new AzureRecognitionSession(this, socket, connection, fault ?? new AzureFault()).RunAsync(context);
        }
        finally
        {
            sockets.TryRemove(socket, out _);
            Interlocked.Decrement(ref open);
        }
    }

    private async Task SynthesiseAsync(HttpContext context)
    {
        if (!IsAuthorized(context.Request))
        {
            context.Response.StatusCode = 401;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await new AzureSynthesisSession(this, socket).RunAsync(context.RequestAborted);
    }
}
