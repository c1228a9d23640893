using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Parley.Calling;

/// <summary>How a media stream ended.</summary>
internal enum StreamEnd
{
    /// <summary>The caller hung up.</summary>
    CallerHungUp,

    /// <summary>The server closed the connection.</summary>
    ServerClosed,

    /// <summary>The connection broke.</summary>
    Lost,

    /// <summary>The longest allowed time passed.</summary>
    TimedOut,
}

/// <summary>
/// Twilio's end of one bidirectional media stream: 20 ms of the caller out on an absolute clock, the agent's audio into a playback
/// queue that runs in real time, marks and clears obeyed.
/// </summary>
internal sealed class MediaStreamClient : IDisposable
{
    private static readonly TimeSpan CloseDeadline = TimeSpan.FromSeconds(5);

    private readonly WebSocket socket;
    private readonly MediaStreamStart start;
    private readonly ICaller caller;
    private readonly CallEvents events;
    private readonly TimeProvider time;
    private readonly TimeSpan longest;
    private readonly long openedAt;
    private readonly long beforeMs;
    private readonly ManualResetEvent stop = new(false);
    private readonly Channel<byte[]> outgoing = Channel.CreateUnbounded<byte[]>();

    // Guards the playback queue and the sequence numbers: the clock and the receiver both use them.
    private readonly Lock gate = new();
    private readonly PlaybackQueue playback = new();
    private readonly byte[] callerFrame = new byte[Utterance.FrameBytes];
    private readonly byte[] heardFrame = new byte[Utterance.FrameBytes];
    private readonly List<string> reached = [];
    private int sequence;
    private int chunk;
    private volatile bool hangUp;
    private bool slowNoted;

    public MediaStreamClient(
        WebSocket socket, MediaStreamStart start, ICaller caller, CallEvents events, TimeProvider time, TimeSpan longest, TimeSpan before = default)
    {
        // For the caller a call is one, however many streams it takes.
        beforeMs = (long)before.TotalMilliseconds;
        (this.socket, this.start, this.caller, this.events, this.time, this.longest) = (socket, start, caller, events, time, longest);
        openedAt = time.GetTimestamp();
    }

    private long NowMs => beforeMs + (long)time.GetElapsedTime(openedAt).TotalMilliseconds;

    /// <summary>Plays the stream until one side ends it; <paramref name="cancellationToken"/> makes the caller hang up.</summary>
    public async Task<StreamEnd> RunAsync(CancellationToken cancellationToken)
    {
        await using var cancelled = cancellationToken.Register(() => hangUp = true);
        Post(new JsonObject { ["event"] = "connected", ["protocol"] = "Call", ["version"] = "1.0.0" });
        lock (gate)
            Number(start.ToJson());

        var sending = SendAsync();
        var receiving = ReceiveAsync();
        var timedOut = false;
        var clock = FrameClock.RunAsync(time, stop, () => Tick(ref timedOut));

        await Task.WhenAny(clock, receiving, sending);
        var left = clock.IsCompletedSuccessfully;
        stop.Set();
        if (left)
        {
            lock (gate)
                Number(start.StopJson());
        }

        outgoing.Writer.TryComplete();
        await sending;
        var end = await FinishReceivingAsync(receiving);
        await clock;
        return !left ? end : timedOut ? StreamEnd.TimedOut : StreamEnd.CallerHungUp;
    }

    /// <inheritdoc/>
    public void Dispose() => stop.Dispose();

    private bool Tick(ref bool timedOut)
    {
        var now = NowMs;
        CallerAction action;
        lock (gate)
        {
            reached.Clear();
            var played = playback.Play(heardFrame, reached);
            foreach (var name in reached)
                Echo(now, name);

            callerFrame.AsSpan().Fill(0xFF);
            action = caller.Next(now, heardFrame, played > 0, callerFrame);
            if (action.Key is { } key)
            {
                Number(new JsonObject
                {
                    ["event"] = "dtmf",
                    ["dtmf"] = new JsonObject { ["track"] = "inbound_track", ["digit"] = key.ToString() },
                });
                events.Raise(o => o.OnKey(now, key));
            }

            Number(new JsonObject
            {
                ["event"] = "media",
                ["media"] = new JsonObject
                {
                    ["track"] = "inbound",
                    ["chunk"] = $"{++chunk}",
                    ["timestamp"] = $"{(chunk - 1) * 20}",
                    ["payload"] = Convert.ToBase64String(callerFrame),
                },
            });
            events.Raise(o => o.OnFrame(now, callerFrame, heardFrame));
            if (!slowNoted && outgoing.Reader.Count > 250)
            {
                slowNoted = true;
                events.Violation(31930, "the server reads too slowly: 5 s of call audio wait for it");
            }
        }

        timedOut = now - beforeMs >= longest.TotalMilliseconds;
        return !(hangUp || action.HangUp || timedOut);
    }

    private void Receive(ServerMessage message)
    {
        var now = NowMs;
        lock (gate)
        {
            switch (message)
            {
                case ServerMessage.Media media:
                    if (media.MuLaw.Length % Utterance.FrameBytes != 0)
                        events.Violation(null, $"media of {media.MuLaw.Length} bytes is no multiple of 160: heard as a click");
                    playback.Enqueue(media.MuLaw);
                    events.Raise(o => o.OnAgentAudio(now, media.MuLaw));
                    break;
                case ServerMessage.Mark mark:
                    if (playback.Mark(mark.Name))
                        Echo(now, mark.Name);
                    break;
                case ServerMessage.Clear:
                    var dropped = playback.Queued;
                    foreach (var name in playback.Clear())
                        Echo(now, name);
                    events.Raise(o => o.OnClear(now, dropped));
                    break;
                case ServerMessage.Invalid invalid:
                    events.Violation(31951, invalid.Why);
                    break;
            }
        }
    }

    private void Echo(long now, string name)
    {
        Number(new JsonObject { ["event"] = "mark", ["mark"] = new JsonObject { ["name"] = name } });
        events.Raise(o => o.OnMark(now, name));
    }

    private void Number(JsonObject message)
    {
        message["sequenceNumber"] = $"{++sequence}";
        message["streamSid"] = start.StreamSid;
        Post(message);
    }

    private void Post(JsonObject message) => outgoing.Writer.TryWrite(JsonSerializer.SerializeToUtf8Bytes(message));

    private async Task SendAsync()
    {
        try
        {
            await foreach (var message in outgoing.Reader.ReadAllAsync(CancellationToken.None))
                await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection is gone; the receiver says how the stream ended.
        }
    }

    private async Task<StreamEnd> ReceiveAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    if (socket.CloseStatus is not (WebSocketCloseStatus.NormalClosure or null))
                        events.Violation(null, $"the server closed with {(int)socket.CloseStatus} {socket.CloseStatusDescription}");
                    return StreamEnd.ServerClosed;
                }

                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage)
                    continue;

                if (part.MessageType == WebSocketMessageType.Binary)
                    events.Violation(31950, "a binary frame; all messages are text");
                else
                    Receive(ServerMessage.Parse(message.GetBuffer().AsMemory(0, (int)message.Length), start.StreamSid));
                message.SetLength(0);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            return StreamEnd.Lost;
        }
    }

    private async Task<StreamEnd> FinishReceivingAsync(Task<StreamEnd> receiving)
    {
        try
        {
            return await receiving.WaitAsync(CloseDeadline, time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            events.Violation(null, $"the server did not close the connection within {CloseDeadline.TotalSeconds:0} s");
            socket.Abort();
            return await receiving;
        }
    }
}
