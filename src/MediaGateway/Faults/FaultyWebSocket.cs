using System.Net.WebSockets;
using System.Threading.Channels;
using Parley.Conversation.Faults;

namespace Parley.MediaGateway.Faults;

/// <summary>
/// A connection over a bad network: messages in both directions are late, lost, doubled, swapped or damaged, the connection breaks, or lives on
/// without passing anything. For the caller's end, in tests and in <c>parley call --fault</c>.
/// </summary>
/// <remarks>
/// Damaged messages stay valid text: a real network does not damage the bytes of TCP, so what is meant is a peer that writes nonsense. Small messages
/// only: each is kept whole.
/// </remarks>
public sealed class FaultyWebSocket : WebSocket
{
    // Whoever sends faster than the network takes waits here, as at a full send buffer.
    private const int QueueLength = 512;

    private readonly WebSocket inner;
    private readonly Lane outbound;
    private readonly Lane inbound;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource over = new();
    private readonly MemoryStream draft = new();
    private Task? reading;
    private Task? writing;
    private Message? current;
    private int position;
    private volatile bool isHalfOpen;

    /// <summary>Puts a bad network before <paramref name="inner"/>, which it owns.</summary>
    /// <param name="inner">The connection.</param>
    /// <param name="outbound">Faults of what is sent.</param>
    /// <param name="inbound">Faults of what is received.</param>
    /// <param name="clock">The clock of delays.</param>
    public FaultyWebSocket(WebSocket inner, FaultInjector outbound, FaultInjector inbound, TimeProvider clock)
    {
        (this.inner, this.outbound, this.inbound, this.clock) = (inner, new Lane(outbound), new Lane(inbound), clock);
    }

    /// <inheritdoc/>
    public override WebSocketCloseStatus? CloseStatus => inner.CloseStatus;

    /// <inheritdoc/>
    public override string? CloseStatusDescription => inner.CloseStatusDescription;

    /// <inheritdoc/>
    public override WebSocketState State => inner.State;

    /// <inheritdoc/>
    public override string? SubProtocol => inner.SubProtocol;

    /// <inheritdoc/>
    public override void Abort()
    {
        over.Cancel();
        inner.Abort();
    }

