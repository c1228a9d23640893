using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;

namespace Parley.Providers.Server.Azure;

/// <summary>A client's message.</summary>
internal sealed record AzureFrame(IReadOnlyDictionary<string, string> Headers, byte[] Body, bool IsBinary)
{
    public string Path => Headers.GetValueOrDefault("Path", "");

    public string RequestId => Headers.GetValueOrDefault("X-RequestId", "");

    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>Reads and writes the protocol's messages, strictly.</summary>
internal sealed class AzureFrames(WebSocket socket, Action<string> violated)
{
    public int FrameBytes { get; init; } = int.MaxValue;

    /// <summary>The next message; null when the client closed.</summary>
    public async Task<AzureFrame?> ReadAsync(CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        WebSocketReceiveResult result;
        do
        {
            result = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), cancellationToken);
            if (result.MessageType == WebSocketMessageType.Close)
                return null;
            bytes.Write(buffer, 0, result.Count);
        }
        while (!result.EndOfMessage);
        return result.MessageType == WebSocketMessageType.Text ? Text(bytes.ToArray()) : Binary(bytes.ToArray());
    }

    public Task SendTextAsync(string path, string requestId, string json, CancellationToken cancellationToken) => SendAsync(
        Encoding.UTF8.GetBytes($"X-RequestId:{requestId}\r\nContent-Type:application/json; charset=utf-8\r\nPath:{path}\r\n\r\n{json}"),
        WebSocketMessageType.Text, cancellationToken);

    public Task SendAudioAsync(string requestId, string streamId, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var head = Encoding.ASCII.GetBytes($"X-RequestId:{requestId}\r\nContent-Type:audio/x-wav\r\nX-StreamId:{streamId}\r\nPath:audio\r\n");
        var message = new byte[2 + head.Length + body.Length];
        BinaryPrimitives.WriteUInt16BigEndian(message, (ushort)head.Length);
        head.CopyTo(message, 2);
        body.CopyTo(message.AsMemory(2 + head.Length));
        return SendAsync(message, WebSocketMessageType.Binary, cancellationToken);
    }

    private async Task SendAsync(byte[] message, WebSocketMessageType type, CancellationToken cancellationToken)
    {
        for (var at = 0; at < message.Length; at += Math.Min(FrameBytes, message.Length - at))
        {
            var count = Math.Min(FrameBytes, message.Length - at);
            await socket.SendAsync(new ArraySegment<byte>(message, at, count), type, at + count == message.Length, cancellationToken);
        }
    }

    private AzureFrame Text(byte[] message)
    {
        var end = message.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            violated("a text message without an empty line behind its headers");
            end = message.Length;
        }

        return new AzureFrame(Headers(Encoding.UTF8.GetString(message, 0, end)), message[Math.Min(message.Length, end + 4)..], IsBinary: false);
    }

    private AzureFrame Binary(byte[] message)
    {
        var length = message.Length < 2 ? -1 : BinaryPrimitives.ReadUInt16BigEndian(message);
        if (length < 0 || 2 + length > message.Length)
        {
            violated("a binary message whose header is longer than the message");
            return new AzureFrame(new Dictionary<string, string>(), [], IsBinary: true);
        }

        var headers = Encoding.ASCII.GetString(message, 2, length);
        if (!headers.EndsWith("\r\n", StringComparison.Ordinal) || headers.EndsWith("\r\n\r\n", StringComparison.Ordinal))
            violated("a binary header that does not end with one line end");
        return new AzureFrame(Headers(headers), message[(2 + length)..], IsBinary: true);
    }

    private Dictionary<string, string> Headers(string text)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
                violated("a header line without a name");
            else
                headers[line[..colon].Trim()] = line[(colon + 1)..].Trim();
        }

        if (!headers.ContainsKey("Path"))
            violated("a message without a path");
        if (headers.GetValueOrDefault("X-RequestId") is not { Length: 32 } id || !id.All(char.IsAsciiHexDigit))
            violated("a message without a request id of 32 hexadecimal digits");
        if (!DateTimeOffset.TryParse(headers.GetValueOrDefault("X-Timestamp"), System.Globalization.CultureInfo.InvariantCulture, out _))
            violated("a message without a timestamp");
        return headers;
    }
}
