using Microsoft.Extensions.Logging;
using Parley.Conversation.Frames;
using Parley.Conversation.Providers;
using Parley.Conversation.Providers.Azure;

namespace Parley.Conversation.Stt.Azure;

/// <summary>
/// One call's recognition. The loop's thread writes and asks, the pump (<see cref="AzureSender"/>) sends, the socket's task receives; all meet under one
/// lock. Each pause at which the text is asked for ends a turn of the service by the empty audio message, so that its phrase comes at once instead of after
/// the service's own silence; the next sound begins a new turn on the same socket. Audio goes from the log only by its age, so that a new connection
/// hears again what no phrase has covered.
/// </summary>
internal sealed class AzureRecognition : ISpeechToTextStream, IAzureSocketOwner
{
    // A phrase that reaches this close to the moment of the question answers it, where the turn goes on: 400 ms.
    private const long CoveredSamples = 3200;

    // An ended turn that the service does not end too.
    private static readonly TimeSpan TurnEndPatience = TimeSpan.FromSeconds(4);

    private readonly AzureRecognitionSetup setup;
    private readonly AzureSpeechOptions options;
    private readonly Action<TranscriptEvent> sink;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly AzureSender sender;
    private readonly ITimer answerTimer;
    private readonly ITimer turnEndTimer;
    private readonly PauseSensor sensor = new();
    private readonly AudioBacklog audio;
    private readonly List<string> phrases = [];
    private AzureTurn? turn;
    private long next;          // where the next turn begins
    private bool soundSinceNext;
    private bool fresh = true;  // nothing of this utterance has been sent: all sound is speech
    private Question? question;
    private ProviderException? failure;
    private int failures;
    private bool disposed;

    public AzureRecognition(
        AzureRecognitionSetup setup, AzureSpeechOptions options, AzureSocketPool pool, Action<TranscriptEvent> sink, CallMeter? meter,
        TimeProvider clock, ILogger log)
    {
        this.setup = setup;
        this.options = options;
        this.sink = sink;
        this.clock = clock;
        this.log = log;
        audio = new AudioBacklog(options.MuLaw ? AudioEncoding.MuLaw : AudioEncoding.Pcm16, options.ReplayMs * 8);
        sender = new AzureSender(this, setup, options, pool, meter, clock);
        answerTimer = clock.CreateTimer(_ => OnAnswerDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        turnEndTimer = clock.CreateTimer(_ => OnTurnEndDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Held by whoever touches the turn or the audio.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The turn to send, under the gate.</summary>
    public AzureTurn? Turn => failure is null ? turn : null;

    /// <summary>The audio to send, under the gate.</summary>
    public AudioBacklog Audio => audio;

    /// <summary>The service still works on something: the connection is nobody else's yet.</summary>
    public bool HasOpenTurn
    {
        get
        {
            lock (Gate)
                return turn is { HasBegun: true };
        }
    }

    public void Start() => sender.Start();

    public void Write(ReadOnlySpan<short> samples)
    {
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            audio.Append(samples);
            sensor.Process(samples);
            soundSinceNext |= sensor.IsSound;
            if (failure is not null)
                next = audio.End;
            else if (turn is null && (fresh || soundSinceNext))
                BeginTurn();
            NoticeLoss();
        }

        sender.Wake();
    }

    public void RequestFinal(int request)
    {
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            var asked = new Question(request, audio.End, sensor.IsPause);
            question = asked;
            if (failure is not null)
                Answer(Best(), failure.Message);
            else if (!TryAnswer())
            {
                if (turn is null)
                    BeginTurn(asked);
                else
                    turn.End ??= End(asked);
                answerTimer.Change(TimeSpan.FromMilliseconds(options.BestGuessAfterMs), Timeout.InfiniteTimeSpan);
            }
        }

        sender.Wake();
    }

    public void Commit()
    {
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            phrases.Clear();
            question = null;
            next = audio.End;
            fresh = true;
            soundSinceNext = false;
            sensor.Reset();
            if (turn is { HasBegun: true })
            {
                // Audio that was not sent yet need not be.
                turn.IsDiscarded = true;
                turn.End = turn.EndSent ? turn.End : turn.Sent;
            }
            else
            {
                turn = null;
            }

            if (failure is { IsRetryable: true })
            {
                failure = null;
                failures = 0;
            }
        }

        sender.Wake();
    }

    public async ValueTask DisposeAsync()
    {
        lock (Gate)
        {
            if (disposed)
                return;

            disposed = true;
            question = null;
            sender.MayReuse = !HasOpenTurn;
        }

        await answerTimer.DisposeAsync();
        await turnEndTimer.DisposeAsync();
        await sender.DisposeAsync();
        lock (Gate)
            audio.Dispose();
    }

