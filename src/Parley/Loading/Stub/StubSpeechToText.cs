using Parley.Conversation.Stt;

namespace Parley.Loading.Stub;

/// <summary>A recogniser that takes no time and always hears the same.</summary>
internal sealed class StubSpeechToText : ISpeechToText
{
    /// <summary>What it hears: no backchannel, and more than one word, so that it interrupts.</summary>
    public const string Text = "I would like to know what you have on Sunday.";

    /// <inheritdoc/>
    public string Name => "stub";

    /// <inheritdoc/>
    public ISpeechToTextStream Open(SpeechToTextOptions options, Action<TranscriptEvent> sink) => new Stream(sink);

    private sealed class Stream(Action<TranscriptEvent> sink) : ISpeechToTextStream
    {
        public void Write(ReadOnlySpan<short> samples)
        {
        }

        public void RequestFinal(int request) => sink(new TranscriptEvent(Text, IsFinal: true, request));

        public void Commit()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
