using System.Runtime.CompilerServices;
using Parley.Conversation.Frames;
using Parley.Conversation.Stt;
using Parley.Conversation.Tts;
using Parley.Conversation.Turns;
using Parley.Conversation.Vad;

namespace Parley.Evaluation;

/// <summary>Takes loud audio for speech: the simulated caller's frames are loud exactly while it speaks.</summary>
internal sealed class LevelDetector : IVoiceActivityDetector, IVoiceActivityDetectorFactory
{
    private const int LeastSpeechLevel = 300;

    /// <inheritdoc/>
    public IVoiceActivityDetector Create() => new LevelDetector();

    /// <inheritdoc/>
    public float Process(ReadOnlySpan<short> samples) => samples.IndexOfAnyExceptInRange((short)-LeastSpeechLevel, (short)LeastSpeechLevel) < 0 ? 0.02f : 0.95f;

    /// <inheritdoc/>
    public void Reset()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

/// <summary>Ends a turn with the caller's last word, since the text is known to be whole.</summary>
internal sealed class TextEndpointing : IEndpointingStrategy
{
    /// <inheritdoc/>
    public EndpointVerdict Judge(in EndpointContext context) => new(0, "text");
}

/// <summary>Recognises, at once, what the caller is told to say.</summary>
internal sealed class TextRecogniser : ISpeechToText
{
    /// <inheritdoc/>
    public string Name => "text";

    /// <summary>What the caller has said since the last turn; empty for a sound without words.</summary>
    public string Text { get; set; } = "";

    /// <inheritdoc/>
    public ISpeechToTextStream Open(SpeechToTextOptions options, Action<TranscriptEvent> sink) => new Stream(this, sink);

    private sealed class Stream(TextRecogniser owner, Action<TranscriptEvent> sink) : ISpeechToTextStream
    {
        public void Write(ReadOnlySpan<short> samples)
        {
        }

        public void RequestFinal(int request) => sink(new TranscriptEvent(owner.Text, IsFinal: true, request));

        public void Commit()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}

/// <summary>
/// Speaks without time passing outside, and at an even pace inside of the simulated time, with exact word timings: much faster than a person unless
/// somebody is to interrupt.
/// </summary>
internal sealed class TextVoice : ITextToSpeech
{
    /// <summary>Milliseconds of speech for each character when nobody interrupts: the carrier's buffer is to hold more than a sentence.</summary>
    public const int Fast = 4;

    /// <summary>As a person speaks.</summary>
    public const int Natural = 60;

    private const int ChunkMs = 200;
    private const short Level = 2000;

    /// <inheritdoc/>
    public string Name => "text";

    /// <summary>Milliseconds of speech for each character.</summary>
    public int MsPerCharacter { get; set; } = Fast;

    /// <inheritdoc/>
    public async IAsyncEnumerable<SpeechChunk> SynthesizeAsync(SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var pace = MsPerCharacter;
        var words = new List<WordTiming>();
        for (var i = 1; i <= request.Text.Length; i++)
        {
            if (i == request.Text.Length || request.Text[i] == ' ')
                words.Add(new WordTiming(i, i * pace));
        }

        for (var left = request.Text.Length * pace; left > 0; left -= ChunkMs)
        {
            var frame = AudioFrame.Rent(AudioFormat.Pcm8K, Math.Min(left, ChunkMs) * 8 * sizeof(short));
            frame.Samples.Fill(Level);
            yield return new SpeechChunk(frame, left == request.Text.Length * pace ? words : null);
        }
    }
}
