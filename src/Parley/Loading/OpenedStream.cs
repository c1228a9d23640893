using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Parley.Calling;

namespace Parley.Loading;

/// <summary>A WebSocket that a server accepted, and the start message that belongs on it.</summary>
internal sealed record OpenedStream(Socket Socket, ServerFrameReader Reader, MediaStreamStart Start)
{
    private const int MostHeaderBytes = 4096;

    /// <summary>Connects and upgrades (RFC 6455, section 4.1).</summary>
    /// <exception cref="CallFailedException">The server cannot be reached or does not want to.</exception>
    public static async Task<OpenedStream> ConnectAsync(
        Uri target, string? signature, MediaStreamStart start, TimeProvider time, CancellationToken cancellationToken)
    {
        if (target.Scheme != "ws")
            throw new CallFailedException($"a load test speaks ws:// without TLS, not {target.Scheme}://; call the server behind its proxy");

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10), time);
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new DnsEndPoint(target.Host, target.Port), inTime.Token);
            var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
            await SendAsync(socket, Request(target, key, signature), inTime.Token);
            var reader = new ServerFrameReader();
            await ReadAnswerAsync(socket, reader, target, key, inTime.Token);
            return new OpenedStream(socket, reader, start);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw new CallFailedException($"{target} did not open: {(e is SocketException ? e.Message : "no answer within 10 s")}", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Request(Uri target, string key, string? signature)
    {
        var request = new StringBuilder()
            .Append("GET ").Append(target.PathAndQuery).Append(" HTTP/1.1\r\nHost: ").Append(target.Authority)
            .Append("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ").Append(key)
            .Append("\r\nUser-Agent: Twilio.TmeWs/1.0\r\n");
        if (signature is not null)
            request.Append("x-twilio-signature: ").Append(signature).Append("\r\n");
        return request.Append("\r\n").ToString();
    }

    private static async Task SendAsync(Socket socket, string text, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> left = Encoding.ASCII.GetBytes(text);
        while (!left.IsEmpty)
            left = left[await socket.SendAsync(left, cancellationToken)..];
    }

    private static async Task ReadAnswerAsync(Socket socket, ServerFrameReader reader, Uri target, string key, CancellationToken cancellationToken)
    {
        var answer = new byte[MostHeaderBytes];
        var length = 0;
        int end;
        while ((end = answer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (length == answer.Length)
                throw new CallFailedException($"{target} answered with more than {MostHeaderBytes} bytes of headers");
            var count = await socket.ReceiveAsync(answer.AsMemory(length), cancellationToken);
            if (count == 0)
                throw new CallFailedException($"{target} closed the connection instead of answering");
            length += count;
        }

        var lines = Encoding.ASCII.GetString(answer, 0, end).Split("\r\n");
        if (!lines[0].StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
            throw new CallFailedException($"{target} did not open: {lines[0]}");
        var accept = lines.Skip(1).Select(l => l.Split(':', 2)).Where(l => l.Length == 2)
            .FirstOrDefault(l => l[0].Equals("Sec-WebSocket-Accept", StringComparison.OrdinalIgnoreCase))?[1].Trim();
        if (accept != Accept(key))
            throw new CallFailedException($"{target} is no WebSocket server: wrong Sec-WebSocket-Accept");

        var rest = answer.AsMemory(end + 4, length - end - 4);
        rest.CopyTo(reader.Free);
        reader.Advance(rest.Length);
    }

    private static string Accept(string key)
    {
#pragma warning disable CA5350 // The protocol's choice, and no secret.
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
    }
}
