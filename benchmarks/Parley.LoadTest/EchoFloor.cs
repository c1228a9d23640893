using System.CommandLine;
using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Parley.MediaGateway.Twilio;

namespace Parley.LoadTest;

/// <summary>
/// <c>floor</c>: a bare WebSocket echo on Kestrel, the least that a media stream costs here. Tuned means that handlers run on the thread that
/// saw the bytes; the two environment variables that belong to it are set by whoever starts the process, since the runtime reads them first:
/// <c>DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0</c> and <c>DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1</c>.
/// </summary>
internal static class EchoFloor
{
    private const int MostBytes = 16 * 1024;

    public static Command Create()
    {
        var parsed = new Option<bool>("--parsed") { Description = "Reads each media message and writes it anew, as a voice server would" };
        var tuned = new Option<bool>("--tuned") { Description = "Handlers run on the thread that saw the bytes" };
        var command = new Command("floor", "Serves a bare WebSocket echo on a free port, which it prints, until it is ended") { parsed, tuned };
        command.SetAction((arguments, cancellation) => ServeAsync(arguments.GetValue(parsed), arguments.GetValue(tuned), cancellation));
        return command;
    }

    private static async Task<int> ServeAsync(bool parsed, bool tuned, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0));
        if (tuned)
            builder.Services.Configure<SocketTransportOptions>(o => o.UnsafePreferInlineScheduling = true);

        await using var app = builder.Build();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
        app.Run(async http =>
        {
            if (!http.WebSockets.IsWebSocketRequest)
            {
                http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
                return;
            }

            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            await EchoAsync(socket, parsed);
        });
        await app.StartAsync(cancellation);
        await Console.Out.WriteLineAsync($"listening on {new Uri(app.Urls.First()).Port}");
        await app.WaitForShutdownAsync(cancellation);
        return 0;
    }

    private static async Task EchoAsync(WebSocket socket, bool parsed)
    {
        var incoming = new byte[MostBytes];
        var outgoing = new byte[MostBytes];
        byte[] streamSid = [];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await socket.ReceiveAsync(incoming.AsMemory(length), CancellationToken.None);
                    length += part.Count;
                }
                while (!part.EndOfMessage && length < MostBytes);

                if (part.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                    return;
                }

                ReadOnlyMemory<byte> answer = incoming.AsMemory(0, length);
                if (parsed)
                    answer = outgoing.AsMemory(0, Rewrite(answer.Span, outgoing, ref streamSid));
                if (answer.Length > 0)
                    await socket.SendAsync(answer, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, CancellationToken.None);
            }
        }
        catch (WebSocketException)
        {
            // The caller has gone.
        }
    }

    private static int Rewrite(ReadOnlySpan<byte> text, Span<byte> answer, ref byte[] streamSid)
    {
        var message = StreamMessageReader.Read(text);
        using var audio = message.Audio;
        if (message.Start is { } start)
            streamSid = System.Text.Encoding.ASCII.GetBytes(start.StreamSid);
        return audio is null ? 0 : StreamMessageWriter.WriteMedia(audio.Bytes, streamSid, answer);
    }
}
