using Parley.Conversation.Stt;

namespace Parley.Conversation.Faults;

/// <summary>
/// A recogniser whose texts come with faults: late, twice, out of order, damaged or not at all. A cut stream answers every later request with an
/// error, as a recogniser does whose connection broke; a half-open one says nothing any more. Moments count from the beginning of the call.
/// </summary>
/// <param name="inner">The recogniser.</param>
/// <param name="plan">The faults.</param>
/// <param name="clock">The clock.</param>
public sealed class FaultySpeechToText(ISpeechToText inner, FaultPlan plan, TimeProvider clock) : ISpeechToText
{
    private int streams;

    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public ISpeechToTextStream Open(SpeechToTextOptions options, Action<TranscriptEvent> sink)
    {
        var gate = new Gate(new FaultInjector(plan, clock, Interlocked.Increment(ref streams)), clock, sink);
        return new Stream(inner.Open(options, gate.Take), gate);
    }

    /// <summary>What stands between a recogniser and the call.</summary>
    private sealed class Gate(FaultInjector faults, TimeProvider clock, Action<TranscriptEvent> sink)
    {
        private readonly Lock gate = new();
        private readonly HashSet<ITimer> timers = [];
        private TranscriptEvent? held;
        private bool isCut;
        private bool isSilent;

        public void Take(TranscriptEvent transcript)
        {
            var fate = faults.Next();
            isCut |= fate.Kind == FateKind.Cut;
            isSilent |= fate.Kind == FateKind.HalfOpen;
            if (isSilent || fate.Kind == FateKind.Drop)
                return;

            if (isCut)
            {
                sink(new TranscriptEvent("", true, transcript.Request, "The connection was cut by fault injection."));
                return;
            }

            if (fate.Damaged)
                transcript = transcript with { Text = faults.Damage(transcript.Text) };
            TranscriptEvent? earlier;
            lock (gate)
            {
                earlier = held;
                held = fate.Swapped && earlier is null ? transcript : null;
                if (held is not null)
                    return;
            }

            Deliver(transcript, fate.Wait);
            if (fate.Twice)
                Deliver(transcript, fate.Wait);
            if (earlier is { } before)
                Deliver(before, fate.Wait);
        }

        public void Close()
        {
            lock (gate)
            {
                isSilent = true;
                foreach (var timer in timers)
                    timer.Dispose();
                timers.Clear();
            }
        }

        private void Deliver(TranscriptEvent transcript, TimeSpan wait)
        {
            if (wait <= TimeSpan.Zero)
            {
                sink(transcript);
                return;
            }

            lock (gate)
            {
                if (isSilent)
                    return;

                ITimer? timer = null;
                timer = clock.CreateTimer(_ => Due(timer!, transcript), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                timers.Add(timer);
                timer.Change(wait, Timeout.InfiniteTimeSpan);
            }
        }

        private void Due(ITimer timer, TranscriptEvent transcript)
        {
            lock (gate)
            {
                if (!timers.Remove(timer))
                    return;
                timer.Dispose();
            }

            sink(transcript);
        }
    }

    private sealed class Stream(ISpeechToTextStream inner, Gate gate) : ISpeechToTextStream
    {
        public void Write(ReadOnlySpan<short> samples) => inner.Write(samples);

        public void RequestFinal(int request) => inner.RequestFinal(request);

        public void Commit() => inner.Commit();

        public ValueTask DisposeAsync()
        {
            gate.Close();
            return inner.DisposeAsync();
        }
    }
}
