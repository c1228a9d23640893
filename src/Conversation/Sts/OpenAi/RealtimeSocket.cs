using System.Buffers;
using System.Net.WebSockets;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Sts.OpenAi;

/// <summary>A WebSocket to the Realtime API: text messages, one JSON event each. One reader and one writer.</summary>
internal sealed class RealtimeSocket : IAsyncDisposable
{
    // A second of audio is 11 kB of base64; an answer's end repeats its words, and a session's beginning its instructions.
    private const int MostMessageBytes = 4 * 1024 * 1024;

    private readonly ClientWebSocket socket;
    private byte[] received = ArrayPool<byte>.Shared.Rent(16 * 1024);
    private int disposed;

    private RealtimeSocket(ClientWebSocket socket)
    {
        this.socket = socket;
    }

    /// <summary>Whether it is still good, as far as can be told without using it.</summary>
    public bool IsOpen => socket.State == WebSocketState.Open;

    /// <summary>Connects.</summary>
    /// <exception cref="ProviderException">Refused, not reached, or not in time.</exception>
    public static async Task<RealtimeSocket> OpenAsync(Uri address, RealtimeOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (options.ApiKey is { Length: > 0 } key)
            socket.Options.SetRequestHeader("Authorization", "Bearer " + key);
        socket.Options.SetRequestHeader("User-Agent", "Parley");

        // A line that is dead without having been closed is noticed after 15 s at most.
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(10);
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(5);
        using var late = new CancellationTokenSource(TimeSpan.FromMilliseconds(options.ConnectTimeoutMs), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            await socket.ConnectAsync(address, either.Token);
            socket.HttpResponseHeaders = null;
            return new RealtimeSocket(socket);
        }
        catch (Exception e)
        {
            var error = RealtimeErrors.OfConnect(socket, e, clock.GetUtcNow());
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            if (late.IsCancellationRequested)
                throw RealtimeErrors.Error(ProviderErrorKind.Timeout, $"No connection within {options.ConnectTimeoutMs} ms.", inner: e);
            if (!ConnectionFailure.IsConnection(e))
                throw;
            throw error;
        }
    }

    /// <summary>Sends an event.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        socket.SendAsync(json, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, cancellationToken);

    /// <summary>The next event; valid until the next call.</summary>
    /// <exception cref="ProviderException">The connection broke or was closed, or something else than text came.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(received.AsMemory(length), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
                throw RealtimeErrors.OfClose(socket.CloseStatus);
            length += part.Count;
            if (part.EndOfMessage)
                return part.MessageType == WebSocketMessageType.Text ? received.AsMemory(0, length) : throw RealtimeErrors.Malformed();
            if (length == received.Length)
                Grow();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return ValueTask.CompletedTask;

        // Nobody waits for the answer to a close.
        socket.Abort();
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Grow()
    {
        if (received.Length >= MostMessageBytes)
            throw RealtimeErrors.Error(ProviderErrorKind.TooLarge, $"A message is larger than {MostMessageBytes} bytes.");
        var larger = ArrayPool<byte>.Shared.Rent(received.Length * 2);
        received.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(received);
        received = larger;
    }
}