    /// <inheritdoc/>
    public override async Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        await CloseOutputAsync(closeStatus, statusDescription, cancellationToken);
        var buffer = new byte[4096];
        while ((await ReceiveAsync(new ArraySegment<byte>(buffer), cancellationToken)).MessageType != WebSocketMessageType.Close)
        {
            // What comes before the other side's close has nobody to read it.
        }
    }

    /// <inheritdoc/>
    public override async Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        await outbound.FlushAsync(over.Token);
        outbound.Queue.Writer.TryComplete();
        await (writing ?? Task.CompletedTask).WaitAsync(cancellationToken);
        if (!isHalfOpen)
            await inner.CloseOutputAsync(closeStatus, statusDescription, cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task SendAsync(
        ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        draft.Write(buffer);
        if (!endOfMessage)
            return;

        var bytes = draft.ToArray();
        draft.SetLength(0);
        var fate = outbound.Faults.Next();
        if (Stops(fate))
            throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely);
        if (isHalfOpen)
            return;

        writing ??= WriteAllAsync();
        try
        {
            await outbound.PassAsync(new Message(bytes, messageType, clock.GetTimestamp(), fate.Wait), fate, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely);
        }
    }

    /// <inheritdoc/>
    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        reading ??= ReadAllAsync();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        if (current is null)
        {
            try
            {
                current = await inbound.Queue.Reader.ReadAsync(either.Token);
            }
            catch (ChannelClosedException)
            {
                throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely);
            }

            position = 0;
            await WaitAsync(current, either.Token);
        }

        var message = current;
        if (message.Type == WebSocketMessageType.Close)
        {
            current = null;
            return new WebSocketReceiveResult(0, WebSocketMessageType.Close, true, inner.CloseStatus, inner.CloseStatusDescription);
        }

        var count = Math.Min(buffer.Count, message.Bytes.Length - position);
        message.Bytes.AsSpan(position, count).CopyTo(buffer);
        position += count;
        var isEnd = position == message.Bytes.Length;
        if (isEnd)
            current = null;
        return new WebSocketReceiveResult(count, message.Type, isEnd);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        over.Cancel();
        inner.Dispose();
        draft.Dispose();
        over.Dispose();
    }

    private bool Stops(in Fate fate)
    {
        isHalfOpen |= fate.Kind == FateKind.HalfOpen;
        if (fate.Kind != FateKind.Cut)
            return false;

        Abort();
        return true;
    }

    private async Task WriteAllAsync()
    {
        try
        {
            await foreach (var message in outbound.Queue.Reader.ReadAllAsync(over.Token))
            {
                await WaitAsync(message, over.Token);
                await inner.SendAsync(message.Bytes, message.Type, endOfMessage: true, over.Token);
            }
        }
        catch (Exception e) when (IsDisconnect(e))
        {
            // The receiver tells how it ended; whoever sends finds nobody.
            outbound.Queue.Writer.TryComplete(e);
        }
    }

    private async Task ReadAllAsync()
    {
        var buffer = new byte[16 * 1024];
        using var whole = new MemoryStream();
        try
        {
            while (true)
            {
                var part = await inner.ReceiveAsync(buffer.AsMemory(), over.Token);
                whole.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage && part.MessageType != WebSocketMessageType.Close)
                    continue;

                var bytes = whole.ToArray();
                whole.SetLength(0);
                await TakeAsync(bytes, part.MessageType);
                if (part.MessageType == WebSocketMessageType.Close || isHalfOpen)
                    return;
            }
        }
        catch (Exception e) when (IsDisconnect(e))
        {
            inbound.Queue.Writer.TryComplete(e);
        }
    }

    private async Task TakeAsync(byte[] bytes, WebSocketMessageType type)
    {
        if (type == WebSocketMessageType.Close)
        {
            await inbound.FlushAsync(over.Token);
            await inbound.Queue.Writer.WriteAsync(new Message(bytes, type, clock.GetTimestamp(), TimeSpan.Zero), over.Token);
            return;
        }

        var fate = inbound.Faults.Next();
        if (!Stops(fate) && !isHalfOpen)
            await inbound.PassAsync(new Message(bytes, type, clock.GetTimestamp(), fate.Wait), fate, over.Token);
    }

    private async Task WaitAsync(Message message, CancellationToken cancellationToken)
    {
        var left = message.Wait - clock.GetElapsedTime(message.At);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, clock, cancellationToken);
    }

    private static bool IsDisconnect(Exception e) =>
        e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or ChannelClosedException;

    private sealed record Message(byte[] Bytes, WebSocketMessageType Type, long At, TimeSpan Wait);

    /// <summary>One direction: what has been dealt its fate and waits for its time.</summary>
    private sealed class Lane(FaultInjector faults)
    {
        private Message? held;

        public FaultInjector Faults => faults;

        public Channel<Message> Queue { get; } = Channel.CreateBounded<Message>(QueueLength);

        public async ValueTask PassAsync(Message message, Fate fate, CancellationToken cancellationToken)
        {
            if (fate.Kind != FateKind.Pass)
                return;
            if (fate.Damaged)
                faults.DamageText(message.Bytes);
            if (fate.Swapped && held is null)
            {
                held = message;
                return;
            }

            await Queue.Writer.WriteAsync(message, cancellationToken);
            if (fate.Twice)
                await Queue.Writer.WriteAsync(message, cancellationToken);
            await FlushAsync(cancellationToken);
        }

        /// <summary>Lets go what waits for the next message.</summary>
        public async ValueTask FlushAsync(CancellationToken cancellationToken)
        {
            if (held is not { } earlier)
                return;

            held = null;
            await Queue.Writer.WriteAsync(earlier, cancellationToken);
        }
    }
}
