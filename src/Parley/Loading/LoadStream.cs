using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Calling;

namespace Parley.Loading;

/// <summary>Sends a sealed WebSocket frame.</summary>
internal delegate void FrameSender(ReadOnlySpan<byte> frame);

/// <summary>
/// Twilio's end of one media stream for many callers at once: writes each frame into one buffer of its own, plays what comes by numbers alone,
/// echoes marks and obeys <c>clear</c>. Knows no socket. Not thread safe.
/// </summary>
internal sealed class LoadStream
{
    private const int FrameBytes = Utterance.FrameBytes;
    private const int EchoesRemembered = 1024;
    private const uint MaskKey = 0x5A17C3E9;

    private readonly MediaStreamStart start;
    private readonly byte[] streamSid;
    private readonly LoadCaller caller;
    private readonly LoadMeter meter;
    private readonly FrameSender send;
    private readonly CarrierBuffer playback = new();
    private readonly byte[] buffer = new byte[1024];
    private readonly long[]? sentAt;
    private long sequence;
    private long chunk;
    private long echoes;

    public LoadStream(MediaStreamStart start, LoadScript script, LoadCaller caller, LoadMeter meter, FrameSender send)
    {
        (this.start, this.caller, this.meter, this.send) = (start, caller, meter, send);
        streamSid = Encoding.ASCII.GetBytes(start.StreamSid);
        sentAt = script.ExpectsEcho ? new long[EchoesRemembered] : null;
    }

    /// <summary>Tells the server who calls.</summary>
    public void Begin()
    {
        Send(new JsonObject { ["event"] = "connected", ["protocol"] = "Call", ["version"] = "1.0.0" });
        SendNumbered(start.ToJson());
    }

    /// <summary>The caller hangs up.</summary>
    public void End()
    {
        SendNumbered(start.StopJson());
        Span<byte> close = stackalloc byte[ClientFrame.HeaderBytes + 2];
        (close[^2], close[^1]) = (0x03, 0xE8); // 1000, normal closure
        Seal(close, 2, ClientFrame.Close);
    }

    /// <summary>Plays 20 ms and sends 20 ms.</summary>
    public void Tick(long due)
    {
        var played = playback.Play(FrameBytes);
        EchoReachedMarks();
        var payload = caller.Next(chunk, dry: played < FrameBytes, meter.Time.GetTimestamp());
        var length = WriteMedia(payload, buffer.AsSpan(ClientFrame.HeaderBytes));
        var now = meter.Time.GetTimestamp();
        if (sentAt is not null)
            sentAt[chunk % EchoesRemembered] = now;
        Seal(buffer, length);
        chunk++;
        caller.Sent(now);
        var stats = meter.Current;
        stats.CountSent();
        stats.Jitter.RecordMicroseconds((long)((now - due) * 1_000_000.0 / meter.Time.TimestampFrequency));
    }

    /// <summary>A text message of the server.</summary>
    public void Receive(ReadOnlySpan<byte> text)
    {
        var message = StreamEvent.Read(text);
        var now = meter.Time.GetTimestamp();
        switch (message.Kind)
        {
            case StreamEventKind.Media when sentAt is not null:
                meter.Current.CountReceived(message.AudioBytes / FrameBytes);
                meter.Current.Echo.RecordMicroseconds((long)((now - sentAt[echoes++ % EchoesRemembered]) * 1_000_000.0 / meter.Time.TimestampFrequency));
                break;
            case StreamEventKind.Media:
                caller.OnMedia(message.AudioBytes, chunk, now);
                playback.Enqueue(message.AudioBytes);
                break;
            case StreamEventKind.Mark:
                if (playback.Mark(message.Name))
                    EchoMark(message.Name);
                break;
            case StreamEventKind.Clear:
                playback.Clear();
                caller.OnClear(now);
                EchoReachedMarks();
                break;
            case StreamEventKind.Echoed when sentAt is not null:
                break;
            default:
                meter.Current.CountInvalid();
                break;
        }
    }

    /// <summary>Answers a ping.</summary>
    public void Pong(ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(buffer.AsSpan(ClientFrame.HeaderBytes));
        Seal(buffer, payload.Length, ClientFrame.Pong);
    }

    private void EchoReachedMarks()
    {
        while (playback.TryTakeMark(out var name))
            EchoMark(name);
    }

    private void EchoMark(ReadOnlySpan<byte> name)
    {
        var text = new Text(buffer.AsSpan(ClientFrame.HeaderBytes));
        text.Put("{\"event\":\"mark\",\"sequenceNumber\":\""u8);
        text.Put(++sequence);
        text.Put("\",\"streamSid\":\""u8);
        text.Put(streamSid);
        text.Put("\",\"mark\":{\"name\":\""u8);
        text.Put(name);
        text.Put("\"}}"u8);
        Seal(buffer, text.Length);
    }

    private int WriteMedia(ReadOnlySpan<byte> payload, Span<byte> destination)
    {
        var text = new Text(destination);
        text.Put("{\"event\":\"media\",\"sequenceNumber\":\""u8);
        text.Put(++sequence);
        text.Put("\",\"media\":{\"track\":\"inbound\",\"chunk\":\""u8);
        text.Put(chunk + 1);
        text.Put("\",\"timestamp\":\""u8);
        text.Put(chunk * 20);
        text.Put("\",\"payload\":\""u8);
        text.Put(payload);
        text.Put("\"},\"streamSid\":\""u8);
        text.Put(streamSid);
        text.Put("\"}"u8);
        return text.Length;
    }

    private void SendNumbered(JsonObject message)
    {
        message["sequenceNumber"] = $"{++sequence}";
        message["streamSid"] = start.StreamSid;
        Send(message);
    }

    private void Send(JsonObject message)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(message);
        var frame = new byte[ClientFrame.HeaderBytes + json.Length];
        json.CopyTo(frame, ClientFrame.HeaderBytes);
        Seal(frame, json.Length);
    }

    private void Seal(Span<byte> frame, int length, byte opcode = ClientFrame.Text)
    {
        var from = ClientFrame.Seal(frame, length, opcode, MaskKey);
        send(frame[from..(ClientFrame.HeaderBytes + length)]);
    }

    /// <summary>Text being written into a buffer that is large enough.</summary>
    private ref struct Text(Span<byte> destination)
    {
        private readonly Span<byte> destination = destination;

        public int Length { get; private set; }

        public void Put(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(destination[Length..]);
            Length += bytes.Length;
        }

        public void Put(long number)
        {
            Utf8Formatter.TryFormat(number, destination[Length..], out var written);
            Length += written;
        }
    }
}
