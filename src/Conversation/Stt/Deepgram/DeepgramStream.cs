using System.Buffers;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Frames;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Stt.Deepgram;

/// <summary>
/// One call's recognition over as many connections as it takes. The loop's thread writes into a backlog; a pump sends it, and sends it
/// again from the last final result on when a connection breaks. Positions are samples since the call's first, whatever connection.
/// </summary>
internal sealed partial class DeepgramStream : ISpeechToTextStream
{
    // 250 ms, the longest message that Deepgram's documents advise; only a replay fills it.
    private const int MostMessageSamples = 2000;

    // Final results that end this little before the end of the audio leave no word out: 60 ms.
    private const int FinalSlackSamples = 60 * 8;

    // Interim results come every second; a recogniser that is further behind does not keep up: 2 s.
    private const int MostLagSamples = 2000 * 8;

    private static readonly TimeSpan PauseBetweenReconnects = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the last results are waited for when the call is over.</summary>
    public static readonly TimeSpan CloseDeadline = TimeSpan.FromSeconds(1);

    private static readonly byte[] Finalize = """{"type":"Finalize"}"""u8.ToArray();
    private static readonly byte[] CloseStream = """{"type":"CloseStream"}"""u8.ToArray();

    private readonly DeepgramOptions options;
    private readonly string model;
    private readonly Func<CancellationToken, Task<DeepgramConnection>> connect;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly CallMeter? meter;
    private readonly Action<TranscriptEvent> sink;
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource stopping = new();
    private readonly ITimer deadline;
    private readonly Task running;

    // Under the gate.
    private readonly Lock gate = new();
    private readonly AudioBacklog backlog = new(AudioEncoding.MuLaw);
    private readonly UtteranceText text = new();
    private readonly FinalizeAnswers finalizes = new();
    private ProviderException? failure;
    private int? pending;
    private bool finalizeWanted;
    private bool closing;
    private bool disposed;
    private long sent;
    private long offset;
    private long committed;
    private long asked;
    private bool connected;
    private bool hasProgress;

    public DeepgramStream(
        DeepgramOptions options, string model, Func<CancellationToken, Task<DeepgramConnection>> connect, TimeProvider clock, ILogger logger,
        CallMeter? meter, Action<TranscriptEvent> sink)
    {
        this.options = options;
        this.model = model;
        this.connect = connect;
        this.clock = clock;
        this.logger = logger;
        this.meter = meter;
        this.sink = sink;
        deadline = clock.CreateTimer(_ => OnDeadline(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        // Names are looked up and keys exchanged on the pool, not on the call's loop.
        running = Task.Run(RunAsync);
    }

    public void Write(ReadOnlySpan<short> samples)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (samples.IsEmpty)
            return;
        lock (gate)
        {
            if (failure is null)
                backlog.Append(samples);
        }

        wake.Writer.TryWrite(true);
    }

    public void RequestFinal(int request)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        TranscriptEvent? answer = null;
        lock (gate)
        {
            pending = request;
            asked = backlog.End;
            if (failure is not null)
                answer = Failed(failure);
            else if (text.FinalEnd >= asked - FinalSlackSamples || asked == committed)
                answer = Answer(endOfSpeech: false);
            else
            {
                // Covers a connection that takes no audio any more; the answer itself gets its own time once it was asked for.
                finalizeWanted = true;
                deadline.Change(TimeSpan.FromMilliseconds(options.ConnectTimeoutMs + options.FinalizeDeadlineMs), Timeout.InfiniteTimeSpan);
            }
        }

        Emit(answer);
        wake.Writer.TryWrite(true);
    }

    public void Commit()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        TranscriptEvent? answer;
        lock (gate)
        {
            answer = pending is null ? null : Answer(endOfSpeech: false);
            committed = backlog.End;
            text.Commit(committed);
            finalizeWanted = false;
            ForgetAudio();
        }

        Emit(answer);
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            if (disposed)
                return;
            disposed = true;
            closing = true;
            pending = null;

