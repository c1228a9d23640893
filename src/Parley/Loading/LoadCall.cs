using Parley.Calling;

namespace Parley.Loading;

/// <summary>One call of a load test: a stream on a connection. The clock and the receiver use it at the same time.</summary>
internal sealed class LoadCall : LoadConnection.IReceiver, IDisposable
{
    private static readonly TimeSpan CloseDeadline = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly LoadMeter meter;
    private readonly LoadStream stream;
    private readonly LoadConnection connection;
    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool hungUp;

    public LoadCall(OpenedStream opened, LoadScript script, LoadTiming timing, LoadMeter meter, int seed)
    {
        this.meter = meter;
        Start = opened.Start;
        connection = new LoadConnection(opened.Socket, opened.Reader, this);
        stream = new LoadStream(opened.Start, script, new LoadCaller(script, meter, timing, seed), meter, Send);
    }

    /// <summary>Who the call is.</summary>
    public MediaStreamStart Start { get; }

    /// <summary>The connection has ended.</summary>
    public bool IsOver => closed.Task.IsCompleted;

    /// <summary>Says hello and begins to receive.</summary>
    public void Begin()
    {
        lock (gate)
            stream.Begin();
        connection.Open();
    }

    /// <summary>Plays and sends 20 ms.</summary>
    public void Tick(long due)
    {
        if (IsOver)
            return;

        lock (gate)
        {
            if (!hungUp)
                stream.Tick(due);
        }
    }

    /// <summary>Hangs up and waits for the server to close; false when it did not in time.</summary>
    public async Task<bool> HangUpAsync()
    {
        lock (gate)
        {
            hungUp = true;
            stream.End();
        }

        try
        {
            await closed.Task.WaitAsync(CloseDeadline, meter.Time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();

    bool LoadConnection.IReceiver.OnFrame(ServerFrameKind kind, ReadOnlySpan<byte> payload)
    {
        lock (gate)
        {
            switch (kind)
            {
                case ServerFrameKind.Text:
                    stream.Receive(payload);
                    return true;
                case ServerFrameKind.Ping:
                    stream.Pong(payload);
                    return true;
                case ServerFrameKind.Pong:
                    return true;
                case ServerFrameKind.Close:
                    return false;
                default:
                    meter.Current.CountInvalid();
                    return false;
            }
        }
    }

    void LoadConnection.IReceiver.OnClosed()
    {
        lock (gate)
        {
            if (!closed.TrySetResult())
                return;
            if (!hungUp)
                meter.Current.CountDropped();
        }
    }

    private void Send(ReadOnlySpan<byte> frame)
    {
        if (!connection.Send(frame) && !IsOver)
            meter.Current.CountBlocked();
    }
}
