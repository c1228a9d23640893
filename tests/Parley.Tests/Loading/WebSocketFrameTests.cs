using System.Net.WebSockets;
using System.Text;
using Parley.Loading;

namespace Parley.Tests.Loading;

/// <summary>Our framing against the framework's own, and against the examples of RFC 6455.</summary>
public sealed class WebSocketFrameTests
{
    [Fact]
    public void The_masked_hello_of_the_RFC_is_written_as_it_stands_there()
    {
        var buffer = new byte[ClientFrame.HeaderBytes + 5];
        "Hello"u8.CopyTo(buffer.AsSpan(ClientFrame.HeaderBytes));

        var from = ClientFrame.Seal(buffer, 5, ClientFrame.Text, 0x3D21FA37);

        Convert.ToHexString(buffer.AsSpan(from)).ShouldBe("818537FA213D7F9F4D5158");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(333)]
    [InlineData(65_535)]
    public async Task The_framework_reads_what_is_written(int length)
    {
        var payload = Encoding.ASCII.GetBytes(new string('x', length));
        var buffer = new byte[ClientFrame.HeaderBytes + length];
        payload.CopyTo(buffer, ClientFrame.HeaderBytes);
        var from = ClientFrame.Seal(buffer, length, ClientFrame.Text, 0xA1B2C3D4);
        using var server = WebSocket.CreateFromStream(new MemoryStream(buffer[from..]), isServer: true, null, TimeSpan.Zero);

        var received = new byte[length + 1];
        var count = 0;
        ValueWebSocketReceiveResult part;
        do
        {
            part = await server.ReceiveAsync(received.AsMemory(count), CancellationToken.None);
            count += part.Count;
        }
        while (!part.EndOfMessage);

        part.MessageType.ShouldBe(WebSocketMessageType.Text);
        received.AsSpan(0, count).SequenceEqual(payload).ShouldBeTrue();
    }

    [Fact]
    public void Masking_twice_changes_nothing()
    {
        var bytes = Enumerable.Range(0, 101).Select(i => (byte)i).ToArray();
        var copy = bytes.ToArray();

        ClientFrame.Mask(copy, 0xDEADBEEF);
        copy.ShouldNotBe(bytes);
        ClientFrame.Mask(copy, 0xDEADBEEF);

        copy.ShouldBe(bytes);
    }

    [Fact]
    public void More_than_a_frame_holds_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => ClientFrame.Seal(new byte[70_000], 65_536, ClientFrame.Text, 1));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Frames_of_the_framework_are_read_however_they_are_cut(int piece)
    {
        string[] messages = ["", "a", new string('b', 125), new string('c', 126), new string('d', 400), new string('e', 65_535), new string('f', 70_000)];
        using var wire = new MemoryStream();
        using var server = WebSocket.CreateFromStream(wire, isServer: true, null, TimeSpan.Zero);
        foreach (var message in messages)
            await server.SendAsync(Encoding.ASCII.GetBytes(message), WebSocketMessageType.Text, true, CancellationToken.None);

        Read(wire.ToArray(), piece).ShouldBe(messages.Select(m => (ServerFrameKind.Text, m)));
    }

    [Theory]
    [InlineData("8800", ServerFrameKind.Close)]
    [InlineData("8900", ServerFrameKind.Ping)]
    [InlineData("8A00", ServerFrameKind.Pong)]
    [InlineData("8200", ServerFrameKind.Invalid)]     // binary
    [InlineData("0100", ServerFrameKind.Invalid)]     // the first piece of several
    [InlineData("C100", ServerFrameKind.Invalid)]     // compressed, which was not agreed on
    [InlineData("818037FA213D", ServerFrameKind.Invalid)] // masked, which a server must not
    [InlineData("817F00000000FFFFFFFF", ServerFrameKind.Invalid)] // 4 GiB
    public void Other_frames_are_told_apart(string hex, ServerFrameKind expected)
    {
        var reader = new ServerFrameReader();
        var bytes = Convert.FromHexString(hex);
        bytes.CopyTo(reader.Free);
        reader.Advance(bytes.Length);

        reader.TryRead(out var kind, out _).ShouldBeTrue();
        kind.ShouldBe(expected);
    }

    private static List<(ServerFrameKind, string)> Read(byte[] wire, int piece)
    {
        var reader = new ServerFrameReader();
        var read = new List<(ServerFrameKind, string)>();
        for (var at = 0; at < wire.Length;)
        {
            var free = reader.Free;
            var count = Math.Min(Math.Min(piece, free.Length), wire.Length - at);
            wire.AsSpan(at, count).CopyTo(free.Span);
            reader.Advance(count);
            at += count;
            while (reader.TryRead(out var kind, out var payload))
                read.Add((kind, Encoding.ASCII.GetString(payload)));
        }

        return read;
    }
}