            // The pump says CloseStream and takes what still comes; a connection that is not there yet is not waited for.
            if (!connected)
                stopping.Cancel();
        }

        wake.Writer.TryWrite(true);
        await deadline.DisposeAsync();

        using (var late = new CancellationTokenSource(CloseDeadline, clock))
        {
            await using var _ = late.Token.Register(stopping.Cancel);
            await running;
        }

        stopping.Dispose();
        backlog.Dispose();
    }

    private async Task RunAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                if (await UseConnectionAsync())
                    return;
                throw DeepgramErrors.Error(ProviderErrorKind.Disconnected, "closed in the middle of a call");
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (ProviderException e)
            {
                lock (gate)
                {
                    if (closing)
                        return;

                    // Whoever gets further each time is not out of order.
                    if (hasProgress)
                        attempt = 0;
                }

                if (!IsWorthAnother(e, attempt))
                {
                    Fail(e);
                    return;
                }

                LogReconnect(e.Kind, e.Message);
                if (attempt > 0)
                    await PauseAsync();
            }
            catch (Exception e)
            {
                // A fault of ours; the call goes on with the next recogniser.
                Fail(DeepgramErrors.Error(ProviderErrorKind.Disconnected, "recognition failed", inner: e));
                return;
            }
        }
    }

    // Too many calls at once are not cured by more attempts, and who did not answer in time has used up the caller's patience.
    private bool IsWorthAnother(ProviderException e, int attempt) =>
        attempt < options.MostReconnects
        && e.Kind is ProviderErrorKind.Disconnected or ProviderErrorKind.Unavailable or ProviderErrorKind.MalformedAnswer;

    private async Task PauseAsync()
    {
        try
        {
            await Task.Delay(PauseBetweenReconnects, clock, stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // The next attempt sees it.
        }
    }

    /// <summary>Uses one connection to its end; true when the stream is finished.</summary>
    private async Task<bool> UseConnectionAsync()
    {
        lock (gate)
        {
            if (closing)
                return true;
        }

        await using var connection = await connect(stopping.Token);
        lock (gate)
        {
            sent = Math.Clamp(Math.Max(text.FinalEnd, committed), backlog.Begin, backlog.End);
            offset = sent - DeepgramConnection.PrimedSamples;
            connected = true;
            hasProgress = false;
            finalizes.Clear();
            finalizeWanted = pending is not null;
        }

        var bill = new AudioBill(meter, model);
        bill.Add(DeepgramConnection.PrimedSamples);
        try
        {
            var receiving = ReceiveAsync(connection, bill);
            var sending = SendAsync(connection, bill);
            if (await Task.WhenAny(receiving, sending) == sending && sending.IsCompletedSuccessfully)
            {
                await receiving;
                return true;
            }

            // The reader knows best why a connection ended: let it finish before the writer is asked.
            await ConnectionFailure.ReaderEndsAsync(receiving, clock, stopping.Token);
            connection.Abort();
            wake.Writer.TryWrite(true);
            try
            {
                await receiving;
            }
            finally
            {
                await Quietly(sending);
            }

            lock (gate)
                return closing;
        }
        finally
        {
            bill.Close();
            lock (gate)
                connected = false;
        }
    }

    private static async Task Quietly(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception e) when (e is ProviderException or OperationCanceledException || ConnectionFailure.IsConnection(e))
        {
            // Its connection is over already.
        }
    }

    private async Task SendAsync(DeepgramConnection connection, AudioBill bill)
    {
        var message = ArrayPool<byte>.Shared.Rent(MostMessageSamples);
        try
        {
            while (connection.IsOpen)
            {
                int count;
                bool finalize;
                bool close;
                lock (gate)
                {
                    // Of an outage longer than the backlog the oldest audio is gone, and the connection's time with it.
                    offset += Math.Max(0, backlog.Begin - sent);
                    sent = Math.Max(sent, backlog.Begin);
                    count = backlog.Read(sent, message.AsSpan(0, MostMessageSamples));
                    sent += count;
                    finalize = count == 0 && finalizeWanted;
                    close = count == 0 && closing;
                    if (finalize)
                    {
                        finalizeWanted = false;
                        finalizes.Sent(sent);
                        deadline.Change(TimeSpan.FromMilliseconds(options.FinalizeDeadlineMs), Timeout.InfiniteTimeSpan);
                    }
                }

                if (count > 0)
                {
                    await connection.SendAudioAsync(message.AsMemory(0, count), stopping.Token);
                    bill.Add(count);
                }
                else if (close)
                {
                    await connection.SendTextAsync(CloseStream, stopping.Token);
                    return;
                }
                else if (finalize)
                    await connection.SendTextAsync(Finalize, stopping.Token);
                else if (await wake.Reader.WaitToReadAsync(stopping.Token))
                    wake.Reader.TryRead(out _);
            }

            throw DeepgramErrors.Error(ProviderErrorKind.Disconnected, "the connection broke");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    private async Task ReceiveAsync(DeepgramConnection connection, AudioBill bill)
    {
        while (await connection.ReceiveAsync(stopping.Token) is { } message)
        {
            if (message.Kind == DeepgramMessageKind.Results)
                OnResults(message);
            else if (message.Kind == DeepgramMessageKind.UtteranceEnd)
                OnUtteranceEnd();
            else if (message.Kind == DeepgramMessageKind.Metadata)
                bill.Reported(message.End);
        }
    }

    private void OnResults(in DeepgramMessage result)
    {
        TranscriptEvent? answer = null;
        TranscriptEvent? heard = null;
        lock (gate)
        {
            var before = text.FinalEnd;
            var changed = text.Take(result, offset);
            hasProgress |= text.FinalEnd > before;
            if (result.IsFinal)
                ForgetAudio();

            // The end that we ask for ourselves is no evidence of anything.
            var done = result is { IsSpeechFinal: true, IsFromFinalize: false } && text.TakePending();
            var answered = result.IsFromFinalize && finalizes.Answered(result.End + offset);
            if (pending is not null && (answered || (result.IsFinal && text.FinalEnd >= asked - FinalSlackSamples)))
                answer = Answer(done);
            else if ((changed || done) && text.Text.Length > 0)
                heard = new TranscriptEvent(text.Text, IsFinal: false, Request: -1, EndOfSpeech: done);
        }

        Emit(heard);
        Emit(answer);
    }

    // Comes also after speech_final for the same words: then it tells nothing new.
    private void OnUtteranceEnd()
    {
        TranscriptEvent? heard;
        lock (gate)
            heard = text.TakePending() ? new TranscriptEvent(text.Text, IsFinal: false, Request: -1, EndOfSpeech: true) : null;
        Emit(heard);
    }

    private void OnDeadline()
    {
        TranscriptEvent? answer;
        lock (gate)
        {
            if (pending is null)
                return;

            // Text that covers nearly all of the audio is as good as it gets; none at all, or old text, would lose words unnoticed.
            answer = text.HeardEnd > committed && text.HeardEnd >= asked - MostLagSamples
                ? Answer(endOfSpeech: false)
                : Failed(DeepgramErrors.Error(ProviderErrorKind.Timeout, $"no words within {options.FinalizeDeadlineMs} ms after they were asked for"));
        }

        Emit(answer);
    }

    private void Fail(ProviderException error)
    {
        TranscriptEvent failed;
        lock (gate)
        {
            failure = error;
            failed = Failed(error);
            backlog.Forget(backlog.End);
        }

        LogFailed(error.Kind, error);
        Emit(failed);
    }

    private TranscriptEvent Answer(bool endOfSpeech)
    {
        var answer = new TranscriptEvent(text.Text, IsFinal: true, pending!.Value, EndOfSpeech: endOfSpeech);
        Settle();
        return answer;
    }

    private TranscriptEvent Failed(ProviderException error)
    {
        var failed = new TranscriptEvent("", IsFinal: true, pending ?? -1, $"{error.Message} ({error.Kind})", Failure: error);
        Settle();
        return failed;
    }

    private void Settle()
    {
        pending = null;
        finalizeWanted = false;
        deadline.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void ForgetAudio() => backlog.Forget(Math.Min(sent, Math.Max(text.FinalEnd, committed)));

    // Outside of the gate: the sink may hold locks of its own while it calls this stream.
    private void Emit(TranscriptEvent? heard)
    {
        if (heard is { } known && !disposed)
            sink(known);
    }

    [LoggerMessage(4302, LogLevel.Information, "Deepgram is connected anew ({Kind}): {Error}")]
    private partial void LogReconnect(ProviderErrorKind kind, string error);

    [LoggerMessage(4303, LogLevel.Warning, "Deepgram is given up ({Kind})")]
    private partial void LogFailed(ProviderErrorKind kind, Exception error);
}
