using Parley.Conversation.Providers;

namespace Parley.Conversation.Stt.OpenAi;

/// <summary>
/// One call's recognition. Collects the utterance; each question sends a copy of it and aborts the one before. Answers are given under a lock that
/// also guards disposal: none comes after <see cref="DisposeAsync"/>, and none to a question that was replaced.
/// </summary>
internal sealed class OpenAiTranscriptionStream(TranscriptionRequests requests, Action<TranscriptEvent> sink) : ISpeechToTextStream
{
    private const int SampleRate = 8000;

    /// <summary>Audio kept: the last minute.</summary>
    public const int MostSamples = 60 * SampleRate;

    /// <summary>The API refuses less than 0.1 s.</summary>
    public const int LeastSamples = SampleRate / 10;

    private readonly Lock gate = new();

    // Of the loop's thread.
    private short[] buffer = new short[2 * SampleRate];
    private int length;

    // Under the gate.
    private CancellationTokenSource? asked;
    private int utterance;
    private bool disposed;

    public void Write(ReadOnlySpan<short> samples)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (samples.Length > MostSamples)
            samples = samples[^MostSamples..];
        if (length + samples.Length > MostSamples)
        {
            // A second more than needed, so that not every frame moves a minute.
            var dropped = Math.Min(length, length + samples.Length - MostSamples + SampleRate);
            buffer.AsSpan(dropped, length - dropped).CopyTo(buffer);
            length -= dropped;
        }

        if (length + samples.Length > buffer.Length)
            Array.Resize(ref buffer, Math.Max(length + samples.Length, Math.Min(2 * buffer.Length, MostSamples)));
        samples.CopyTo(buffer.AsSpan(length));
        length += samples.Length;
    }

    public void RequestFinal(int request)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var samples = buffer.AsSpan(0, length).ToArray();
        var own = new CancellationTokenSource();
        int of;
        lock (gate)
        {
            asked?.Cancel();
            asked = own;
            of = utterance;
        }

        // Off the loop's thread: the body of the request is made before the first wait.
        _ = Task.Run(() => AnswerAsync(samples, request, of, own));
    }

    public void Commit()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        length = 0;
        lock (gate)
        {
            // The question about the turn that ended is still answered; guesses about it are not.
            utterance++;
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (gate)
        {
            disposed = true;
            asked?.Cancel();
            asked = null;
        }

        buffer = [];
        length = 0;
        return ValueTask.CompletedTask;
    }

    private async Task AnswerAsync(short[] samples, int request, int of, CancellationTokenSource own)
    {
        var token = own.Token;
        TranscriptEvent answer;
        try
        {
            var text = samples.Length < LeastSamples ? "" : await requests.TranscribeAsync(samples, samples.Length, guess => Guess(guess, of, own), token);
            answer = new TranscriptEvent(text, IsFinal: true, request);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            own.Dispose();
            return;
        }
        catch (Exception failure)
        {
            // The call's loop logs it, and decides what to say.
            answer = new TranscriptEvent("", IsFinal: true, request, failure.Message, Failure: failure as ProviderException);
        }

        lock (gate)
        {
            if (asked == own && !disposed)
                sink(answer);
            if (asked == own)
                asked = null;
        }

        own.Dispose();
    }

    private void Guess(string text, int of, CancellationTokenSource own)
    {
        lock (gate)
        {
            if (asked == own && utterance == of && !disposed)
                sink(new TranscriptEvent(text, IsFinal: false, Request: -1));
        }
    }
}
