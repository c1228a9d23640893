using System.Buffers;
using Parley.Conversation.Native;

namespace Parley.Conversation.Stt.Moonshine;

/// <summary>
/// One call's recognition. The loop's thread writes audio and asks; each question takes a copy of the audio, so an answer never holds
/// anything that came after it. Answers are posted by the recognition threads, under a lock that also guards disposal: none
/// comes after <see cref="DisposeAsync"/>.
/// </summary>
internal sealed class MoonshineStream : ISpeechToTextStream
{
    private const int SampleRate = 8000;

    /// <summary>Audio kept: the last 30 s.</summary>
    public const int MostSamples = 30 * SampleRate;

    // Room made at once when the buffer is full, so that not every frame moves 30 s.
    private const int DroppedWhenFull = SampleRate;

    /// <summary>Audio between two interim passes: 700 ms. They would cost too much beyond 12 s.</summary>
    public const int InterimEverySamples = SampleRate * 7 / 10;
    private const int InterimUpToSamples = 12 * SampleRate;

    private readonly Lock gate = new();
    private readonly DedicatedWorkers workers;
    private readonly Func<Transcribe> engine;
    private readonly Action<TranscriptEvent> sink;
    private readonly Action<Exception> failed;
    private readonly bool interimResults;

    // Of the loop's thread.
    private short[] buffer = ArrayPool<short>.Shared.Rent(2 * SampleRate);
    private int length;
    private int sinceInterim;

    // Under the gate.
    private FinalRequest? queued;
    private PrefixAgreement agreement = new();
    private bool interimRunning;
    private bool disposed;

    public MoonshineStream(
        DedicatedWorkers workers, Func<Transcribe> engine, Action<TranscriptEvent> sink, Action<Exception> failed, bool interimResults)
    {
        this.workers = workers;
        this.engine = engine;
        this.sink = sink;
        this.failed = failed;
        this.interimResults = interimResults;
    }

    public void Write(ReadOnlySpan<short> samples)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (samples.Length > MostSamples)
            samples = samples[^MostSamples..];
        MakeRoom(samples.Length);
        samples.CopyTo(buffer.AsSpan(length));
        length += samples.Length;
        sinceInterim += samples.Length;
        if (interimResults && sinceInterim >= InterimEverySamples && length <= InterimUpToSamples)
            RequestInterim();
    }

    public void RequestFinal(int request)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var asked = new FinalRequest(request, Snapshot(), length);
        lock (gate)
        {
            // What was asked before about the same turn and has not begun is answered by this one.
            queued?.Discard();
            queued = asked;
            agreement = new PrefixAgreement();
        }

        if (!workers.TryEnqueue(() => Answer(asked)))
            asked.Discard();
    }

    public void Commit()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        length = 0;
        sinceInterim = 0;
        lock (gate)
        {
            // Requests of the turn that ended are still answered; interim guesses about it are not.
            queued = null;
            agreement = new PrefixAgreement();
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (gate)
        {
            if (disposed)
                return ValueTask.CompletedTask;

            disposed = true;
            queued?.Discard();
            queued = null;
        }

        ArrayPool<short>.Shared.Return(buffer);
        buffer = [];
        length = 0;
        return ValueTask.CompletedTask;
    }

    private short[] Snapshot()
    {
        var copy = ArrayPool<short>.Shared.Rent(Math.Max(1, length));
        buffer.AsSpan(0, length).CopyTo(copy);
        return copy;
    }

    private void MakeRoom(int count)
    {
        if (length + count > MostSamples)
        {
            var dropped = Math.Min(length, Math.Max(length + count - MostSamples, DroppedWhenFull));
            buffer.AsSpan(dropped, length - dropped).CopyTo(buffer);
            length -= dropped;
        }

        if (length + count <= buffer.Length)
            return;

        var larger = ArrayPool<short>.Shared.Rent(Math.Max(length + count, Math.Min(2 * buffer.Length, MostSamples)));
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<short>.Shared.Return(buffer);
        buffer = larger;
    }

    private void Answer(FinalRequest asked)
    {
        lock (gate)
        {
            if (queued == asked)
                queued = null;
            if (disposed || !asked.TryBegin())
            {
                asked.Discard();
                return;
            }
        }

        var answer = Decode(asked.Samples, asked.Length, asked.Request);
        ArrayPool<short>.Shared.Return(asked.Samples);
        lock (gate)
        {
            if (!disposed)
                sink(answer);
        }
    }

    private void RequestInterim()
    {
        PrefixAgreement current;
        lock (gate)
        {
            if (interimRunning || queued is not null)
                return;

            interimRunning = true;
            current = agreement;
        }

        sinceInterim = 0;
        var (samples, count) = (Snapshot(), length);
        if (workers.TryEnqueueIfSpare(() => Guess(current, samples, count)))
            return;

        ArrayPool<short>.Shared.Return(samples);
        lock (gate)
            interimRunning = false;
    }

    private void Guess(PrefixAgreement current, short[] samples, int count)
    {
        var guess = Decode(samples, count, request: -1);
        ArrayPool<short>.Shared.Return(samples);
        lock (gate)
        {
            interimRunning = false;

            // A commit or a final request in the meantime makes the guess stale.
            if (!disposed && agreement == current && guess.Error is null && current.TryAdvance(guess.Text, out var agreed))
                sink(new TranscriptEvent(agreed, IsFinal: false, Request: -1));
        }
    }

    private TranscriptEvent Decode(short[] samples, int count, int request)
    {
        try
        {
            return new TranscriptEvent(UtteranceDecoder.Decode(samples.AsSpan(0, count), engine()), IsFinal: true, request);
        }
        catch (Exception exception)
        {
            // The recognition threads serve every call and must outlive a failure; the call's loop decides what to say.
            failed(exception);
            return new TranscriptEvent("", IsFinal: true, request, exception.Message);
        }
    }

    /// <summary>A question on its way, with its own copy of the audio, given back exactly once.</summary>
    private sealed class FinalRequest(int request, short[] samples, int length)
    {
        private int taken;

        public int Request => request;

        public short[] Samples => samples;

        public int Length => length;

        /// <summary>Whether the asker may decode: false when the request was replaced.</summary>
        public bool TryBegin() => Interlocked.Exchange(ref taken, 1) == 0;

        /// <summary>Gives the audio back unless decoding has begun.</summary>
        public void Discard()
        {
            if (TryBegin())
                ArrayPool<short>.Shared.Return(samples);
        }
    }
}
