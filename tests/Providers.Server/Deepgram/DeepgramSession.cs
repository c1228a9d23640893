using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Parley.Providers.Server.Deepgram;

/// <summary>One connection to the server.</summary>
public sealed class DeepgramSession : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly WebSocket socket;
    private readonly HttpContext context;
    private readonly string id;
    private readonly DeepgramBehaviour behaviour;
    private readonly Changes changes;
    private readonly ToneRecogniser recogniser;
    private readonly SemaphoreSlim writing = new(1);
    private readonly ITimer idle;
    private readonly MemoryStream audio = new();
    private readonly List<string> violations = [];
    private readonly Lock gate = new();

    internal DeepgramSession(
        WebSocket socket, HttpContext context, string id, IReadOnlyList<string> vocabulary, DeepgramBehaviour behaviour, TimeProvider clock, Changes changes)
    {
        this.socket = socket;
        this.context = context;
        this.id = id;
        this.behaviour = behaviour;
        this.changes = changes;
        Query = context.Request.QueryString.Value ?? "";
        var query = context.Request.Query;
        recogniser = new ToneRecogniser(vocabulary, behaviour, new ToneSettings(
            query["model"].ToString(), query["interim_results"] == "true", query["vad_events"] == "true",
            query["endpointing"] == "false" ? -1 : Number(query["endpointing"], 10), Number(query["utterance_end_ms"], 0)), id);
        idle = clock.CreateTimer(_ => _ = CloseAsync(WebSocketCloseStatus.InternalServerError, "NET-0001: no audio and no KeepAlive for 10 s"),
            null, Patience, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The query string as it came.</summary>
    public string Query { get; }

    /// <summary>Audio that came.</summary>
    public byte[] Audio
    {
        get
        {
            lock (gate)
                return audio.ToArray();
        }
    }

    /// <summary>Audio that came, in ms.</summary>
    public int AudioMs => Audio.Length / 8;

    /// <summary><c>KeepAlive</c> messages.</summary>
    public int KeepAlives { get; private set; }

    /// <summary><c>Finalize</c> messages.</summary>
    public int Finalizes { get; private set; }

    /// <summary>Whether <c>CloseStream</c> came.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Whether the connection is over.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The code with which this side closed.</summary>
    public WebSocketCloseStatus? Closed { get; private set; }

    /// <summary>What the client did that the documents forbid.</summary>
    public IReadOnlyList<string> Violations
    {
        get
        {
            lock (gate)
                return [.. violations];
        }
    }

    /// <summary>Sends a message of the test's own.</summary>
    public async Task SendAsync(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        await writing.WaitAsync();
        try
        {
            var step = behaviour.SendsFragments ? 7 : bytes.Length;
            for (var i = 0; i < bytes.Length; i += step)
            {
                var part = bytes.AsMemory(i, Math.Min(step, bytes.Length - i));
                await socket.SendAsync(part, WebSocketMessageType.Text, i + step >= bytes.Length, CancellationToken.None);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The client is gone.
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Closes with a code.</summary>
    public async Task CloseAsync(WebSocketCloseStatus code, string reason)
    {
        Closed = code;
        await writing.WaitAsync();
        try
        {
            await socket.CloseOutputAsync(code, reason, CancellationToken.None);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The client was faster.
        }
        finally
        {
            writing.Release();
            changes.Tell();
        }
    }

    /// <summary>Breaks the line.</summary>
    public void Break() => context.Abort();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await idle.DisposeAsync();
        IsOver = true;
        changes.Tell();
    }

    internal async Task RunAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var (type, body) = await SocketMessages.ReadAsync(socket, buffer);
                if (type == WebSocketMessageType.Close)
                    return;
                if (type == WebSocketMessageType.Binary)
                    await OnAudioAsync(body.ToArray());
                else
                    await OnTextAsync(body);
                changes.Tell();
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            // The client broke off, or we did.
        }
    }

    private async Task OnAudioAsync(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            Violate("an empty binary message");
            await FinishAsync();
            return;
        }

        idle.Change(Patience, Timeout.InfiniteTimeSpan);
        lock (gate)
            audio.Write(bytes);
        foreach (var message in recogniser.Process(bytes))
        {
            if (!behaviour.IsSilent)
                await SendAsync(message);
        }

        if (behaviour.LostAfterMs <= 0 || AudioMs < behaviour.LostAfterMs || Closed is not null)
            return;
        if (behaviour.CloseCode is { } code)
            await CloseAsync(code, behaviour.CloseReason);
        else
            Break();
    }

    private async Task OnTextAsync(ReadOnlyMemory<byte> json)
    {
        switch (TypeOf(json))
        {
            case "KeepAlive":
                KeepAlives++;
                if (audio.Length > 0)
                    idle.Change(Patience, Timeout.InfiniteTimeSpan);
                else
                    Violate("KeepAlive before the first audio, which does not help");
                break;

            case "Finalize":
                Finalizes++;
                var answer = recogniser.Finish(fromFinalize: true);
                if (answer is not null && behaviour is { AnswersFinalize: true, IsSilent: false })
                    await SendAsync(answer);
                break;

            case "CloseStream":
                await FinishAsync();
                break;

            default:
                Violate("an unknown text message");
                break;
        }
    }

    private async Task FinishAsync()
    {
        IsFinished = true;
        if (!behaviour.IsSilent && recogniser.Finish(fromFinalize: false) is { } rest)
            await SendAsync(rest);
        await SendAsync(JsonSerializer.Serialize(new
        {
            type = "Metadata",
            transaction_key = "deprecated",
            request_id = id,
            sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Audio)),
            created = "2026-10-01T09:30:00.000Z",
            duration = recogniser.Seconds,
            channels = 1,
        }));
        await CloseAsync(WebSocketCloseStatus.NormalClosure, "");
    }

    private void Violate(string what)
    {
        lock (gate)
            violations.Add(what);
    }

    private static string? TypeOf(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.GetProperty("type").GetString();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static int Number(string? text, int otherwise) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
