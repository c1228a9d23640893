using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Parley.Providers.Server.ElevenLabs;

/// <summary>One WebSocket session: text in, audio with alignment out, strictly in the documented order.</summary>
public sealed class ElevenLabsSession : IAsyncDisposable
{
    private readonly WebSocket socket;
    private readonly HttpContext context;
    private readonly bool isKnown;
    private readonly ElevenLabsBehaviour behaviour;
    private readonly Changes changes;
    private readonly StringBuilder pending = new();
    private readonly List<string> messages = [];
    private readonly Lock gate = new();
    private bool begun;
    private bool hangs;
    private int sentBytes;
    private int turn;

    internal ElevenLabsSession(WebSocket socket, HttpContext context, bool isKnown, ElevenLabsBehaviour behaviour, Changes changes)
    {
        this.socket = socket;
        this.context = context;
        this.isKnown = isKnown;
        this.behaviour = behaviour;
        this.changes = changes;
        Path = context.Request.Path;
        Query = context.Request.QueryString.Value ?? "";
    }

    /// <summary>The path, with the voice.</summary>
    public string Path { get; }

    /// <summary>The query string as it came.</summary>
    public string Query { get; }

    /// <summary>Messages that came.</summary>
    public IReadOnlyList<string> Messages
    {
        get
        {
            lock (gate)
                return [.. messages];
        }
    }

    /// <summary>Whether the session is over.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether the client left before the end.</summary>
    public bool WasDropped { get; private set; }

    /// <summary>Breaks the line.</summary>
    public void Cut() => context.Abort();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        IsOver = true;
        changes.Tell();
        return ValueTask.CompletedTask;
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
                lock (gate)
                    messages.Add(Encoding.UTF8.GetString(body.Span));
                changes.Tell();
                if (!await OnMessageAsync(body))
                    return;
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            WasDropped = true;
        }
    }

    private async Task<bool> OnMessageAsync(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var text = root.GetProperty("text").GetString()!;
        if (hangs)
            return true;

        var flush = root.TryGetProperty("flush", out var wanted) && wanted.GetBoolean();
        if (!begun)
        {
            begun = true;
            if (text != " ")
                return await FailAsync("invalid_input_message", 1008);
            return isKnown || await FailAsync(null, 1009);
        }

        if (text.Length == 0)
        {
            if (flush)
                return await FailAsync("invalid_input_message", 1008);
            if (!await SpeakAsync())
                return false;
            await SendAsync("""{"audio":null,"isFinal":true,"normalizedAlignment":null,"alignment":null}""");
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            return false;
        }

        pending.Append(text);
        return !flush || await SpeakAsync();
    }

    private async Task<bool> SpeakAsync()
    {
        var text = pending.ToString();
        pending.Clear();
        if (string.IsNullOrWhiteSpace(text))
            return true;
        if (behaviour.Error is { } error)
            return await FailAsync(error.Error, error.Code);
        if (behaviour.Garbage is { } garbage)
        {
            await SendAsync(garbage);
            return true;
        }

        var audio = ElevenLabsServer.AudioOf(text);
        for (var from = 0; from < audio.Length;)
        {
            if (behaviour.StopsAfterBytes is { } stop && sentBytes >= stop)
            {
                if (behaviour.Hangs)
                    return hangs = true;
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                return false;
            }

            var size = Math.Min(behaviour.ChunkBytes[turn++ % behaviour.ChunkBytes.Count], audio.Length - from);
            await SendAsync(Chunk(text, audio.AsSpan(from, size), from));
            from += size;
            sentBytes += size;
        }

        return true;
    }

    // Characters that begin in the chunk, in times of the chunk.
    private string Chunk(string text, ReadOnlySpan<byte> audio, int from)
    {
        var first = (from + ElevenLabsServer.BytesPerChar - 1) / ElevenLabsServer.BytesPerChar;
        var behind = (from + audio.Length + ElevenLabsServer.BytesPerChar - 1) / ElevenLabsServer.BytesPerChar;
        var chars = Enumerable.Range(first, behind - first).ToArray();
        var alignment = behaviour.HasAlignment
            ? new
            {
                chars = chars.Select(c => text[c].ToString()).ToArray(),
                charStartTimesMs = chars.Select(c => (c * ElevenLabsServer.BytesPerChar - from) / 8).ToArray(),
                charsDurationsMs = chars.Select(_ => ElevenLabsServer.BytesPerChar / 8).ToArray(),
            }
            : null;
        return JsonSerializer.Serialize(new
        {
            audio = Convert.ToBase64String(audio),
            isFinal = (bool?)null,
            normalizedAlignment = alignment,
            alignment,
        });
    }

    private async Task<bool> FailAsync(string? error, int code)
    {
        if (error is not null)
            await SendAsync(JsonSerializer.Serialize(new { message = "A sentence about it.", error, code }));
        await socket.CloseOutputAsync((WebSocketCloseStatus)code, error, CancellationToken.None);
        return false;
    }

    private async Task SendAsync(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var step = behaviour.SendsFragments ? 1000 : bytes.Length;
        for (var i = 0; i < bytes.Length; i += step)
        {
            await socket.SendAsync(
                bytes.AsMemory(i, Math.Min(step, bytes.Length - i)), WebSocketMessageType.Text, i + step >= bytes.Length, CancellationToken.None);
        }
    }
}
