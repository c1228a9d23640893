using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Parley.Conversation.Audio;
using Parley.Conversation.Faults;
using Parley.MediaGateway.Faults;

namespace Parley.MediaGateway.Tests.Fakes;

/// <summary>How a <see cref="FakeTwilio"/> behaves.</summary>
internal sealed record FakeTwilioOptions
{
    /// <summary>Reads what the server sends, returns marks at once, and answers a close.</summary>
    public bool Reads { get; init; } = true;

    /// <summary>Answers the server's close.</summary>
    public bool AnswersClose { get; init; } = true;

    /// <summary>Returns marks.</summary>
    public bool ReturnsMarks { get; init; } = true;

    /// <summary>What the network does to the stream, both ways; nothing when null.</summary>
    public string? Faults { get; init; }

    /// <summary>The signature header; none when null.</summary>
    public string? Signature { get; init; }
}

/// <summary>
/// Twilio's end of a media stream: a socket with the upgrade written by hand, so that it can misbehave in every way. It plays nothing: a mark
/// comes back at once, as if everything before it had been heard.
/// </summary>
internal sealed class FakeTwilio : IAsyncDisposable
{
    private readonly Socket socket;
    private readonly NetworkStream stream;
    private readonly FakeTwilioOptions options;
    private readonly SemaphoreSlim sending = new(1);
    private WebSocket? web;
    private Task<WebSocketCloseStatus?> reading = Task.FromResult<WebSocketCloseStatus?>(null);
    private int sequence;
    private int chunk;
    private long mediaBytes;
    private int marks;
    private int closing;

    private FakeTwilio(Socket socket, FakeTwilioOptions options)
    {
        this.socket = socket;
        this.options = options;
        stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>The answer to the upgrade.</summary>
    public HttpStatusCode Status { get; private set; }

    public string StreamSid { get; set; } = "MZ1";

    public AnnouncedCall? Call { get; private set; }

    /// <summary>Bytes of audio received.</summary>
    public long MediaBytes => Interlocked.Read(ref mediaBytes);

    /// <summary>Marks received.</summary>
    public int Marks => Volatile.Read(ref marks);

    /// <summary>Timestamp of the next frame, in milliseconds.</summary>
    public long TimestampMs { get; set; }

    /// <summary>What the server closed with; null when the connection broke.</summary>
    public Task<WebSocketCloseStatus?> Closed => reading.WaitAsync(Eventually.Deadline);

    public static async Task<FakeTwilio> ConnectAsync(Uri address, FakeTwilioOptions options)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (!options.Reads)
            socket.ReceiveBufferSize = 8192;
        await socket.ConnectAsync(IPAddress.Loopback, address.Port);
        var twilio = new FakeTwilio(socket, options);
        await twilio.UpgradeAsync(address);
        return twilio;
    }

    /// <summary>Sends <c>connected</c> and <c>start</c>.</summary>
    public async Task StartAsync(AnnouncedCall call, string? token = null, bool withToken = true)
    {
        Call = call;
        await SendAsync("""{"event":"connected","protocol":"Call","version":"1.0.0"}""");
        await SendAsync(StartMessage(call.CallSid, withToken ? token ?? call.Token : null));
    }

    public string StartMessage(string callSid, string? token) => Write(new
    {
        @event = "start",
        sequenceNumber = Next(),
        start = new
        {
            accountSid = "AC1",
            streamSid = StreamSid,
            callSid,
            tracks = new[] { "inbound" },
            mediaFormat = new { encoding = "audio/x-mulaw", sampleRate = 8000, channels = 1 },
            customParameters = token is null ? [] : new Dictionary<string, string> { ["callToken"] = token },
        },
        streamSid = StreamSid,
    });

    public Task MediaAsync(byte[] muLaw, string track = "inbound", string? streamSid = null, int? sequenceNumber = null)
    {
        var message = Write(new
        {
            @event = "media",
            sequenceNumber = sequenceNumber?.ToString(CultureInfo.InvariantCulture) ?? Next(),
            media = new
            {
                track,
                chunk = (++chunk).ToString(CultureInfo.InvariantCulture),
                timestamp = TimestampMs.ToString(CultureInfo.InvariantCulture),
                payload = Convert.ToBase64String(muLaw),
            },
            streamSid = streamSid ?? StreamSid,
        });
        TimestampMs += muLaw.Length / 8;
        return SendAsync(message);
    }

    public async Task SilenceAsync(int frames)
    {
        for (var i = 0; i < frames; i++)
            await MediaAsync(Silence(160));
    }

    public async Task SpeechAsync(int frames)
    {
        for (var i = 0; i < frames; i++)
            await MediaAsync(Loud(160));
    }

