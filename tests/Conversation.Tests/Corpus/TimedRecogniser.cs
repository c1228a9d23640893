using Parley.Conversation.Stt;
using Parley.Conversation.Stt.Moonshine;

namespace Parley.Conversation.Tests.Corpus;

/// <summary>
/// Moonshine on a virtual clock: decodes at once, and says when a server would have had the text. The time is a model of it, so that results
/// do not depend on the machine: 60 ms and 25 ms for each second of audio.
/// </summary>
internal sealed class TimedRecogniser(Transcribe transcribe) : ISpeechToText
{
    private const int BaseLatencyMs = 60;
    private const int LatencyMsPerSecond = 25;

    // The strategies that are compared pause at the same places of a recording: what was decoded for one serves the other.
    private readonly Dictionary<string, string> decoded = [];

    public string Name => "moonshine on a virtual clock";

    /// <summary>The time now; set by whoever drives the call.</summary>
    public long NowMs { get; set; }

    /// <summary>The answer that is under way.</summary>
    public (long DueMs, int Request, string Text)? Pending { get; set; }

    public ISpeechToTextStream Open(SpeechToTextOptions options, Action<TranscriptEvent> sink) => new Stream(this);

    private string Decode(short[] samples)
    {
        var key = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(samples.AsSpan())));
        if (!decoded.TryGetValue(key, out var text))
            decoded[key] = text = UtteranceDecoder.Decode(samples, transcribe);
        return text;
    }

    private sealed class Stream(TimedRecogniser owner) : ISpeechToTextStream
    {
        private readonly List<short> samples = [];

        public void Write(ReadOnlySpan<short> more) => samples.AddRange(more);

        public void RequestFinal(int request)
        {
            // A newer request replaces an older one.
            var latency = BaseLatencyMs + samples.Count / 8 * LatencyMsPerSecond / 1000;
            owner.Pending = (owner.NowMs + latency, request, owner.Decode([.. samples]));
        }

        public void Commit() => samples.Clear();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
