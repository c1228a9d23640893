using System.Runtime.CompilerServices;
using Parley.Conversation.Frames;
using Parley.Conversation.Stt;
using Parley.Conversation.Tts;
using Parley.Conversation.Vad;

namespace Parley.Tests.Common.Calls;

/// <summary>Takes loud audio for speech: the scripted caller's frames are loud exactly while it speaks.</summary>
public sealed class LoudnessDetector : IVoiceActivityDetector, IVoiceActivityDetectorFactory
{
    public IVoiceActivityDetector Create() => new LoudnessDetector();

    public float Process(ReadOnlySpan<short> samples)
    {
        foreach (var sample in samples)
        {
            if (Math.Abs((int)sample) > 300)
                return 0.95f;
        }

        return 0.02f;
    }

    public void Reset()
    {
    }

    public void Dispose()
    {
    }
}

/// <summary>Recognises what the script says was spoken: the words whose end has passed, after a delay.</summary>
public sealed class ScriptedRecogniser(TimeProvider clock) : ISpeechToText
{
    private readonly List<ScriptedStream> streams = [];

    public string Name => "scripted";

    /// <summary>How long a text takes.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMilliseconds(60);

    /// <summary>When set, requests are answered with this error.</summary>
    public string? FailWith { get; set; }

    /// <summary>When set, requests are never answered.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Streams that are open: a call each.</summary>
    public int OpenStreams
    {
        get
        {
            lock (streams)
                return streams.Count;
        }
    }

    /// <summary>How many texts were asked for.</summary>
    public int Requests { get; private set; }

    public ISpeechToTextStream Open(SpeechToTextOptions options, Action<TranscriptEvent> sink)
    {
        var stream = new ScriptedStream(this, clock, sink);
        lock (streams)
            streams.Add(stream);
        return stream;
    }

    /// <summary>The recogniser takes the caller to be done, in every call.</summary>
    public void Hint()
    {
        lock (streams)
        {
            foreach (var stream in streams)
                stream.Hint();
        }
    }

    /// <summary>A word was spoken to its end.</summary>
    public void Spoken(string word)
    {
        lock (streams)
        {
            foreach (var stream in streams)
                stream.Words.Add(word);
        }
    }

    private sealed class ScriptedStream(ScriptedRecogniser owner, TimeProvider clock, Action<TranscriptEvent> sink) : ISpeechToTextStream
    {
        public List<string> Words { get; } = [];

        public void Write(ReadOnlySpan<short> samples)
        {
        }

        public void RequestFinal(int request)
        {
            owner.Requests++;
            if (owner.IsSilent)
                return;

            var answer = owner.FailWith is { } error
                ? new TranscriptEvent("", true, request, error)
                : new TranscriptEvent(string.Join(' ', Words), true, request);
            ITimer? timer = null;
            timer = clock.CreateTimer(
                _ =>
                {
                    timer?.Dispose();
                    sink(answer);
                },
                null, owner.Delay, Timeout.InfiniteTimeSpan);
        }

        public void Hint() => sink(new TranscriptEvent(string.Join(' ', Words), false, -1, EndOfSpeech: true));

        public void Commit() => Words.Clear();

        public ValueTask DisposeAsync()
        {
            lock (owner.streams)
                owner.streams.Remove(this);
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>
/// Speaks at an even pace, 60 ms a character, with exact word timings, so that a test knows at each millisecond which word is spoken.
/// </summary>
public sealed class ScriptedVoice(TimeProvider clock) : ITextToSpeech
{
    public const int MsPerChar = 60;

    public string Name => "scripted";

    /// <summary>Wait before the first chunk of a clause.</summary>
    public TimeSpan FirstChunkDelay { get; set; }

    /// <summary>Wait before each later chunk.</summary>
    public TimeSpan ChunkDelay { get; set; }

    /// <summary>Whether word timings are told.</summary>
    public bool TellsWords { get; set; } = true;

    /// <summary>When set, every synthesis fails with it.</summary>
    public Exception? FailWith { get; set; }

    /// <summary>How many syntheses fail; the later ones do not.</summary>
    public int Failures { get; set; } = int.MaxValue;

    /// <summary>When set, each synthesis that gets that far stops for ever after so many chunks.</summary>
    public int? StallAfterChunks { get; set; }

    /// <summary>How many syntheses stall; the later ones do not.</summary>
    public int Stalls { get; set; } = int.MaxValue;

    /// <summary>Everything that was spoken, a clause each.</summary>
    public List<string> Spoken { get; } = [];

    public async IAsyncEnumerable<SpeechChunk> SynthesizeAsync(
        SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (FailWith is not null && Failures-- > 0)
            throw FailWith;

        lock (Spoken)
            Spoken.Add(request.Text);
        var words = TellsWords ? Timings(request.Text) : null;
        if (FirstChunkDelay > TimeSpan.Zero)
            await Task.Delay(FirstChunkDelay, clock, cancellationToken);

        const int chunkMs = 300;
        var totalMs = request.Text.Length * MsPerChar;
        for (var done = 0; done < totalMs; done += chunkMs)
        {
            if (done / chunkMs == StallAfterChunks && Stalls-- > 0)
                await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken);
            if (done > 0 && ChunkDelay > TimeSpan.Zero)
                await Task.Delay(ChunkDelay, clock, cancellationToken);
            var frame = AudioFrame.Rent(AudioFormat.Pcm8K, Math.Min(chunkMs, totalMs - done) * 16);
            frame.Samples.Fill(4000);
            yield return new SpeechChunk(frame, done == 0 ? words : null);
        }
    }

    private static List<WordTiming> Timings(string text)
    {
        var words = new List<WordTiming>();
        for (var i = 1; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] == ' ')
                words.Add(new WordTiming(i, i * MsPerChar));
        }

        return words;
    }
}
