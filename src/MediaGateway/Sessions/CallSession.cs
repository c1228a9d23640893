using System.Buffers;
using System.Net.WebSockets;
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
    WebSocket socket, ICallAdmission admission, CallRegistry registry, GatewayOptions options, TimeProvider clock, ILogger log) : IDisposable
{
    private readonly CancellationTokenSource abort = new();
    private readonly MessageReader reader = new(socket, options.MaxMessageBytes);
    private CallPipeline? pipeline;
    private TwilioTransport? transport;
    private long lastSequence;
    private bool orderWarned;

    /// <summary>Serves the connection to its end. Never throws.</summary>
    public async Task RunAsync()
    {
        using (reader)
        {
            try
            {
                if (await WaitForStartAsync() is { } start)
                    await ServeAsync(start);
            }
            catch (Exception e)
            {
                // A fault of ours ends this connection, never the process.
                GatewayLog.SessionFailed(log, e);
            }

            await CloseAsync();
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

    /// <summary>Reads up to the start message; null when it does not come or is not acceptable.</summary>
    private async Task<StreamStart?> WaitForStartAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(options.StartTimeoutSeconds), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, abort.Token);
        while (true)
        {
            switch (await reader.ReadAsync(either.Token))
            {
                case ReceivedKind.Text:
                    break;
                case ReceivedKind.Binary:
                    GatewayLog.BadMessage(log, "binary");
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
                    GatewayLog.BadMessage(log, message.Error!);
                    break;
                case StreamMessageKind.Media or StreamMessageKind.Dtmf or StreamMessageKind.Mark:
                    message.Audio?.Dispose();
                    // Nothing before the start has a call to belong to.
                    GatewayLog.BadMessage(log, "before start");
                    break;
                case StreamMessageKind.Stop:
                    GatewayLog.NoStart(log, "stopped");
                    return null;
            }
        }
    }

    private async Task ServeAsync(StreamStart start)
    {
        transport = new TwilioTransport(start.StreamSid);
        var admitted = await admission.AdmitAsync(start, transport, abort.Token);
        if (admitted is null)
            return;

        using var scope = log.BeginScope(new CallScope(admitted.Call.CallId, admitted.Call.Tenant.Slug, start.CallSid));
        pipeline = admitted.Pipeline;
        if (!registry.TryAdd(start.CallSid, this))
        {
            GatewayLog.CallRefused(log);
            await pipeline.DisposeAsync();
            return;
        }

        var outcome = new CallOutcome(CallEndReason.TransportLost, null);
        try
        {
            GatewayLog.CallConnected(log);
            var reading = ReadAsync();
            var writing = WriteAsync();
            outcome = await pipeline.RunAsync();
            transport.Close();
            await writing;
            registry.Remove(start.CallSid, outcome);
            await CloseOutputAsync();
            await reading;
        }
        finally
        {
            registry.Remove(start.CallSid, outcome);
            await pipeline.DisposeAsync();
            DiscardMessages();
        }
    }

    private async Task ReadAsync()
    {
        while (true)
        {
            var received = await reader.ReadAsync(abort.Token);
            if (received == ReceivedKind.Text)
            {
                if (await HandleAsync())
                    continue;
                return;
            }

            if (received == ReceivedKind.Binary)
            {
                GatewayLog.BadMessage(log, "binary");
                continue;
            }

            var reason = received == ReceivedKind.TooLarge ? CallEndReason.ProtocolError : CallEndReason.TransportLost;
            if (received == ReceivedKind.TooLarge)
                GatewayLog.MessageTooLarge(log, options.MaxMessageBytes);
            await pipeline!.EndAsync(reason);
            return;
        }
    }

    /// <summary>Takes one message; false when the stream is over.</summary>
    private ValueTask<bool> HandleAsync()
    {
        var message = StreamMessageReader.Read(reader.Message);
        CheckOrder(message.SequenceNumber);
        switch (message.Kind)
        {
            case StreamMessageKind.Media:
                if (message.Audio is { } frame)
                    pipeline!.Hear(frame);
                return ValueTask.FromResult(true);
            case StreamMessageKind.Mark:
                return After(pipeline!.MarkAsync(message.MarkName!), true);
            case StreamMessageKind.Dtmf:
                return After(pipeline!.PressAsync(message.Digit), true);
            case StreamMessageKind.Stop:
                return After(pipeline!.EndAsync(CallEndReason.CallerHungUp), false);
            case StreamMessageKind.Start:
                // One connection carries one stream; a second start is somebody else's mistake or attack.
                GatewayLog.BadMessage(log, "second start");
                return After(pipeline!.EndAsync(CallEndReason.ProtocolError), false);
            case StreamMessageKind.Malformed:
                GatewayLog.BadMessage(log, message.Error!);
                return ValueTask.FromResult(true);
            default:
                return ValueTask.FromResult(true);
        }

        static async ValueTask<bool> After(ValueTask done, bool goOn)
        {
            await done;
            return goOn;
        }
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

    private async Task WriteAsync()
    {
        var messages = transport!.Messages;
        var broken = false;
        while (await messages.WaitToReadAsync(CancellationToken.None))
        {
            while (messages.TryRead(out var message))
            {
                try
                {
                    if (!broken)
                        await socket.SendAsync(message.Buffer.AsMemory(0, message.Length), WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, abort.Token);
                }
                catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
                {
                    // The carrier has gone; the read pump tells the call.
                    broken = true;
                    await pipeline!.EndAsync(CallEndReason.TransportLost);
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(message.Buffer);
                }
            }
        }

        if (transport.IsOverrun)
        {
            GatewayLog.CarrierTooSlow(log);
            await pipeline!.EndAsync(CallEndReason.TransportLost);
        }
    }

    private async Task CloseOutputAsync()
    {
        // The carrier answers the close; one that does not is dropped.
        abort.CancelAfter(TimeSpan.FromSeconds(options.CloseTimeoutSeconds));
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, abort.Token);
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It has gone already.
        }
    }

    private async Task CloseAsync()
    {
        await CloseOutputAsync();
        socket.Abort();
        socket.Dispose();
    }

    private void DiscardMessages()
    {
        while (transport!.Messages.TryRead(out var message))
            ArrayPool<byte>.Shared.Return(message.Buffer);
    }
}
