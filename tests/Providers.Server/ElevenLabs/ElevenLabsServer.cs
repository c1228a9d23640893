using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Parley.Providers.Server.ElevenLabs;

/// <summary>
/// ElevenLabs' text to speech on this machine: HTTP streaming and WebSocket input streaming. Each character is spoken for 50 ms as its own
/// code, so that audio tells which text it was made of.
/// </summary>
public sealed class ElevenLabsServer : IAsyncDisposable
{
    /// <summary>The key that is good.</summary>
    public const string Key = "sk_0123456789abcdef0123456789abcdef0123456789abcdef";

    /// <summary>A voice that exists.</summary>
    public const string Voice = "JBFqnCBsd6RMkjVDRZzb";

    /// <summary>Audio of one character, in bytes of mu-law.</summary>
    public const int BytesPerChar = 50 * 8;

    private static readonly HashSet<string> HttpQuery = ["output_format", "enable_logging", "optimize_streaming_latency"];
    private static readonly HashSet<string> HttpFields =
    [
        "text", "model_id", "language_code", "voice_settings", "previous_text", "next_text", "seed", "apply_text_normalization",
        "previous_request_ids", "next_request_ids",
    ];

    private readonly ConcurrentQueue<ElevenLabsSession> sessions = new();
    private readonly ConcurrentQueue<string> requests = new();
    private LocalServer server = null!;

    private ElevenLabsServer()
    {
    }

    /// <summary>Voices that exist.</summary>
    public IReadOnlySet<string> Voices { get; set; } = new HashSet<string> { Voice, "21m00Tcm4TlvDq8ikWAM" };

    /// <summary>Models that exist.</summary>
    public IReadOnlySet<string> Models { get; set; } =
        new HashSet<string> { "eleven_flash_v2_5", "eleven_turbo_v2_5", "eleven_flash_v2", "eleven_multilingual_v2", "eleven_v3" };

    /// <summary>How answers come.</summary>
    public ElevenLabsBehaviour Behaviour { get; set; } = new();

    /// <summary>Requests that are refused next, in order.</summary>
    public ConcurrentQueue<ElevenLabsRefusal> Refusals { get; } = new();

    /// <summary>Bodies of the HTTP requests so far.</summary>
    public IReadOnlyList<string> Requests => [.. requests];

    /// <summary>WebSockets so far.</summary>
    public IReadOnlyList<ElevenLabsSession> Sessions => [.. sessions];

    /// <summary>HTTP requests that the client broke off.</summary>
    public int Aborted { get; private set; }

    /// <summary>Requests that only opened a connection.</summary>
    public int Probes { get; private set; }

    /// <summary>Different connections that brought HTTP requests.</summary>
    public ConcurrentDictionary<string, bool> Connections { get; } = new();

    /// <summary>Changes of the server or a session.</summary>
    public Changes Changes { get; } = new();

    /// <summary>Base address.</summary>
    public Uri Address => server.Address;

    /// <summary>Audio of a text.</summary>
    public static byte[] AudioOf(string text)
    {
        var audio = new byte[text.Length * BytesPerChar];
        for (var i = 0; i < text.Length; i++)
            audio.AsSpan(i * BytesPerChar, BytesPerChar).Fill((byte)(text[i] & 0x7F));
        return audio;
    }

    /// <summary>Starts a server.</summary>
    public static async Task<ElevenLabsServer> StartAsync(Action<ListenOptions>? listen = null)
    {
        var eleven = new ElevenLabsServer();
        eleven.server = await LocalServer.StartAsync(
            app =>
            {
                app.MapPost("/v1/text-to-speech/{voice}/stream", eleven.StreamAsync);
                app.Map("/v1/text-to-speech/{voice}/stream-input", eleven.ListenAsync);
                app.MapMethods("/", ["HEAD"], eleven.ProbeAsync);
            },
            listen);
        return eleven;
    }

    /// <summary>Waits for a state of things.</summary>
    public Task UntilAsync(Func<bool> holds) => Changes.UntilAsync(holds);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => server.DisposeAsync();

    private Task ProbeAsync(HttpContext context)
    {
        Connections[context.Connection.Id] = true;
        Probes++;
        context.Response.StatusCode = 404;
        return Task.CompletedTask;
    }