    /// <summary>The pump has ended the turn: the service must end it too.</summary>
    public void OnEndSent() => turnEndTimer.Change(TurnEndPatience, Timeout.InfiniteTimeSpan);

    public void OnMessage(AzureSocket socket, in AzureMessage message)
    {
        try
        {
            lock (Gate)
            {
                if (!disposed && turn is { } current && message.RequestId.Equals(current.RequestId, StringComparison.OrdinalIgnoreCase))
                    Handle(current, message);
            }
        }
        catch (ProviderException e)
        {
            // A connection that talks nonsense is left; what it was told is told to the next one.
            socket.Abort(e);
        }

        sender.Wake();
    }

    public void OnClosed(AzureSocket socket, ProviderException reason) => sender.OnClosed(socket, reason);

    /// <summary>A connection failed or broke. The wait before the next attempt, or null when there is nothing to do or no sense in it.</summary>
    public TimeSpan? OnLost(ProviderException reason, bool whileConnecting, string connectionId)
    {
        lock (Gate)
        {
            if (disposed || failure is not null)
                return null;

            if (turn is { } broken)
            {
                var oldest = audio.Begin;
                if (!broken.IsDiscarded && oldest > broken.Acknowledged)
                    AzureSpeechLog.AudioLost(log, connectionId, (oldest - broken.Acknowledged) / 8);
                turn = broken.IsDiscarded ? null : broken.Again(AzureSocketPool.NewId(clock), oldest);
            }

            // An idle connection that the service closes is opened again when there is something to say.
            if (turn is null && !whileConnecting && reason.IsRetryable)
            {
                StartNext();
                return turn is null ? null : TimeSpan.Zero;
            }

            failures++;
            var wait = Backoff.Delay(failures, options.RetryDelayMs, reason.RetryAfter);
            if (!reason.IsRetryable || failures > options.Retries || wait > Backoff.Longest)
            {
                Fail(reason, connectionId);
                return null;
            }

            AzureSpeechLog.Reconnecting(log, connectionId, reason.Kind, reason.Message, failures);
            return wait;
        }
    }

    private void Handle(AzureTurn current, in AzureMessage message)
    {
        switch (message.Path)
        {
            case "speech.hypothesis" or "speech.fragment":
                OnHypothesis(current, AzureResult.Parse(message.Body));
                break;
            case "speech.phrase":
                OnPhrase(current, AzureResult.Parse(message.Body));
                break;
            case "speech.enddetected" when !current.IsDiscarded && current.End is null:
                sink(new TranscriptEvent(Best(), IsFinal: false, Request: -1, EndOfSpeech: true));
                break;
            case "turn.end":
                OnTurnEnd(current);
                break;
        }
    }

    private void OnHypothesis(AzureTurn current, AzureResult result)
    {
        // One that is overtaken by its own phrase is stale.
        if (current.IsDiscarded || result.Text is not { Length: > 0 } text || current.PositionOf(result.Offset + result.Duration) <= current.Acknowledged)
            return;

        current.Hypothesis = text;
        sink(new TranscriptEvent(Best(), IsFinal: false, Request: -1));
    }

    private void OnPhrase(AzureTurn current, AzureResult result)
    {
        if (result.Failure is { } failed)
            throw failed;

        if (result.RecognitionStatus is "Success" or "NoMatch" && result.Duration > 0)
        {
            failures = 0;
            current.Acknowledge(current.PositionOf(result.Offset + result.Duration));
        }

        if (current.IsDiscarded)
            return;

        if (result.RecognitionStatus == "Success" && result.DisplayText?.Trim() is { Length: > 0 } text)
        {
            phrases.Add(text);
            current.Hypothesis = "";
            if (!TryAnswer())
                sink(new TranscriptEvent(Best(), IsFinal: false, Request: -1, EndOfSpeech: current.End is null));
        }
    }

    private void OnTurnEnd(AzureTurn current)
    {
        turnEndTimer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (!current.EndSent && !current.IsDiscarded)
        {
            // The service ends a turn in mid-call: the audio behind the last phrase belongs to a new one.
            turn = current.Again(AzureSocketPool.NewId(clock), audio.Begin);
            if (++failures > options.Retries)
                throw AzureSpeechErrors.Make(ProviderErrorKind.MalformedAnswer, "turns that end before they give a phrase");
            return;
        }

        turn = null;
        if (!current.IsDiscarded)
        {
            failures = 0;
            TryAnswer();
        }

        StartNext();
    }

