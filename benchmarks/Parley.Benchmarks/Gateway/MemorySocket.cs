using System.Net.WebSockets;
using System.Threading.Tasks.Sources;

namespace Parley.Benchmarks.Gateway;

/// <summary>
/// The server's end of a WebSocket without a wire: messages are handed to whoever receives, on the thread that hands them over, and what is
/// sent is counted. Allocates nothing.
/// </summary>
internal sealed class MemorySocket : WebSocket, IValueTaskSource<ValueWebSocketReceiveResult>
{
    private ManualResetValueTaskSourceCore<ValueWebSocketReceiveResult> receiving;
    private Memory<byte> destination;
    private volatile bool waits;
    private WebSocketState state = WebSocketState.Open;
    private volatile int sent;

    /// <summary>Messages sent to the carrier.</summary>
    public int Sent => sent;

    public override WebSocketCloseStatus? CloseStatus => null;

    public override string? CloseStatusDescription => null;

    public override WebSocketState State => state;

    public override string? SubProtocol => null;

    /// <summary>Hands over a text message; waits until somebody receives.</summary>
    public void Deliver(ReadOnlySpan<byte> message)
    {
        Spin.Until(this, static socket => socket.waits);
        waits = false;
        message.CopyTo(destination.Span);
        receiving.SetResult(new ValueWebSocketReceiveResult(message.Length, WebSocketMessageType.Text, endOfMessage: true));
    }

    public override ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (state == WebSocketState.CloseSent)
        {
            state = WebSocketState.Closed;
            return new(new ValueWebSocketReceiveResult(0, WebSocketMessageType.Close, endOfMessage: true));
        }

        receiving.Reset();
        destination = buffer;
        var result = new ValueTask<ValueWebSocketReceiveResult>(this, receiving.Version);
        waits = true;
        return result;
    }

    public override ValueTask SendAsync(
        ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref sent);
        return default;
    }

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        state = WebSocketState.CloseSent;
        return Task.CompletedTask;
    }

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public override Task SendAsync(
        ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public override void Abort() => state = WebSocketState.Aborted;

    public override void Dispose()
    {
    }

    ValueWebSocketReceiveResult IValueTaskSource<ValueWebSocketReceiveResult>.GetResult(short token) => receiving.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ValueWebSocketReceiveResult>.GetStatus(short token) => receiving.GetStatus(token);

    void IValueTaskSource<ValueWebSocketReceiveResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        receiving.OnCompleted(continuation, state, token, flags);
}