    private async Task StreamAsync(HttpContext context)
    {
        Connections[context.Connection.Id] = true;
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        requests.Enqueue(body);
        Changes.Tell();
        if ((Refusals.TryDequeue(out var next) ? next : Wrong(context, body)) is { } refusal)
        {
            await RefuseAsync(context, refusal);
            return;
        }

        if (Behaviour.Delay > TimeSpan.Zero)
            await Task.Delay(Behaviour.Delay, TimeProvider.System, context.RequestAborted);
        context.Response.ContentType = Behaviour.ContentType;
        context.Response.Headers["request-id"] = "req_" + Requests.Count;
        await context.Response.StartAsync();
        var text = JsonDocument.Parse(body).RootElement.GetProperty("text").GetString()!;
        var audio = AudioOf(text);
        try
        {
            for (var (sent, turn) = (0, 0); sent < audio.Length; turn++)
            {
                if (Behaviour.StopsAfterBytes is { } stop && sent >= stop)
                {
                    if (Behaviour.Hangs)
                        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
                    context.Abort();
                    return;
                }

                var size = Math.Min(Behaviour.ChunkBytes[turn % Behaviour.ChunkBytes.Count], audio.Length - sent);
                await context.Response.Body.WriteAsync(audio.AsMemory(sent, size), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                sent += size;
            }
        }
        catch (OperationCanceledException)
        {
            Aborted++;
            Changes.Tell();
        }
    }

    private ElevenLabsRefusal? Wrong(HttpContext context, string body)
    {
        if (context.Request.Headers["xi-api-key"] != Key)
            return ElevenLabsRefusal.Of(401, "invalid_api_key");
        if (!Voices.Contains((string)context.Request.RouteValues["voice"]!))
            return ElevenLabsRefusal.Of(404, "voice_not_found");
        if (context.Request.Query.Keys.FirstOrDefault(k => !HttpQuery.Contains(k)) is { } query)
            return ElevenLabsRefusal.Field("query", query);
        if (context.Request.Query["output_format"] != "ulaw_8000")
            return ElevenLabsRefusal.Of(403, "output_format_not_allowed");
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        if (root.EnumerateObject().FirstOrDefault(p => !HttpFields.Contains(p.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } field)
            return ElevenLabsRefusal.Field("body", field.Name);
        if (!root.TryGetProperty("text", out var text) || text.GetString() is not { Length: > 0 })
            return ElevenLabsRefusal.Field("body", "text");
        var model = root.GetProperty("model_id").GetString()!;
        if (!Models.Contains(model))
            return ElevenLabsRefusal.Of(400, "model_not_found");
        return root.TryGetProperty("language_code", out var language) && (!model.Contains("v2_5", StringComparison.Ordinal) || language.GetString()!.Length != 2)
            ? ElevenLabsRefusal.Of(400, "unsupported_language")
            : null;
    }

    private async Task ListenAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var refusal = Refusals.TryDequeue(out var next) ? next
            : context.Request.Headers["xi-api-key"] != Key ? ElevenLabsRefusal.Of(401, "invalid_api_key")
            : query["output_format"] != "ulaw_8000" ? ElevenLabsRefusal.Of(403, "output_format_not_allowed")
            : !context.WebSockets.IsWebSocketRequest ? ElevenLabsRefusal.Of(400, "invalid_request")
            : null;
        if (refusal is not null)
        {
            await RefuseAsync(context, refusal);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var known = Voices.Contains((string)context.Request.RouteValues["voice"]!) && Models.Contains(query["model_id"].ToString())
            && query["model_id"] != "eleven_v3";
        await using var session = new ElevenLabsSession(socket, context, known, Behaviour, Changes);
        sessions.Enqueue(session);
        Changes.Tell();
        await session.RunAsync();
    }

    private static Task RefuseAsync(HttpContext context, ElevenLabsRefusal refusal)
    {
        context.Response.StatusCode = refusal.Status;
        context.Response.ContentType = "application/json";
        if (refusal.RetryAfter is { } after)
            context.Response.Headers.RetryAfter = after;
        return context.Response.WriteAsync(refusal.Body);
    }
}
