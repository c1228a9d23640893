using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stt;
using Parley.Conversation.Turns;
using Parley.Conversation.Vad;
using Utterance = Parley.Calling.Utterance;

namespace Parley.Loading;

/// <summary>
/// Where a call hears speech in an utterance. A server decides by what its listener says, not by what the recording's
/// energy says; knowing both, the load test can tell the server's waiting, which is meant, from the time it adds. Frames count from the
/// utterance's first.
/// </summary>
public sealed class SpeechProfile
{
    /// <summary>Silence before the utterance. A multiple of <see cref="Alignment"/>.</summary>
    private const int LeadFrames = 160;

    private const int TailFrames = 100;

    private readonly CallerActivity[] frames;

    private SpeechProfile(CallerActivity[] frames, int lastSpeechFrame, int longestPauseMs) =>
        (this.frames, LastSpeechFrame, LongestPauseMs) = (frames, lastSpeechFrame, longestPauseMs);

    /// <summary>
    /// Utterances begin at a multiple of so many frames: 160 samples of a frame and 256 of a detector's window meet again after eight frames.
    /// </summary>
    public const int Alignment = 8;

    /// <summary>The last frame at which speech goes on.</summary>
    public int LastSpeechFrame { get; }

    /// <summary>The longest silence inside the utterance, in milliseconds.</summary>
    public int LongestPauseMs { get; }

    /// <summary>The first frame with so much speech behind it; null when there is never so much.</summary>
    public int? FrameWithSpeech(int milliseconds)
    {
        var index = Array.FindIndex(frames, f => f.SpeechMs >= milliseconds);
        return index < 0 ? null : index;
    }

    /// <summary>The frame that completes so much silence after the last speech; null when that is longer than was listened.</summary>
    public int? FrameWithSilence(int milliseconds)
    {
        var index = Array.FindIndex(frames, LastSpeechFrame + 1, f => f.SilenceMs >= milliseconds && !f.IsStirring);
        return index < 0 ? null : index;
    }

    /// <summary>
    /// Lets a call's own listener hear the utterance in silence, by <paramref name="detector"/>; null when it hears no speech. A detector remembers
    /// what it heard, and notices an onset a frame earlier or later by it: <paramref name="before"/> is what the caller said last.
    /// </summary>
    public static SpeechProfile? Measure(Utterance utterance, IVoiceActivityDetector detector, Utterance? before = null)
    {
        ArgumentNullException.ThrowIfNull(utterance);
        ArgumentNullException.ThrowIfNull(detector);
        detector.Reset();
        var listener = new CallerListener(detector, new NoRecogniser(), new PipelineOptions());
        var now = 0L;
        for (var i = 0; i < RoundUp(before?.Frames ?? 0) + LeadFrames; i++)
            Hear(i < before?.Frames ? before.Frame(i) : ComfortNoise.Frame(i));
        listener.Close();

        var heard = new CallerActivity[utterance.Frames + TailFrames];
        var (last, longest) = (-1, 0);
        for (var i = 0; i < heard.Length; i++)
        {
            heard[i] = Hear(i < utterance.Frames ? utterance.Frame(i) : ComfortNoise.Frame(i));
            if (!heard[i].IsSpeaking)
                continue;

            if (last >= 0 && i > last + 1)
                longest = Math.Max(longest, heard[i - 1].SilenceMs);
            last = i;
        }

        return last < 0 ? null : new SpeechProfile(heard, last, longest);

        static int RoundUp(int count) => (count + Alignment - 1) / Alignment * Alignment;

        CallerActivity Hear(ReadOnlySpan<byte> muLaw)
        {
            using var frame = AudioFrame.Copy(AudioFormat.Telephone, muLaw);
            frame.TimestampMs = now;
            now += 20;
            listener.Hear(frame, now);
            return listener.Activity(now, now);
        }
    }

    private sealed class NoRecogniser : ISpeechToTextStream
    {
        public void Write(ReadOnlySpan<short> samples)
        {
        }

        public void RequestFinal(int request)
        {
        }

        public void Commit()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
