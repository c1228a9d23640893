using System.Buffers;
using System.Text;
using System.Threading.Channels;
using Parley.Conversation.Pipeline;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Sessions;

/// <summary>
/// The way from a call's loop to its socket: writes Twilio's messages into pooled buffers and queues them for the write pump. Never blocks:
/// when the carrier reads so slowly that the queue is full, the connection is given up.
/// </summary>
internal sealed class TwilioTransport : ICallTransport
{
    // At most 100 ms of audio a message and a lead of under a second: a longer queue means that nobody reads.
    private const int QueueLength = 256;

    // The write pump goes on within the call's loop, up to the first write that has to wait.
    private readonly Channel<OutboundMessage> queue = Channel.CreateBounded<OutboundMessage>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true, SingleWriter = true, AllowSynchronousContinuations = true });

    private readonly byte[] streamSid;
    private readonly Action overrun;
    private volatile bool closed;

    /// <param name="streamSid">The stream's id.</param>
    /// <param name="overrun">Called once, on the loop, when the carrier does not read: messages were lost.</param>
    public TwilioTransport(string streamSid, Action overrun)
    {
        this.streamSid = Encoding.ASCII.GetBytes(streamSid);
        this.overrun = overrun;
    }

    /// <summary>What waits to be written; completes after <see cref="Close"/>.</summary>
    public ChannelReader<OutboundMessage> Messages => queue.Reader;

    /// <inheritdoc/>
    public void SendAudio(ReadOnlySpan<byte> muLaw)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(StreamMessageWriter.MediaLength(muLaw.Length, streamSid.Length));
        Queue(buffer, StreamMessageWriter.WriteMedia(muLaw, streamSid, buffer));
    }

    /// <inheritdoc/>
    public void SendMark(string name)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(StreamMessageWriter.MarkLength(name.Length, streamSid.Length));
        Queue(buffer, StreamMessageWriter.WriteMark(name, streamSid, buffer));
    }

    /// <inheritdoc/>
    public void SendClear()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(StreamMessageWriter.ClearLength(streamSid.Length));
        Queue(buffer, StreamMessageWriter.WriteClear(streamSid, buffer));
    }

    /// <inheritdoc/>
    public void Close()
    {
        closed = true;
        queue.Writer.TryComplete();
    }

    /// <summary>Throws away what waits; for the write pump when it cannot write any more.</summary>
    public void Discard()
    {
        while (queue.Reader.TryRead(out var message))
            ArrayPool<byte>.Shared.Return(message.Buffer);
    }

    private void Queue(byte[] buffer, int length)
    {
        if (queue.Writer.TryWrite(new OutboundMessage(buffer, length)))
            return;

        ArrayPool<byte>.Shared.Return(buffer);
        if (closed)
            return;

        // Full.
        Close();
        overrun();
    }
}