    /// <summary>After a turn: what was said meanwhile, or asked, or nothing yet.</summary>
    private void StartNext()
    {
        if (question is { } asked && asked.Position > next)
            BeginTurn(asked);
        else if (audio.End > next && (fresh || soundSinceNext))
            BeginTurn();
    }

    private void BeginTurn(Question? asked = null)
    {
        turn = new AzureTurn(AzureSocketPool.NewId(clock), Math.Max(next, audio.Begin));
        fresh = false;
        if (asked is { } known)
            turn.End = End(known);
    }

    /// <summary>Where the turn ends that answers a question: at the question, unless the caller still speaks.</summary>
    private long? End(Question asked)
    {
        if (!asked.AtPause)
            return null;

        next = asked.Position;
        soundSinceNext = false;
        return asked.Position;
    }

    /// <summary>Answers when the phrases cover the question.</summary>
    private bool TryAnswer()
    {
        if (question is not { } asked)
            return false;

        var isCovered = turn switch
        {
            null => asked.Position <= next,
            { IsDiscarded: true } => false,

            // No phrase can follow in less audio than the silence that separates phrases.
            { End: { } end } current => end >= asked.Position && current.Acknowledged > current.Start
                && end - current.Acknowledged < Math.Max(CoveredSamples, options.SegmentationSilenceMs * 8L),
            var current => current.Acknowledged > current.Start && asked.Position - current.Acknowledged < CoveredSamples,
        };
        if (isCovered)
            Answer(Best());
        return isCovered;
    }

    private void OnAnswerDue()
    {
        lock (Gate)
        {
            if (disposed || question is not { } asked)
                return;

            if (!asked.IsLate)
            {
                if (turn is { IsDiscarded: false, Hypothesis.Length: > 0 })
                {
                    AzureSpeechLog.BestGuess(log, sender.ConnectionId);
                    Answer(Best(), guessed: AzureSpeechErrors.Make(ProviderErrorKind.Timeout, "a guess, and no phrase in time"));
                    return;
                }

                question = asked with { IsLate = true };
                var left = Math.Max(1, options.FinalDeadlineMs - options.BestGuessAfterMs);
                answerTimer.Change(TimeSpan.FromMilliseconds(left), Timeout.InfiniteTimeSpan);
                return;
            }

            Answer(Best(), AzureSpeechErrors.Make(ProviderErrorKind.Timeout, "no text in time").Message);
        }
    }

    private void OnTurnEndDue()
    {
        lock (Gate)
        {
            if (disposed || turn is not { EndSent: true })
                return;
        }

        sender.Abort(AzureSpeechErrors.Make(ProviderErrorKind.Timeout, "the service does not end its turn"));
    }

    private void Answer(string text, string? error = null, ProviderException? guessed = null)
    {
        var request = question!.Value.Request;
        question = null;
        answerTimer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        sink(new TranscriptEvent(text, IsFinal: true, request, error, Failure: error is null ? guessed : failure));
    }

    private void Fail(ProviderException reason, string connectionId)
    {
        AzureSpeechLog.RecognitionGivenUp(log, connectionId, reason.Kind, reason.Message);
        failure = reason;
        var best = Best();
        turn = null;
        next = audio.End;
        if (question is not null)
            Answer(best, reason.Message);
        else
            sink(new TranscriptEvent("", IsFinal: false, Request: -1, reason.Message, Failure: reason));
    }

    /// <summary>Audio that must still be sent must not grow older than what is kept.</summary>
    private void NoticeLoss()
    {
        if (turn is not { } current || current.Sent >= audio.Begin || current.IsDiscarded)
            return;

        AzureSpeechLog.AudioLost(log, sender.ConnectionId, (audio.Begin - current.Sent) / 8);
        if (current.HasBegun)
            sender.Abort(AzureSpeechErrors.Make(ProviderErrorKind.Timeout, "the connection does not keep up with the call"));
        else
            turn = current.Again(current.RequestId, audio.Begin);
    }

    private string Best()
    {
        var guess = turn is { IsDiscarded: false, Hypothesis.Length: > 0 } ? turn.Hypothesis : null;
        var parts = guess is null ? phrases : [.. phrases, guess];
        return string.Join(setup.Language.Split('-')[0] is "zh" or "ja" or "th" ? "" : " ", parts);
    }

    /// <summary>A text that was asked for.</summary>
    /// <param name="Request">The loop's number.</param>
    /// <param name="Position">All audio before it counts.</param>
    /// <param name="AtPause">The caller does not speak.</param>
    /// <param name="IsLate">The time for a best guess has passed without one.</param>
    private readonly record struct Question(int Request, long Position, bool AtPause, bool IsLate = false);
}
