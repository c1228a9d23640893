using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Capture;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Turns;

namespace Parley.Conversation.Replay;

/// <summary>
/// Runs a captured call through the call's loop again: the same events at the same moments of a virtual clock, with the tenant and the options
/// it was captured with. Everything happens on the calling thread, as fast as it goes.
/// </summary>
public static class CallReplay
{
    /// <summary>Replays a call.</summary>
    /// <param name="call">The captured call.</param>
    /// <param name="parts">What is not captured.</param>
    /// <param name="log">Takes a line for each event and output; the same bytes each time.</param>
    /// <param name="pace">Waits until a moment of the call (milliseconds) should be reached; null does not wait.</param>
    /// <param name="cancellationToken">Stops the replay.</param>
    public static async Task<ReplayReport> RunAsync(
        CapturedCall call, ReplayParts parts, TextWriter? log = null, Func<long, Task>? pace = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(parts);
        log ??= TextWriter.Null;
        var replies = new CapturedReplies(call);
        var tap = new ReplayTap(replies, log);
        var clock = new VirtualClock(call.StartedAt);
        var conductor = Conductor(call, parts, tap, clock);
        var events = 0;
        try
        {
            foreach (var step in call.Steps)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (pace is not null)
                    await pace(step.AtMs);

                clock.MoveTo(step.AtMs);
                if (!TryHandle(conductor, replies, step, log))
                    break;
                events++;
                if (conductor.IsOver)
                    break;
            }
        }
        finally
        {
            await conductor.DisposeAsync();
        }

        var captured = call.Steps.SelectMany(s => s.Outputs).ToList();
        var differences = ReplayComparison.Compare(captured, tap.Outputs, call.IsTruncated);
        if (parts.Agent is { } agent)
            differences.AddRange(await AgentComparison.CompareAsync(call, replies, agent, cancellationToken));
        return new ReplayReport
        {
            DurationMs = call.DurationMs,
            Events = events,
            Turns = tap.Outputs.Count(o => o.Kind == CallOutputKind.Turn),
            End = conductor.IsOver ? conductor.Outcome.Reason.ToString() : null,
            Differences = [.. differences.OrderBy(d => d.AtMs)],
        };
    }

    private static CallConductor Conductor(CapturedCall call, ReplayParts parts, ReplayTap tap, VirtualClock clock)
    {
        var providers = new CapturedProviders(call.Header, call.Head);
        var options = call.Head.Options;
        var services = new CallServices(
            providers, providers, providers, parts.VoiceActivity, new AdaptiveEndpointing(options.Endpointing), new SpeechInterruption(),
            providers, parts.Metrics, clock, NullLoggerFactory.Instance);
        return new CallConductor(
            call.Head.Call, new TappedTransport(providers, tap), Tapped.Services(services, tap), options, call.Head.Resume?.ToPoint(),
            _ => ValueTask.CompletedTask, NullLogger.Instance, tap);
    }

    /// <summary>False when the loop failed, which ends a call.</summary>
    private static bool TryHandle(CallConductor conductor, CapturedReplies replies, CapturedStep step, TextWriter log)
    {
        try
        {
            if (step.Event is null)
                conductor.Start();
            else
                Handle(conductor, replies, step.AtMs, step.Event, log);
            while (!conductor.IsOver && replies.TryTakeReady(out var waiting))
                Handle(conductor, replies, step.AtMs, waiting, log);
            return true;
        }
        catch (Exception e)
        {
            // As in a real call, whatever it is.
            log.Write($"failed: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}\n");
            conductor.Abort(CallEndReason.AgentFailed);
            return false;
        }
    }

    private static void Handle(CallConductor conductor, CapturedReplies replies, long atMs, CapturedEvent captured, TextWriter log)
    {
        log.Write(ReplayLog.Line(atMs, captured));
        log.Write('\n');
        if (!replies.TryTranslate(captured, out var e))
            return;

        try
        {
            conductor.Handle(e);
        }
        finally
        {
            e.Frame?.Dispose();
        }
    }
}
