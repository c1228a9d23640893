using System.Net.Sockets;

namespace Parley.Loading;

/// <summary>
/// A WebSocket that costs little: one socket, one receive at a time whose completion runs on the thread that saw it, sends that never wait.
/// What the server is too slow to take is kept for it, up to five seconds of a call.
/// </summary>
internal sealed class LoadConnection : IDisposable
{
    private const int MostWaiting = 250 * 512;

    private readonly Socket socket;
    private readonly ServerFrameReader reader;
    // True: completions carry no execution context, which nobody reads here.
    private readonly SocketAsyncEventArgs receiving = new(true);
    private readonly IReceiver receiver;
    private byte[] waiting = [];
    private int waitingBytes;
    private bool closed;

    public LoadConnection(Socket socket, ServerFrameReader reader, IReceiver receiver)
    {
        (this.socket, this.reader, this.receiver) = (socket, reader, receiver);
        socket.Blocking = false;
        receiving.Completed += (_, _) =>
        {
            if (Take())
                Receive();
        };
    }

    /// <summary>Gets what a connection receives.</summary>
    internal interface IReceiver
    {
        /// <summary>A frame; false when nothing more is wanted.</summary>
        bool OnFrame(ServerFrameKind kind, ReadOnlySpan<byte> payload);

        /// <summary>Nothing more will come. Called once.</summary>
        void OnClosed();
    }

    /// <summary>Begins to receive.</summary>
    public void Open()
    {
        if (TakeFrames())
            Receive();
    }

    /// <summary>
    /// Sends a frame, or keeps it until the server has room. False when it was kept, or when the connection is gone. One thread at a time.
    /// </summary>
    public bool Send(ReadOnlySpan<byte> frame)
    {
        if (closed)
            return false;

        if (waitingBytes > 0 && !Flush())
        {
            Keep(frame);
            return false;
        }

        var sent = SendNow(frame);
        if (sent == frame.Length)
            return true;

        Keep(frame[sent..]);
        return false;
    }

    /// <summary>Ends the connection without ceremony.</summary>
    public void Dispose()
    {
        closed = true;
        socket.Dispose();
        receiving.Dispose();
    }

    private bool Flush()
    {
        var sent = SendNow(waiting.AsSpan(0, waitingBytes));
        waiting.AsSpan(sent, waitingBytes - sent).CopyTo(waiting);
        waitingBytes -= sent;
        return waitingBytes == 0;
    }

    private int SendNow(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var sent = socket.Send(bytes, SocketFlags.None, out var error);
            if (error is SocketError.Success or SocketError.WouldBlock)
                return Math.Max(0, sent);
        }
        catch (ObjectDisposedException)
        {
            // Closed meanwhile.
        }

        // The receiver learns of it and says how the call ended.
        closed = true;
        waitingBytes = 0;
        return bytes.Length;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (closed)
            return;

        if (waitingBytes + bytes.Length > MostWaiting)
        {
            closed = true;
            socket.Dispose();
            return;
        }

        if (waiting.Length < waitingBytes + bytes.Length)
            Array.Resize(ref waiting, Math.Max(4096, (waitingBytes + bytes.Length) * 2));
        bytes.CopyTo(waiting.AsSpan(waitingBytes));
        waitingBytes += bytes.Length;
    }

    private void Receive()
    {
        try
        {
            do
            {
                receiving.SetBuffer(reader.Free);
                if (socket.ReceiveAsync(receiving))
                    return;
            }
            while (Take());
        }
        catch (ObjectDisposedException)
        {
            receiver.OnClosed();
        }
    }

    private bool Take()
    {
        if (receiving.SocketError != SocketError.Success || receiving.BytesTransferred == 0)
        {
            receiver.OnClosed();
            return false;
        }

        reader.Advance(receiving.BytesTransferred);
        return TakeFrames();
    }

    private bool TakeFrames()
    {
        while (reader.TryRead(out var kind, out var payload))
        {
            if (!receiver.OnFrame(kind, payload))
            {
                receiver.OnClosed();
                return false;
            }
        }

        return true;
    }
}
