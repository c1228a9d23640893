using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Frames;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Sts.OpenAi;

/// <summary>
/// One call's session. The call's loop only queues; one task connects and reads, another sends. A frame goes up as it came: its bytes, as base64.
/// </summary>
internal sealed partial class RealtimeSession : ISpeechToSpeechSession
{
    private const int BytesPerMs = 8;

    // The line to the server is not fast enough for a conversation when so much waits for it.
    private const int MostWaitingBytes = 5000 * BytesPerMs;
    private const int MostBytesAtOnce = 1000 * BytesPerMs;

    private readonly OpenAiRealtime owner;
    private readonly SpeechToSpeechOptions options;
    private readonly SpeechEventSink sink;
    private readonly ILogger log;
    private readonly Channel<Outgoing> outgoing = Channel.CreateUnbounded<Outgoing>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource closing = new();
    private readonly Lock gate = new();
    private readonly Task running;
    private int waitingBytes;
    private bool isAnswering;
    private byte[]? respondNext;    // once the answer that is being made is over
    private int told;
    private int failed;

    public RealtimeSession(OpenAiRealtime owner, SpeechToSpeechOptions options, SpeechEventSink sink, ILogger log)
    {
        this.owner = owner;
        this.options = options;
        this.sink = sink;
        this.log = log;
        running = Task.Run(RunAsync);
    }

    /// <inheritdoc/>
    public void Hear(ReadOnlySpan<byte> muLaw)
    {
        if (Interlocked.Add(ref waitingBytes, muLaw.Length) > MostWaitingBytes)
        {
            _ = FailAsync(RealtimeErrors.Error(ProviderErrorKind.Timeout, "The session does not keep up with the call."));
            return;
        }

        while (muLaw.Length > 0)
        {
            var frame = AudioFrame.Copy(AudioFormat.Telephone, muLaw[..Math.Min(muLaw.Length, MostBytesAtOnce)]);
            muLaw = muLaw[frame.Bytes.Length..];
            if (!outgoing.Writer.TryWrite(new Outgoing(frame, null)))
                frame.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Respond(int reply, string? told)
    {
        if (told is not null)
            Tell(told);
        var message = RealtimeMessages.Respond(reply);
        lock (gate)
        {
            if (isAnswering)
                respondNext = message;
            else
                Send(message);
        }
    }

    /// <inheritdoc/>
    public void Tell(string happened) => Send(RealtimeMessages.Told(happened, ++told));

    /// <inheritdoc/>
    public void GiveResult(string callId, string result) => Send(RealtimeMessages.Result(callId, result));

    /// <inheritdoc/>
    public void Cancel(string response) => Send(RealtimeMessages.Cancel(response));

    /// <inheritdoc/>
    public void Truncate(AnswerItem item, int heardMs)
    {
        ArgumentNullException.ThrowIfNull(item);
        Send(RealtimeMessages.Truncate(item.Id, heardMs));
    }

    /// <inheritdoc/>
    public void Probe() => Send(RealtimeMessages.Probe);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref failed, 1);
        outgoing.Writer.TryComplete();
        await closing.CancelAsync();
        await running;
        closing.Dispose();
    }

    private void Send(byte[] message) => outgoing.Writer.TryWrite(new Outgoing(null, message));

    private async Task RunAsync()
    {
        RealtimeSocket? socket = null;
        Task? sending = null;
        try
        {
            var model = owner.Model(options.Providers);
            socket = await owner.TakeOrOpenAsync(model, closing.Token);
            sending = SendAllAsync(socket);
            var reader = new RealtimeReader(owner.Options, model, options.Meter);
            while (true)
                await OnAsync(reader.Read(await socket.ReceiveAsync(closing.Token)));
        }
        catch (Exception) when (closing.IsCancellationRequested)
        {
            // The call needs it no longer.
        }
        catch (ProviderException e)
        {
            await FailAsync(e);
        }
        catch (Exception e) when (ConnectionFailure.IsConnection(e) || e is OperationCanceledException)
        {
            // An aborted socket calls itself cancelled.
            await FailAsync(RealtimeErrors.Error(ProviderErrorKind.Disconnected, "The connection broke.", inner: e));
        }
        catch (Exception e)
        {
            // A fault of ours: the call goes on without the session.
            SessionFault(log, e);
            await FailAsync(RealtimeErrors.Error(ProviderErrorKind.MalformedAnswer, $"The session failed ({e.GetType().Name}).", inner: e));
        }
        finally
        {
            outgoing.Writer.TryComplete();
            if (socket is not null)
                await socket.DisposeAsync();
            if (sending is not null)
                await sending;
            while (outgoing.Reader.TryRead(out var left))
                left.Audio?.Dispose();
        }
    }

    private async ValueTask OnAsync(Incoming incoming)
    {
        if (incoming.Began || incoming.Ended)
        {
            lock (gate)
            {
                isAnswering = incoming.Began;
                if (incoming.Ended && respondNext is not null)
                {
                    Send(respondNext);
                    respondNext = null;
                }
            }
        }

        if (incoming.Event is { } e && Volatile.Read(ref failed) == 0)
            await sink(e, incoming.Audio);
        else
            incoming.Audio?.Dispose();
    }

    private async Task FailAsync(ProviderException failure)
    {
        if (Interlocked.Exchange(ref failed, 1) == 0)
            await sink(new SpeechEvent.Failed(failure), null);
    }

    /// <summary>Sends the session's beginning and then what is queued; audio that has piled up in one message.</summary>
    private async Task SendAllAsync(RealtimeSocket socket)
    {
        var audio = new byte[MostBytesAtOnce];
        var message = new byte[RealtimeMessages.AudioLength(MostBytesAtOnce)];
        try
        {
            await socket.SendAsync(RealtimeMessages.Configure(owner.Options, options, owner.Voice(options.Providers)), closing.Token);
            for (var i = 0; i < options.History.Count; i++)
                await socket.SendAsync(RealtimeMessages.Past(options.History[i], i), closing.Token);
            while (await outgoing.Reader.WaitToReadAsync(CancellationToken.None))
            {
                while (outgoing.Reader.TryRead(out var next))
                {
                    if (next.Message is { } json)
                    {
                        await socket.SendAsync(json, closing.Token);
                        continue;
                    }

                    var count = Take(next.Audio!, audio, 0);
                    while (outgoing.Reader.TryPeek(out var more) && more.Audio is { } piled && count + piled.Bytes.Length <= audio.Length)
                    {
                        outgoing.Reader.TryRead(out _);
                        count = Take(piled, audio, count);
                    }

                    Interlocked.Add(ref waitingBytes, -count);
                    var length = RealtimeMessages.WriteAudio(audio.AsSpan(0, count), message);
                    await socket.SendAsync(message.AsMemory(0, length), closing.Token);
                }
            }
        }
        catch (Exception e) when (ConnectionFailure.IsConnection(e) || e is OperationCanceledException)
        {
            // The reader tells what happened.
        }
    }

    private static int Take(AudioFrame frame, byte[] audio, int at)
    {
        using (frame)
        {
            frame.Bytes.CopyTo(audio.AsSpan(at));
            return at + frame.Bytes.Length;
        }
    }

    [LoggerMessage(1060, LogLevel.Error, "A realtime session failed")]
    private static partial void SessionFault(ILogger logger, Exception error);

    /// <summary>Audio or an event on its way to the server.</summary>
    private readonly record struct Outgoing(AudioFrame? Audio, byte[]? Message);
}