    public Task DtmfAsync(string digit) =>
        SendAsync(Write(new { @event = "dtmf", sequenceNumber = Next(), streamSid = StreamSid, dtmf = new { track = "inbound_track", digit } }));

    public Task MarkAsync(string name) =>
        SendAsync(Write(new { @event = "mark", sequenceNumber = Next(), streamSid = StreamSid, mark = new { name } }));

    public Task StopAsync(string? streamSid = null) => SendAsync(Write(new
    {
        @event = "stop",
        sequenceNumber = Next(),
        streamSid = streamSid ?? StreamSid,
        stop = new { accountSid = "AC1", callSid = Call?.CallSid ?? "CA0" },
    }));

    /// <summary>Stop and close, as Twilio does when the caller hangs up.</summary>
    public async Task HangUpAsync()
    {
        await StopAsync();
        await CloseAsync();
        await Closed;
    }

    /// <summary>Closes, or answers a close; once, whoever comes first.</summary>
    public async Task CloseAsync()
    {
        if (Interlocked.Exchange(ref closing, 1) == 0)
            await web!.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, end: true);

    public async Task SendAsync(byte[] bytes, WebSocketMessageType type, bool end)
    {
        await sending.WaitAsync();
        try
        {
            await web!.SendAsync(bytes, type, end, CancellationToken.None);
        }
        finally
        {
            sending.Release();
        }
    }

    /// <summary>Breaks the connection as a crash does: TCP RST.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    /// <summary>Whether the server has dropped the connection, for one that does not read.</summary>
    public bool IsDropped()
    {
        try
        {
            socket.Send([0x8A, 0x80, 0, 0, 0, 0]);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        web?.Abort();
        await stream.DisposeAsync();
        try
        {
            await Closed;
        }
        finally
        {
            web?.Dispose();
            sending.Dispose();
        }
    }

    public static byte[] Silence(int bytes) => Filled(bytes, MuLaw.Silence);

    public static byte[] Loud(int bytes) => Filled(bytes, MuLaw.Encode(5000));

    private static byte[] Filled(int bytes, byte value)
    {
        var audio = new byte[bytes];
        Array.Fill(audio, value);
        return audio;
    }

    private static string Write<T>(T message) => JsonSerializer.Serialize(message);

    private string Next() => (++sequence).ToString(CultureInfo.InvariantCulture);

    private async Task UpgradeAsync(Uri address)
    {
        var signature = options.Signature is null ? "" : $"X-Twilio-Signature: {options.Signature}\r\n";
        var request =
            $"GET /twilio/media HTTP/1.1\r\nHost: {address.Authority}\r\nUser-Agent: Twilio.TmeWs/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
            $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{signature}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));

        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) == 1)
            head.Append((char)one[0]);
        Status = (HttpStatusCode)int.Parse(head.ToString().Split(' ')[1], CultureInfo.InvariantCulture);
        if (Status != HttpStatusCode.SwitchingProtocols)
            return;

        web = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = false, KeepAliveInterval = TimeSpan.Zero });
        if (options.Faults is { } faults)
        {
            // What comes back has to be understood by the test.
            var plan = FaultPlan.Parse(faults);
            web = new FaultyWebSocket(
                web, new FaultInjector(plan, TimeProvider.System),
                new FaultInjector(plan with { Corrupt = 0, Cut = null, HalfOpen = null }, TimeProvider.System, stream: 1), TimeProvider.System);
        }

        if (options.Reads)
            reading = ReadAsync();
    }

    private async Task<WebSocketCloseStatus?> ReadAsync()
    {
        var buffer = new byte[32 * 1024];
        try
        {
            while (true)
            {
                var received = await web!.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    if (options.AnswersClose)
                        await CloseAsync();
                    return web.CloseStatus;
                }

                received.EndOfMessage.ShouldBeTrue();
                await TakeAsync(buffer.AsMemory(0, received.Count));
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            return null;
        }
    }

    private async Task TakeAsync(ReadOnlyMemory<byte> message)
    {
        string? mark = null;
        using (var json = JsonDocument.Parse(message))
        {
            json.RootElement.GetProperty("streamSid").GetString().ShouldBe(StreamSid);
            switch (json.RootElement.GetProperty("event").GetString())
            {
                case "media":
                    Interlocked.Add(ref mediaBytes, json.RootElement.GetProperty("media").GetProperty("payload").GetBytesFromBase64().Length);
                    break;
                case "mark":
                    mark = json.RootElement.GetProperty("mark").GetProperty("name").GetString();
                    break;
            }
        }

        if (mark is null)
            return;

        if (options.ReturnsMarks)
            await MarkAsync(mark);
        Interlocked.Increment(ref marks);
    }
}
