using System.Threading.Channels;
using Parley.Conversation.Providers;
using Parley.Conversation.Providers.Azure;

namespace Parley.Conversation.Stt.Azure;

/// <summary>The pump of one call's recognition: keeps a connection while there is something to say, and says it.</summary>
internal sealed class AzureSender(
    AzureRecognition recognition, AzureRecognitionSetup setup, AzureSpeechOptions options, AzureSocketPool pool, CallMeter? meter,
    TimeProvider clock) : IAsyncDisposable
{
    // Audio that waited (a new connection, a burst) goes in larger pieces; the service's limit is 8,192 bytes.
    private const int MostSamplesAtOnce = 3200;
    private const int SamplesPerMs = 8;

    private readonly Channel<bool> wakes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly CancellationTokenSource stopping = new();
    private readonly byte[] piece = new byte[MostSamplesAtOnce * (options.MuLaw ? 1 : 2)];
    private readonly byte[] riff = AzureSetup.RiffHeader(options.MuLaw);
    private volatile AzureSocket? socket;
    private Task pumping = Task.CompletedTask;
    private string connectionId = AzureSocketPool.NewId(clock);
    private TimeSpan? retryIn = TimeSpan.Zero;
    private long unmetered;

    private enum Step
    {
        Wait,
        Connect,
        Begin,
        Audio,
        End,
    }

    /// <summary>The id that stays over all connections.</summary>
    public string ConnectionId => connectionId;

    /// <summary>At the end the connection has no turn open: other calls may have it.</summary>
    public bool MayReuse { get; set; }

    // Off the call's own context: sending must not wait for its turn in the loop.
    public void Start() => pumping = Task.Run(PumpAsync);

    public void Wake() => wakes.Writer.TryWrite(true);

    public void Abort(ProviderException reason) => _ = Task.Run(() => socket?.Abort(reason));

    public void OnClosed(AzureSocket which, ProviderException reason)
    {
        lock (recognition.Gate)
        {
            if (which != socket)
                return;

            socket = null;
            retryIn = recognition.OnLost(reason, whileConnecting: false, connectionId);
        }

        _ = Task.Run(() => which.DisposeAsync().AsTask());
        Wake();
    }

    /// <summary>Ends the pump.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await pumping;
        AzureSocket? last;
        lock (recognition.Gate)
            (last, socket) = (socket, null);
        if (last is not null)
            await (MayReuse ? pool.ReturnAsync(last) : last.DisposeAsync());
        stopping.Dispose();
    }

    private async Task PumpAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            AzureSocket? current = null;
            try
            {
                Step step;
                AzureTurn? turn;
                int samples;
                lock (recognition.Gate)
                {
                    current = socket;
                    (step, turn, samples) = Next();
                }

                switch (step)
                {
                    case Step.Wait:
                        await wakes.Reader.ReadAsync(stopping.Token);
                        break;
                    case Step.Connect:
                        await ConnectAsync();
                        break;
                    case Step.Begin:
                        await BeginAsync(current!, turn!);
                        break;
                    case Step.Audio:
                        await current!.SendAudioAsync(turn!.RequestId, piece.AsMemory(0, samples * (options.MuLaw ? 1 : 2)), false, stopping.Token);
                        Count(samples);
                        break;
                    case Step.End:
                        await current!.SendAudioAsync(turn!.RequestId, ReadOnlyMemory<byte>.Empty, false, stopping.Token);
                        recognition.OnEndSent();
                        break;
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Sending failed: the connection is over, and what that means is decided where its end is reported.
                if (current is not null)
                    await current.AbortAsync(AzureSpeechErrors.FromException(e), stopping.Token);
            }
        }
    }

    private (Step Step, AzureTurn? Turn, int Samples) Next()
    {
        var turn = recognition.Turn;
        if (socket is null)
            return (retryIn is not null || turn is not null ? Step.Connect : Step.Wait, null, 0);

        if (turn is null || turn.EndSent)
            return (Step.Wait, null, 0);

        if (!turn.HasBegun)
        {
            turn.HasBegun = true;
            return (Step.Begin, turn, 0);
        }

        var waiting = (turn.End ?? recognition.Audio.End) - turn.Sent;
        if (turn.End is null ? waiting >= options.ChunkMs * SamplesPerMs : waiting > 0)
        {
            var samples = recognition.Audio.Read(turn.Sent, piece.AsSpan(0, (int)Math.Min(waiting, MostSamplesAtOnce) * (options.MuLaw ? 1 : 2)));
            turn.Sent += samples;
            return (Step.Audio, turn, samples);
        }

        if (turn.End is null)
            return (Step.Wait, null, 0);

        turn.EndSent = true;
        return (Step.End, turn, 0);
    }

    private async Task BeginAsync(AzureSocket current, AzureTurn turn)
    {
        if (!current.IsConfigured)
        {
            current.IsConfigured = true;
            await current.SendTextAsync("speech.config", turn.RequestId, setup.Config, stopping.Token);
        }

        await current.SendTextAsync("speech.context", turn.RequestId, setup.Context, stopping.Token);
        await current.SendAudioAsync(turn.RequestId, riff, isHeader: true, stopping.Token);
    }

    private async Task ConnectAsync()
    {
        TimeSpan wait;
        lock (recognition.Gate)
            (wait, retryIn) = (retryIn ?? TimeSpan.Zero, null);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, clock, stopping.Token);

        try
        {
            var connected = await pool.GetAsync(setup.Address, connectionId, recognition, stopping.Token);
            lock (recognition.Gate)
            {
                socket = connected;
                connectionId = connected.ConnectionId;
            }

            // It may have closed before it was known here.
            if (connected.Closed is { } reason)
                OnClosed(connected, reason);
        }
        catch (ProviderException e)
        {
            lock (recognition.Gate)
                retryIn = recognition.OnLost(e, whileConnecting: true, connectionId);
        }
    }

    private void Count(int samples)
    {
        unmetered += samples;
        var milliseconds = unmetered / SamplesPerMs;
        unmetered -= milliseconds * SamplesPerMs;
        meter?.Add(Capability.Recognise, AzureSpeechOptions.Name, null, UsageUnit.AudioMs, milliseconds);
    }
}
