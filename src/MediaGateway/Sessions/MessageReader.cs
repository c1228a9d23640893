using System.Buffers;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Parley.MediaGateway.Sessions;

/// <summary>What came from the socket.</summary>
internal enum ReceivedKind
{
    /// <summary>A whole text message.</summary>
    Text,

    /// <summary>A whole binary message; Twilio never sends one.</summary>
    Binary,

    /// <summary>The other side closed in good order.</summary>
    Closed,

    /// <summary>A message over the limit.</summary>
    TooLarge,

    /// <summary>The connection broke.</summary>
    Broken,
}

/// <summary>Reads whole messages from a WebSocket into one pooled buffer that grows to the largest message seen. Allocates nothing a message.</summary>
internal sealed class MessageReader(WebSocket socket, int maxBytes) : IDisposable
{
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(2048);
    private int length;

    /// <summary>The last message; valid until the next read.</summary>
    public ReadOnlySpan<byte> Message => buffer.AsSpan(0, length);

    /// <summary>Reads the next message. Expected disconnects are outcomes, not exceptions.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReceivedKind> ReadAsync(CancellationToken cancellationToken)
    {
        length = 0;
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                if (part.MessageType == WebSocketMessageType.Close)
                    return ReceivedKind.Closed;

                length += part.Count;
                if (length > maxBytes || (length == maxBytes && !part.EndOfMessage))
                    return ReceivedKind.TooLarge;
                if (part.EndOfMessage)
                    return part.MessageType == WebSocketMessageType.Text ? ReceivedKind.Text : ReceivedKind.Binary;
                if (length == buffer.Length)
                    Grow();
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            return ReceivedKind.Broken;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(maxBytes, buffer.Length * 2));
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
