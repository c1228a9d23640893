using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Pipeline;
using Parley.MediaGateway.Diagnostics;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Sessions;

/// <summary>
/// One media connection: a read pump that turns Twilio's messages into events of the call, a write pump that sends what the call says, and the
/// call's own loop between them. The first of the three to finish bounds the others, and the first reason is the call's.
/// </summary>
internal sealed class CallSession(
    WebSocket socket, ICallAdmission admission, CallRegistry registry, GatewayOptions options, GatewayMetrics metrics,
    TimeProvider clock, ILogger log) : IDisposable
{
    // A connection that can't be written to has little left to read.
    private static readonly TimeSpan LastWordsPatience = TimeSpan.FromSeconds(1);

    // A peer that sends nonsense sends it fifty times a second.
    private const int MostComplaints = 5;

    private readonly CancellationTokenSource abort = new(Timeout.InfiniteTimeSpan, clock);
    private readonly MessageReader reader = new(socket, options.MaxMessageBytes);
    private volatile CallPipeline? pipeline;
    private byte[] streamSid = [];
    private long lastSequence;
    private bool orderWarned;
    private int complaints;

    /// <summary>
    /// Serves the connection to its end. Never throws. False when the other side did not close in good order: its connection is then to be
    /// dropped, since what was written may never be read.
    /// </summary>
    public async Task<bool> RunAsync()
    {
        registry.Connected(this);
        try
        {
            await ServeAsync();
        }
        catch (Exception e)
        {
            // A fault of ours ends this connection, never the process.
            GatewayLog.SessionFailed(log, e);
        }

        try
        {
            return await CloseAsync();
        }
        finally
        {
            registry.Disconnected(this);
            reader.Dispose();
        }
    }

    /// <summary>Ends the call because the server stops.</summary>
    public async Task StopAsync()
    {
        if (pipeline is { } running)
            await running.EndAsync(CallEndReason.ServerStopping);
        else
            await abort.CancelAsync();
    }

    public void Dispose() => abort.Dispose();

    private async Task ServeAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(options.StartTimeoutSeconds), clock);
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, abort.Token);
        if (await WaitForStartAsync(timeout.Token, inTime.Token) is not { } start)
            return;

        streamSid = Encoding.ASCII.GetBytes(start.StreamSid);
        var transport = new TwilioTransport(start.StreamSid, GiveUp);
        AdmittedCall? admitted;
        try
        {
            admitted = await admission.AdmitAsync(start, transport, inTime.Token);
        }
        catch (OperationCanceledException) when (inTime.IsCancellationRequested)
        {
            GatewayLog.NotAdmittedInTime(log);
            return;
        }

        if (admitted is null)
            return;

        using var scope = log.BeginScope(new CallScope(admitted.Call.CallId, admitted.Call.Tenant.Slug, start.CallSid));
        pipeline = admitted.Pipeline;
        if (!registry.TryAdd(start.CallSid, this))
        {
            GatewayLog.CallRefused(log);
            await admitted.Pipeline.DisposeAsync();
            return;
        }

        admission.Connected(admitted.Call, start.StreamSid);
        await ConverseAsync(start.CallSid, admitted.Pipeline, transport);
    }

    /// <summary>Reads up to the start message; null when it does not come or is not acceptable.</summary>
    private async Task<StreamStart?> WaitForStartAsync(CancellationToken timeout, CancellationToken inTime)
    {
        while (true)
        {
            switch (await reader.ReadAsync(inTime))
            {
                case ReceivedKind.Text:
                    break;
                case ReceivedKind.Binary:
                    Complain("binary");
                    continue;
                case ReceivedKind.TooLarge:
                    GatewayLog.MessageTooLarge(log, options.MaxMessageBytes);
                    return null;
                case var other:
                    GatewayLog.NoStart(log, other == ReceivedKind.Broken && timeout.IsCancellationRequested ? "none in time" : "disconnected");
                    return null;
            }

            var message = StreamMessageReader.Read(reader.Message);
            switch (message.Kind)
            {
                case StreamMessageKind.Start:
                    lastSequence = message.SequenceNumber;
                    return message.Start;
                case StreamMessageKind.Malformed:
                    Complain(message.Error!);
                    break;
                case StreamMessageKind.Media or StreamMessageKind.Dtmf or StreamMessageKind.Mark:
                    message.Audio?.Dispose();
                    // Nothing before the start has a call to belong to.
                    Complain("before start");
                    break;
                case StreamMessageKind.Stop:
                    GatewayLog.NoStart(log, "stopped");
                    return null;
            }
        }
    }

    private async Task ConverseAsync(string carrierCallId, CallPipeline call, TwilioTransport transport)
    {
        GatewayLog.CallConnected(log);
        var reading = ReadAsync(call);
        var writing = WriteAsync(call, transport, reading);
        var outcome = await call.RunAsync();

        // From here on everything ends by itself, or with the deadline: a carrier that neither reads nor closes is dropped.
        transport.Close();
        abort.CancelAfter(TimeSpan.FromSeconds(options.CloseTimeoutSeconds));
        await writing;
        registry.Remove(carrierCallId, this, outcome);
        await SendCloseAsync();
        await reading;
        await call.DisposeAsync();
    }

    private async Task ReadAsync(CallPipeline call)
    {
        var reason = CallEndReason.TransportLost;
        try
        {
            reason = await ReadToEndAsync(call);
        }
        catch (Exception e)
        {
            // Nothing would be heard any more: the call must learn of it.
            GatewayLog.SessionFailed(log, e);
        }

        await call.EndAsync(reason);
    }

    private async Task<CallEndReason> ReadToEndAsync(CallPipeline call)
    {
        while (true)
        {
            switch (await reader.ReadAsync(abort.Token))
            {
                case ReceivedKind.Text:
                    if (Handle(call, out var waiting) is { } reason)
                        return reason;
                    await waiting;
                    break;
                case ReceivedKind.Binary:
                    Complain("binary");
                    break;
                case ReceivedKind.TooLarge:
                    GatewayLog.MessageTooLarge(log, options.MaxMessageBytes);
                    return CallEndReason.ProtocolError;
                default:
                    return CallEndReason.TransportLost;
            }
        }
    }

    /// <summary>
    /// Takes one message; the reason when it ends the stream. <paramref name="waiting"/> completes when the call has taken it.
    /// </summary>
    private CallEndReason? Handle(CallPipeline call, out ValueTask waiting)
    {
        waiting = default;
        var message = StreamMessageReader.Read(reader.Message);
        if (!message.StreamSid.IsEmpty && !message.StreamSid.SequenceEqual(streamSid) && message.Kind != StreamMessageKind.Start)
        {
            message.Audio?.Dispose();
            Complain("another stream's");
            return null;
        }

        CheckOrder(message.SequenceNumber);
        switch (message.Kind)
        {
            case StreamMessageKind.Media:
                if (message.Audio is { } frame)
                {
                    frame.ReceivedAt = clock.GetTimestamp();
                    call.Hear(frame);
                }

                break;
            case StreamMessageKind.Mark:
                waiting = call.MarkAsync(message.MarkName!);
                break;
            case StreamMessageKind.Dtmf:
                waiting = call.PressAsync(message.Digit);
                break;
            case StreamMessageKind.Stop:
                return CallEndReason.CallerHungUp;
            case StreamMessageKind.Start:
                // One connection carries one stream; a second start is somebody else's mistake or attack.
                Complain("second start");
                return CallEndReason.ProtocolError;
            case StreamMessageKind.Malformed:
                Complain(message.Error!);
                break;
        }

        return null;
    }

    private void CheckOrder(long sequence)
    {
        if (sequence > 0 && sequence != lastSequence + 1 && !orderWarned)
        {
            orderWarned = true;
            GatewayLog.OutOfOrder(log, lastSequence + 1, sequence);
        }

        lastSequence = Math.Max(lastSequence, sequence);
    }

    private void Complain(string why)
    {
        metrics.BadMessage();
        if (complaints++ < MostComplaints)
            GatewayLog.BadMessage(log, why);
    }

    private async Task WriteAsync(CallPipeline call, TwilioTransport transport, Task reading)
    {
        var messages = transport.Messages;
        try
        {
            while (await messages.WaitToReadAsync(CancellationToken.None))
            {
                while (messages.TryRead(out var message))
                    await WriteAsync(message);
            }
        }
        catch (Exception e) when (IsDisconnect(e))
        {
            // The carrier has gone. One that hangs up while it is spoken to says so first: that is the reason, if it can still be read.
            await reading.WaitAsync(LastWordsPatience, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception e)
        {
            GatewayLog.SessionFailed(log, e);
        }

        transport.Close();
        transport.Discard();
        await call.EndAsync(CallEndReason.TransportLost);
    }

    private async Task WriteAsync(OutboundMessage message)
    {
        try
        {
            await socket.SendAsync(
                message.Buffer.AsMemory(0, message.Length), WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, abort.Token);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message.Buffer);
        }
    }

    /// <summary>The carrier does not read. Called on the call's loop, which is not to wait for whatever the abort sets off.</summary>
    private void GiveUp()
    {
        GatewayLog.CarrierTooSlow(log);
        _ = abort.CancelAsync();
    }

    private async Task SendCloseAsync()
    {
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, abort.Token);
        }
        catch (Exception e) when (IsDisconnect(e))
        {
            // It has gone already.
        }
    }

    /// <summary>Closes, and reads on until the carrier has closed as well: a socket shut with unread data loses what was sent last.</summary>
    private async Task<bool> CloseAsync()
    {
        abort.CancelAfter(TimeSpan.FromSeconds(options.CloseTimeoutSeconds));
        await SendCloseAsync();
        while (socket.State == WebSocketState.CloseSent && await reader.ReadAsync(abort.Token) is not (ReceivedKind.Closed or ReceivedKind.Broken))
        {
            // What still comes has no call any more.
        }

        return socket.State == WebSocketState.Closed;
    }

    private static bool IsDisconnect(Exception e) =>
        e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException;
}
