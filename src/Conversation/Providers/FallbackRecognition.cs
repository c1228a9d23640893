using System.Runtime.InteropServices;
using Parley.Conversation.Frames;
using Parley.Conversation.Stt;

namespace Parley.Conversation.Providers;

/// <summary>
/// One call's recognition over a chain. The audio since the last commit is kept; when the present recogniser refuses, fails, or does not answer a
/// request in time, the next one hears it all again and is asked again, so that no word is lost, and since its text replaces the other's, none is
/// doubled. What the left one still says is ignored, and it is not asked again in this call.
/// <para>
/// Audio comes from the call's loop, failures and deadlines from any thread. Recognisers have locks of their own and call back under them, so none
/// is called under ours: one thread at a time carries out what is due (<see cref="Pump"/>), the others only note it.
/// </para>
/// </summary>
internal sealed class FallbackRecognition : ISpeechToTextStream
{
    private const int PieceSamples = 1600;
    private const int SamplesPerMs = 8;

    // Audio that is heard again comes at once; recognisers work through it about ten times as fast as it was spoken.
    private const int ReplaySpeed = 10;
    private const int None = -1;

    // Timers know whole milliseconds only.
    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(1);

    private readonly Lock gate = new();
    private readonly ProviderChain<ISpeechToText> chain;
    private readonly ProviderCandidate<ISpeechToText>[] candidates;
    private readonly SpeechToTextOptions options;
    private readonly Action<TranscriptEvent> sink;
    private readonly AudioBacklog history = new(AudioEncoding.Pcm16);
    private readonly short[] piece = new short[PieceSamples];
    private readonly Queue<Hearing> left = new();
    private readonly ITimer timer;
    private Hearing? current;
    private int next;
    private long given; // what the present recogniser was given, up to here
    private int request = None;
    private bool requestDue;
    private ProviderException? spent;   // why the present recogniser is left when this utterance is over
    private bool commitDue;
    private bool pumping;
    private bool disposed;
    private long askedAt;
    private TimeSpan patience;

    public FallbackRecognition(ProviderChain<ISpeechToText> chain, SpeechToTextOptions options, Action<TranscriptEvent> sink)
    {
        this.chain = chain;
        this.options = options;
        this.sink = sink;
        candidates = chain.For(options.Providers);
        timer = chain.Clock.CreateTimer(
            static state => ((FallbackRecognition)state!).OnDeadline(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        pumping = true;
        Pump();
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<short> samples)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            history.Append(samples);
            if (!TryBeginPump())
                return;
        }

        Pump();
    }

