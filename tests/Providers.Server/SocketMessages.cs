using System.Net.WebSockets;

namespace Parley.Providers.Server;

/// <summary>Reads what clients send over WebSockets.</summary>
internal static class SocketMessages
{
    /// <summary>Reads the next whole message, or the client's goodbye, into a buffer that is large enough for any.</summary>
    public static async Task<(WebSocketMessageType Type, ReadOnlyMemory<byte> Body)> ReadAsync(WebSocket socket, byte[] buffer)
    {
        var length = 0;
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
            length += part.Count;
        }
        while (!part.EndOfMessage);
        return (part.MessageType, buffer.AsMemory(0, length));
    }
}
