using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Providers.Tests;

/// <summary>
/// Opens each WebSocket, says a message (if any), closes with a code, and resets the connection: what a service does that refuses what it has been told so
/// far while the client is still telling more. Everything is under way before the client can have sent a message.
/// </summary>
internal sealed class RefusingServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly byte[] farewell;
    private readonly Task serving;
    private int connections;

    public RefusingServer(int code, string reason = "", string? message = null)
    {
        // Frames of a server are not masked (RFC 6455, section 5.1), and these are short enough for one byte of length (5.2).
        var close = Encoding.UTF8.GetBytes(reason);
        var text = Encoding.UTF8.GetBytes(message ?? "");
        farewell =
        [
            .. message is null ? [] : new[] { (byte)0x81, checked((byte)text.Length) },
            .. text,
            0x88, checked((byte)(2 + close.Length)), (byte)(code >> 8), (byte)code,
            .. close,
        ];
        listener.Start();
        serving = ServeAsync();
    }

    public int Connections => Volatile.Read(ref connections);

    public Uri Address(string scheme = "http") => new($"{scheme}://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref connections);
                await using var stream = client.GetStream();
                await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(await UpgradeAsync(stream)), .. farewell]);
                client.LingerState = new LingerOption(true, 0);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private static async Task<string> UpgradeAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var key = "";
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            if (line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase))
                key = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        }

#pragma warning disable CA5350 // RFC 6455, section 4.2.2, asks for SHA-1
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        return $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n";
    }
}
