using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Agents;
using Parley.Conversation.Capture;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Frames;

namespace Parley.Conversation.Pipeline;

/// <summary>
/// One call's conversation. Everything that happens (audio, keys, marks, transcripts, the agent's words, synthesised audio, deadlines)
/// becomes an event in one bounded channel with one reader, so that the conversation's state needs no lock. <see cref="CallConductor"/>
/// decides what an event means.
/// </summary>
public sealed class CallPipeline : IAsyncDisposable
{
    // Frames that came this lately are followed by others: three of them.
    private const int FramesFlowMs = 60;

    private readonly Channel<CallEvent> events;
    private readonly CallConductor conductor;
    private readonly CallServices services;
    private readonly PipelineOptions options;
    private readonly ILogger log;
    private readonly Guid callId;
    private readonly ITimer timer;
    private readonly CallRecorder? recorder;
    private long timerAtMs = long.MaxValue;
    private long lastFrameMs = -FramesFlowMs;
    private bool frameCame;
    private int droppedFrames;
    private volatile bool over;

    /// <summary>Makes a conversation that sends to <paramref name="transport"/>; <see cref="RunAsync"/> begins it.</summary>
    public CallPipeline(CallContext call, ICallTransport transport, CallServices services, PipelineOptions options, ResumePoint? resume = null)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(services);
        this.services = services;
        this.options = options;
        callId = call.CallId;
        log = services.Loggers.CreateLogger<CallPipeline>();

        // An event is handled on the thread that brought it, when the loop is idle: a frame goes from its socket to the recogniser without
        // a change of threads. Handling takes microseconds and never blocks.
        events = Channel.CreateBounded<CallEvent>(
            new BoundedChannelOptions(options.QueueCapacity) { SingleReader = true, AllowSynchronousContinuations = true });
        timer = services.Clock.CreateTimer(
            static state => ((CallPipeline)state!).events.Writer.TryWrite(CallEvent.Tick), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        // What a model did that hears and speaks itself cannot be run again.
        recorder = services.SpeechToSpeech?.IsWanted(call.Tenant.Providers) == true ? null : services.Captures?.Open(call, services, options, resume);
        conductor = recorder is null
            ? new CallConductor(call, transport, services, options, resume, PostAsync, log)
            : new CallConductor(call, new TappedTransport(transport, recorder), Tapped.Services(services, recorder), options, resume, PostAsync, log, recorder);
    }

    /// <summary>
    /// A frame of the caller's audio; the call owns it from here. When the call does not keep up, frames are dropped before anything else.
    /// </summary>
    public void Hear(AudioFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (events.Reader.Count >= options.QueueCapacity / 2 || !events.Writer.TryWrite(CallEvent.Audio(frame)))
        {
            frame.Dispose();
            if (over)
                return;
            if (Interlocked.Increment(ref droppedFrames) == 1)
                ConversationLog.FramesDropped(log);
            services.Metrics.FrameDropped();
        }
    }

    /// <summary>The caller pressed a key: 0-9, *, # or A-D.</summary>
    public ValueTask PressAsync(char key) => PostAsync(CallEvent.Key(key));

    /// <summary>The carrier returned a mark.</summary>
    public ValueTask MarkAsync(string name) => PostAsync(CallEvent.Mark(name));

    /// <summary>Ends the call; the first reason counts.</summary>
    public ValueTask EndAsync(CallEndReason reason) => PostAsync(CallEvent.End(reason));

    /// <summary>Runs the conversation to its end.</summary>
    public async Task<CallOutcome> RunAsync()
    {
        using var span = CallTracing.Call(callId);
        try
        {
            conductor.Start();
            Schedule();
            while (!conductor.IsOver && await events.Reader.WaitToReadAsync())
            {
                while (!conductor.IsOver && events.Reader.TryRead(out var e))
                    Handle(e);
                if (!conductor.IsOver)
                    Schedule();
            }
        }
        catch (Exception e)
        {
            // A fault of ours must not leave a caller on a dead line: end this call in good order, the others go on.
            ConversationLog.LoopFailed(log, e);
            Abort();
        }

        // Nobody reads any more: whoever waits for room, or comes later, is let go.
        Close();
        CallTracing.Ended(span, conductor.Outcome.Reason);
        return conductor.Outcome;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Close();
        await timer.DisposeAsync();
        await conductor.DisposeAsync();
        recorder?.Dispose();
    }

    private void Abort()
    {
        try
        {
            conductor.Abort(CallEndReason.AgentFailed);
        }
        catch (Exception e)
        {
            // Whatever is broken, whoever runs the call must see it end.
            ConversationLog.LoopFailed(log, e);
        }
    }

    private void Close()
    {
        over = true;
        events.Writer.TryComplete();
        while (events.Reader.TryRead(out var left))
            left.Frame?.Dispose();
    }

    private void Handle(in CallEvent e)
    {
        try
        {
            frameCame |= e.Kind == CallEventKind.Audio;
            if (e.Kind == CallEventKind.Tick)
            {
                // The timer has fired, by its own clock, which may be a little ahead of the call's: it is to be set again, whatever is due.
                timerAtMs = long.MaxValue;
            }

            conductor.Handle(e);
        }
        finally
        {
            e.Frame?.Dispose();
        }
    }

    private async ValueTask PostAsync(CallEvent e)
    {
        // A guess is worth nothing to a call that is behind; the next one says more.
        if (e is { Kind: CallEventKind.Transcript, Number: < 0 } && events.Reader.Count >= options.QueueCapacity / 2)
            return;

        // Waits when the call is behind: a provider is slowed down, never lost.
        try
        {
            if (!events.Writer.TryWrite(e))
                await events.Writer.WriteAsync(e);
        }
        catch (ChannelClosedException)
        {
            // The call is over.
            e.Frame?.Dispose();
        }
    }

    /// <summary>
    /// Sets the timer to the next deadline. While frames come, every 20 ms, they see to it, and the timer is left some time behind: it is
    /// for when they stop.
    /// </summary>
    private void Schedule()
    {
        var now = conductor.ReadClock();
        if (timerAtMs <= now)
            timerAtMs = long.MaxValue;
        if (frameCame)
        {
            lastFrameMs = now;
            frameCame = false;
        }

        var deadline = Math.Max(conductor.NextDeadlineMs(), now + 1);
        if (now - lastFrameMs < FramesFlowMs)
            deadline += FramesFlowMs;
        if (deadline >= timerAtMs)
            return;

        timerAtMs = deadline;
        timer.Change(TimeSpan.FromMilliseconds(deadline - now), Timeout.InfiniteTimeSpan);
    }
}
