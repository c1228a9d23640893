using Parley.Calling;
using Parley.Conversation.Audio;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Vad;

namespace Parley.Loading;

/// <summary>
/// Where a voice activity detector hears speech in an utterance. A server decides by what its detector says, not by what the recording's
/// energy says; knowing both, the load test can tell the server's waiting, which is meant, from the time it adds. Frames count from the
/// utterance's first.
/// </summary>
public sealed class SpeechProfile
{
    /// <summary>Silence before the utterance, so that the detector is in the state it has in a call. A multiple of <see cref="Alignment"/>.</summary>
    private const int LeadFrames = 160;

    private const int TailFrames = 100;

    private readonly int[] speechMs;

    private SpeechProfile(int[] speechMs, int lastSpeechFrame, int longestPauseMs) =>
        (this.speechMs, LastSpeechFrame, LongestPauseMs) = (speechMs, lastSpeechFrame, longestPauseMs);

    /// <summary>
    /// Utterances begin at a multiple of so many frames: 160 samples of a frame and 256 of a detector's window meet again after eight frames.
    /// </summary>
    public const int Alignment = 8;

    /// <summary>The last frame at which the detector says speech.</summary>
    public int LastSpeechFrame { get; }

    /// <summary>The longest silence inside the utterance, in milliseconds.</summary>
    public int LongestPauseMs { get; }

    /// <summary>The first frame with so much speech behind it; null when there is never so much.</summary>
    public int? FrameWithSpeech(int milliseconds)
    {
        var index = Array.FindIndex(speechMs, ms => ms >= milliseconds);
        return index < 0 ? null : index;
    }

    /// <summary>The frame that completes so much silence after the last speech.</summary>
    public int FrameWithSilence(int milliseconds) => LastSpeechFrame + ((milliseconds + 19) / 20);

    /// <summary>Lets <paramref name="detector"/> hear the utterance in silence; null when it hears no speech.</summary>
    public static SpeechProfile? Measure(Utterance utterance, IVoiceActivityDetector detector)
    {
        ArgumentNullException.ThrowIfNull(utterance);
        ArgumentNullException.ThrowIfNull(detector);
        var thresholds = new PipelineOptions();
        var samples = new short[Utterance.FrameBytes];
        detector.Reset();
        for (var i = 0; i < LeadFrames; i++)
            Hear(ComfortNoise.Frame(i));

        // As the listener of a call judges: speech begins at the higher threshold and ends under the lower one.
        var total = utterance.Frames + TailFrames;
        var speechMs = new int[total];
        var (speaking, last, pause, longest) = (false, -1, 0, 0);
        for (var i = 0; i < total; i++)
        {
            var probability = Hear(i < utterance.Frames ? utterance.Frame(i) : ComfortNoise.Frame(i));
            speaking = probability >= (speaking ? thresholds.SilenceThreshold : thresholds.SpeechThreshold);
            speechMs[i] = (i > 0 ? speechMs[i - 1] : 0) + (speaking ? 20 : 0);
            if (speaking)
            {
                longest = last >= 0 ? Math.Max(longest, pause) : 0;
                (last, pause) = (i, 0);
            }
            else
            {
                pause += 20;
            }
        }

        return last < 0 ? null : new SpeechProfile(speechMs, last, longest);

        float Hear(ReadOnlySpan<byte> frame)
        {
            MuLaw.Decode(frame, samples);
            return detector.Process(samples);
        }
    }
}