    /// <inheritdoc/>
    public void RequestFinal(int request)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            this.request = request;
            requestDue = true;
            if (!TryBeginPump())
                return;
        }

        Pump();
    }

    /// <inheritdoc/>
    public void Commit()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            history.Forget(history.End);
            request = None;
            requestDue = false;
            commitDue = true;
            timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            if (spent is { } failure && current is not null)
                TryLeave(failure);
            spent = null;
            if (!TryBeginPump())
                return;
        }

        Pump();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            if (disposed)
                return;

            disposed = true;
            history.Dispose();
            current?.Use.Abandoned();
            if (current is not null)
                left.Enqueue(current);
            current = null;
        }

        await timer.DisposeAsync();
        while (left.TryDequeue(out var hearing))
        {
            if (hearing.Stream is { } stream)
                await stream.DisposeAsync();
        }
    }

    private bool TryBeginPump()
    {
        if (pumping)
            return false;
        pumping = true;
        return true;
    }

    /// <summary>Carries out what is due, in order, until nothing is.</summary>
    private void Pump()
    {
        while (true)
        {
            Step step;
            Hearing? hearing;
            int number;
            lock (gate)
            {
                (step, hearing, number) = Next();
                if (step == Step.Nothing)
                {
                    pumping = false;
                    return;
                }
            }

            try
            {
                Do(step, hearing!, number);
            }
            catch (Exception e)
            {
                // Whatever a recogniser throws, it is left, and the call goes on.
                OnFailed(hearing!, e);
            }
        }
    }

    private (Step Step, Hearing? Hearing, int Number) Next()
    {
        if (disposed)
            return (Step.Nothing, null, 0);
        if (left.TryDequeue(out var gone))
            return (Step.Close, gone, 0);
        if (current is null)
            return (Step.Open, current = Choose(), 0);
        if (commitDue)
        {
            commitDue = false;
            return (Step.Commit, current, 0);
        }

        if (given < history.End)
        {
            given = Math.Max(given, history.Begin);
            var count = history.Read(given, MemoryMarshal.AsBytes(piece.AsSpan()));
            given += count;
            return (Step.Write, current, count);
        }

        if (!requestDue)
            return (Step.Nothing, null, 0);

        requestDue = false;
        askedAt = chain.Clock.GetTimestamp();
        patience = chain.Deadlines.FirstOutput;
        if (current.HearsAgain)
            patience += TimeSpan.FromMilliseconds((history.End - history.Begin) / SamplesPerMs / ReplaySpeed);
        if (!current.IsLast)
            timer.Change(patience, Timeout.InfiniteTimeSpan);
        return (Step.Ask, current, request);
    }

    private void Do(Step step, Hearing hearing, int number)
    {
        switch (step)
        {
            case Step.Open:
                hearing.Stream = hearing.Candidate.Provider.Open(options, heard => OnHeard(hearing, heard));
                break;
            case Step.Close:
                _ = CloseAsync(hearing);
                break;
            case Step.Commit:
                hearing.Stream?.Commit();
                break;
            case Step.Write:
                hearing.Stream?.Write(piece.AsSpan(0, number));
                break;
            case Step.Ask when hearing.Stream is { } stream:
                stream.RequestFinal(number);
                break;
            case Step.Ask:
                sink(new TranscriptEvent("", IsFinal: true, number, "The recogniser could not be opened."));
                break;
        }
    }

    private static async Task CloseAsync(Hearing hearing)
    {
        try
        {
            if (hearing.Stream is { } stream)
                await stream.DisposeAsync();
        }
        catch (Exception)
        {
            // It was left: how it ends does not matter any more.
        }
    }

    private void OnHeard(Hearing hearing, TranscriptEvent heard)
    {
        lock (gate)
        {
            if (disposed || hearing != current)
                return;

            if (heard.Error is not null)
            {
                var failure = heard.Failure ?? new ProviderException(hearing.Candidate.Name, ProviderErrorKind.Disconnected, heard.Error);
                if (TryLeave(failure))
                {
                    if (!TryBeginPump())
                        return;
                }
                else
                {
                    hearing = null!;
                }
            }
            else
            {
                if (heard.IsFinal)
                    Answered(hearing, heard);
                hearing = null!;
            }
        }

        if (hearing is null)
            sink(heard);
        else
            Pump();
    }

    private void Answered(Hearing hearing, in TranscriptEvent heard)
    {
        // A guess in place of a text that did not come is good enough for this utterance; the next one hears another.
        spent = heard.Failure;
        if (spent is null)
            hearing.Use.Succeeded();
        if (heard.Request != request || requestDue)
            return;

        request = None;
        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var ms = chain.Clock.GetElapsedTime(askedAt).TotalMilliseconds;
        chain.Metrics.FirstOutput(ProviderNames.Stage(Capability.Recognise), hearing.Candidate.Name, ms);
    }

    private void OnDeadline()
    {
        lock (gate)
        {
            // A timer that was set again meanwhile may still fire once, and one may fire a little before its time.
            if (disposed || current is null || request == None || requestDue)
                return;
            if (patience - chain.Clock.GetElapsedTime(askedAt) is { Ticks: > 0 } early)
            {
                timer.Change(early < LeastWait ? LeastWait : early, Timeout.InfiniteTimeSpan);
                return;
            }

            var late = new ProviderException(current.Candidate.Name, ProviderErrorKind.Timeout, "There was no text in time.");
            if (!TryLeave(late) || !TryBeginPump())
                return;
        }

        Pump();
    }

    private void OnFailed(Hearing hearing, Exception failure)
    {
        int unanswered;
        lock (gate)
        {
            if (disposed || hearing != current || TryLeave(failure))
                return;

            // The last one: it may do better with the next utterance.
            unanswered = requestDue ? None : request;
            if (unanswered != None)
                request = None;
        }

        if (unanswered != None)
            sink(new TranscriptEvent("", IsFinal: true, unanswered, ProviderFailures.Reason(failure)));
    }

    /// <summary>Leaves the present recogniser for the next; false when there is none.</summary>
    private bool TryLeave(Exception failure)
    {
        var hearing = current!;
        hearing.Use.Failed(failure);
        if (hearing.IsLast)
            return false;

        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        left.Enqueue(hearing);
        current = null;
        commitDue = false;
        given = history.Begin;
        requestDue = request != None;
        chain.Left(hearing.Candidate.Name, candidates[next].Name, failure);
        return true;
    }

    private Hearing Choose()
    {
        while (true)
        {
            var candidate = candidates[next++];
            var isLast = next == candidates.Length;
            var variant = ProviderChain<ISpeechToText>.Variant(candidate.Name, options.Language, options.Providers);
            if (candidate.Gate.TryEnter(variant, forced: isLast) is { } use)
                return new Hearing(candidate, use, isLast, hearsAgain: history.End > history.Begin);
        }
    }

    private enum Step
    {
        Nothing,
        Close,
        Open,
        Commit,
        Write,
        Ask,
    }

    /// <summary>A recogniser's part of the call.</summary>
    private sealed class Hearing(ProviderCandidate<ISpeechToText> candidate, ProviderUse use, bool isLast, bool hearsAgain)
    {
        public ProviderCandidate<ISpeechToText> Candidate => candidate;

        public ProviderUse Use => use;

        public bool IsLast => isLast;

        public bool HearsAgain => hearsAgain;

        public ISpeechToTextStream? Stream { get; set; }
    }
}
