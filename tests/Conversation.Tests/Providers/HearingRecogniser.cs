using Parley.Conversation.Providers;
using Parley.Conversation.Stt;

namespace Parley.Conversation.Tests.Providers;

/// <summary>How a recogniser fails.</summary>
public enum Fault
{
    None,
    RefusesToOpen,
    ErrorAtOpen,
    ErrorWhileSpeaking,
    ThrowsOnWrite,
    ErrorOnRequest,
    ThrowsOnRequest,
    Silent,
    Trickles,
    Late,
    Guesses,
}

/// <summary>
/// Recognises by the audio it was given, so that lost or doubled audio shows: each 300 ms of sound since the last commit is a word, the last ones
/// that were said.
/// </summary>
internal sealed class HearingRecogniser(TimeProvider clock, IReadOnlyList<string> said) : ISpeechToText
{
    private const int SamplesPerWord = 2400;

    public string Name => "hearing";

    public Fault Fault { get; set; }

    public ProviderErrorKind Kind { get; set; } = ProviderErrorKind.Disconnected;

    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(100);

    public List<Stream> Streams { get; } = [];

    public ISpeechToTextStream Open(SpeechToTextOptions options, Action<TranscriptEvent> sink)
    {
        if (Fault == Fault.RefusesToOpen)
            throw new ProviderException("first", Kind, "It refused.");
        var stream = new Stream(this, clock, said, sink);
        Streams.Add(stream);
        if (Fault == Fault.ErrorAtOpen)
            stream.Fail(-1);
        return stream;
    }

    internal sealed class Stream(HearingRecogniser owner, TimeProvider clock, IReadOnlyList<string> said, Action<TranscriptEvent> sink) : ISpeechToTextStream
    {
        private int sound;

        public bool IsDisposed { get; private set; }

        public List<int> Requests { get; } = [];

        public void Fail(int request) => sink(new TranscriptEvent(
            "", request >= 0, request, "It failed.", Failure: new ProviderException("first", owner.Kind, "It failed.")));

        public void Write(ReadOnlySpan<short> samples)
        {
            foreach (var sample in samples)
                sound += Math.Abs((int)sample) > 300 ? 1 : 0;
            if (owner.Fault == Fault.ThrowsOnWrite && sound > SamplesPerWord)
                throw new InvalidOperationException("broken");
            if (owner.Fault == Fault.ErrorWhileSpeaking && sound > SamplesPerWord)
                Fail(-1);
        }

        public void RequestFinal(int request)
        {
            Requests.Add(request);
            var words = (int)Math.Round(sound / (double)SamplesPerWord);
            var text = string.Join(' ', said.Skip(said.Count - words));
            switch (owner.Fault)
            {
                case Fault.ErrorOnRequest:
                    After(owner.Delay, () => Fail(request));
                    break;
                case Fault.ThrowsOnRequest:
                    throw new InvalidOperationException("broken");
                case Fault.Silent:
                    break;
                case Fault.Trickles:
                    for (var i = 1; i < 50; i++)
                        After(TimeSpan.FromMilliseconds(100 * i), () => sink(new TranscriptEvent("and", false, -1)));
                    break;
                case Fault.Late:
                    After(TimeSpan.FromSeconds(5), () => sink(new TranscriptEvent("LATE " + text, true, request)));
                    break;
                case Fault.Guesses:
                    var failure = new ProviderException("first", ProviderErrorKind.Timeout, "A guess.");
                    After(owner.Delay, () => sink(new TranscriptEvent(text, true, request, Failure: failure)));
                    break;
                default:
                    After(owner.Delay, () => sink(new TranscriptEvent(text, true, request)));
                    break;
            }
        }

        public void Commit() => sound = 0;

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }

        private void After(TimeSpan time, Action action)
        {
            ITimer? timer = null;
            timer = clock.CreateTimer(
                _ =>
                {
                    timer?.Dispose();
                    action();
                },
                null, time, Timeout.InfiniteTimeSpan);
        }
    }
}
