using Parley.Conversation.Frames;
using Parley.Conversation.Native;
using Parley.Conversation.Stt;
using Parley.Conversation.Stt.Moonshine;
using Parley.Conversation.Tests.Native;
using Parley.Conversation.Tts;
using Parley.Conversation.Tts.Flite;
using Parley.Conversation.Vad;

namespace Parley.Conversation.Tests.Line;

/// <summary>The real parts behind the tests of this folder, loaded once, and what an agent says in them.</summary>
public sealed class LineSounds : IAsyncLifetime
{
    private readonly MoonshineRecognizer model = MoonshineRecognizer.Load(TestSpeech.Assets.SherpaLibrary, TestSpeech.Assets.Moonshine);
    private readonly Dictionary<string, List<SpeechChunk>> spoken = [];

    public SileroVadFactory Detector { get; } = new(TestSpeech.Assets);

    /// <summary>Speaks what was prepared, at once, with exact word timings.</summary>
    public ITextToSpeech Voice => new PreparedVoice(spoken);

    public async ValueTask InitializeAsync()
    {
        using var flite = new FliteTextToSpeech();
        foreach (var clause in (string[])[.. SentenceChunker.Split(LineTests.Story), "Yes?"])
        {
            var chunks = new List<SpeechChunk>();
            await foreach (var chunk in flite.SynthesizeAsync(new SpeechRequest(clause, "slt", "en-US"), CancellationToken.None))
                chunks.Add(chunk);
            spoken[clause] = chunks;
        }
    }

    public ValueTask DisposeAsync()
    {
        foreach (var chunk in spoken.Values.SelectMany(c => c))
            chunk.Audio?.Dispose();
        model.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Moonshine that decodes at once and answers when a server would have: 60 ms and 25 ms for each second of audio later.</summary>
    public ISpeechToText Recogniser(TimeProvider clock) => new ClockedMoonshine(samples => model.Transcribe(samples, 16000), clock);

    private sealed class PreparedVoice(Dictionary<string, List<SpeechChunk>> spoken) : ITextToSpeech
    {
        public string Name => "prepared";

        public async IAsyncEnumerable<SpeechChunk> SynthesizeAsync(
            SpeechRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            foreach (var chunk in spoken[request.Text])
                yield return chunk with { Audio = chunk.Audio is { } audio ? AudioFrame.Copy(audio.Format, audio.Bytes) : null };
        }
    }

    private sealed class ClockedMoonshine(Transcribe transcribe, TimeProvider clock) : ISpeechToText
    {
        public string Name => "moonshine";

        public ISpeechToTextStream Open(SpeechToTextOptions options, Action<TranscriptEvent> sink) => new Stream(transcribe, clock, sink);

        private sealed class Stream(Transcribe transcribe, TimeProvider clock, Action<TranscriptEvent> sink) : ISpeechToTextStream
        {
            private readonly List<short> samples = [];

            public void Write(ReadOnlySpan<short> more) => samples.AddRange(more);

            public void RequestFinal(int request)
            {
                var text = UtteranceDecoder.Decode(samples.ToArray(), transcribe);
                var latency = TimeSpan.FromMilliseconds(60 + samples.Count / 8 * 25 / 1000);
                ITimer? timer = null;
                timer = clock.CreateTimer(
                    _ =>
                    {
                        timer?.Dispose();
                        sink(new TranscriptEvent(text, true, request));
                    },
                    null, latency, Timeout.InfiniteTimeSpan);
            }

            public void Commit() => samples.Clear();

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
