using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Parley.Calling;

namespace Parley.Tests.Calling;

/// <summary>A request that reached the fake server.</summary>
internal sealed record FakeRequest(string Path, Dictionary<string, string> Form, string? Signature);

/// <summary>A small Parley: webhooks with prepared TwiML, a media stream played by a test, a record of the call.</summary>
internal sealed class FakeParley : IAsyncDisposable
{
    private readonly WebApplication app;

    private FakeParley(WebApplication app) => this.app = app;

    public Uri Url => new(app.Urls.Single());

    public ConcurrentQueue<FakeRequest> Requests { get; } = new();

    public Dictionary<string, string> Twiml { get; } = new()
    {
        ["/twilio/voice"] = """
            <Response><Connect action="/twilio/after-stream"><Stream url="ws://HOST/twilio/media" name="agent"
            statusCallback="http://HOST/twilio/stream-status"><Parameter name="callToken" value="t0k&amp;en"/></Stream></Connect></Response>
            """,
        ["/twilio/after-stream"] = "<Response><Hangup/></Response>",
    };

    public string ContentType { get; set; } = "text/xml";

    public Func<FakeStream, Task> Stream { get; set; } = _ => Task.CompletedTask;

    public Func<string, (int Status, string Json)> Record { get; set; } = _ => (404, "{}");

    public HeaderDictionary? StreamHeaders { get; private set; }

    public static async Task<FakeParley> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var fake = new FakeParley(app);
        app.UseWebSockets();
        app.MapGet("/twilio/media", fake.MediaAsync);
        app.MapGet("/api/calls/by-carrier/{sid}", (string sid, HttpRequest request) =>
        {
            var (status, json) = request.Headers.Authorization == "Bearer key" ? fake.Record(sid) : (401, "{}");
            return Results.Content(json, "application/json", statusCode: status);
        });
        app.MapPost("/{**path}", fake.WebhookAsync);
        await app.StartAsync();
        return fake;
    }

    public IEnumerable<FakeRequest> To(string path) => Requests.Where(r => r.Path == path);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task<IResult> WebhookAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        Requests.Enqueue(new FakeRequest(
            request.Path, form.ToDictionary(f => f.Key, f => f.Value.ToString()), request.Headers["X-Twilio-Signature"]));
        return Twiml.TryGetValue(request.Path, out var twiml)
            ? Results.Content(twiml.Replace("HOST", request.Host.Value, StringComparison.Ordinal), ContentType)
            : Results.NoContent();
    }

    private async Task MediaAsync(HttpContext context)
    {
        // The server takes its own collection back with the request.
        StreamHeaders = new HeaderDictionary(context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase));
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var stream = new FakeStream(socket);
        var reading = stream.ReadAllAsync();
        await Stream(stream);
        await stream.CloseAsync();
        await reading;
    }
}

/// <summary>The server's end of a media stream.</summary>
internal sealed class FakeStream(WebSocket socket)
{
    private readonly Channel<JsonNode> incoming = Channel.CreateUnbounded<JsonNode>();

    public List<JsonNode> All { get; } = [];

    public string Sid { get; private set; } = "";

    public WebSocketCloseStatus? CloseStatus => socket.CloseStatus;

    public async Task ReadAllAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var got = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (got.MessageType == WebSocketMessageType.Close)
                    break;
                var message = JsonNode.Parse(buffer.AsSpan(0, got.Count))!;
                if ((string?)message["event"] == "start")
                    Sid = (string)message["streamSid"]!;
                All.Add(message);
                incoming.Writer.TryWrite(message);
            }
        }
        catch (WebSocketException)
        {
        }

        incoming.Writer.TryComplete();
    }

    /// <summary>The next message of this kind that fits, skipping others; null when the stream is over.</summary>
    public async Task<JsonNode?> NextAsync(string kind, Func<JsonNode, bool>? fits = null)
    {
        await foreach (var message in incoming.Reader.ReadAllAsync())
        {
            if ((string?)message["event"] == kind && fits?.Invoke(message) != false)
                return message;
        }

        return null;
    }

    public Task<JsonNode?> MarkAsync(string name) => NextAsync("mark", m => (string?)m["mark"]!["name"] == name);

    /// <summary>Waits until the caller has spoken and fallen silent.</summary>
    public async Task HearAsync()
    {
        await NextAsync("media", IsSound);
        await NextAsync("media", m => !IsSound(m));
    }

    public Task SendAsync(string text, WebSocketMessageType type = WebSocketMessageType.Text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text.Replace("SID", Sid, StringComparison.Ordinal)), type, true, CancellationToken.None);

    public async Task SpeakAsync(int ms, string mark)
    {
        await SendAsync($$$"""{"event":"media","streamSid":"SID","media":{"payload":"{{{Convert.ToBase64String(Sounds.Tone(ms))}}}"}}""");
        await SendAsync($$$"""{"event":"mark","streamSid":"SID","mark":{"name":"{{{mark}}}"}}""");
    }

    public Task ClearAsync() => SendAsync("""{"event":"clear","streamSid":"SID"}""");

    public async Task CloseAsync()
    {
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    private static bool IsSound(JsonNode media) =>
        SpeechLevel.IsSound(Convert.FromBase64String((string)media["media"]!["payload"]!));
}
