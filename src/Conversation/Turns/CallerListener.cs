using Parley.Conversation.Audio;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stt;
using Parley.Conversation.Vad;

namespace Parley.Conversation.Turns;

/// <summary>
/// Hears the caller: turns frames into linear audio, closes gaps, judges them for speech, and gives the recogniser the audio of each
/// utterance with a little from before its onset. Belongs to the call's loop; allocates nothing per frame.
/// </summary>
internal sealed class CallerListener : IAsyncDisposable
{
    private const int SamplesPerMs = 8;
    private const int MostSamples = 8000;
    private const int MostConcealedMs = 400;
    private const int RepeatedMs = 40;

    // The detector notices an end this late at most; silence that was there before is not the end of the speech that it heard.
    private const int LongestTailMs = 240;

    // The level alone makes a pause of speech that the detector still hears: longer than the closure before a plosive.
    private const int QuietPauseMs = 80;

    // A sound that began in a pause is perhaps speech for as long as the detector needs to recognise speech.
    private const int ShortestStirMs = 30;
    private const int LongestStirMs = 250;

    private readonly IVoiceActivityDetector vad;
    private readonly ISpeechToTextStream recogniser;
    private readonly PipelineOptions options;
    private readonly LevelTracker level = new();
    private readonly short[] preRoll;
    private readonly short[] samples = new short[MostSamples];
    private int preRollStart;
    private int preRollCount;
    private readonly short[] lastFrame = new short[160];
    private int lastFrameCount;
    private long expectedTimestampMs = -1;
    private int silentSamples;
    private int speechSamples;
    private bool open;
    private bool hears;     // the detector, with hysteresis
    private bool speaking;  // and its sound has not stopped
    private int speechStartMs;
    private int speechEndMs;

    public CallerListener(IVoiceActivityDetector vad, ISpeechToTextStream recogniser, PipelineOptions options)
    {
        this.vad = vad;
        this.recogniser = recogniser;
        this.options = options;
        preRoll = new short[options.PreRollMs * SamplesPerMs];
    }

    /// <summary>
    /// Level (RMS of 16-bit samples) under which audio is taken for the agent's echo and not for speech; 0 while the agent is silent.
    /// </summary>
    public double EchoFloor { get; set; }

    /// <summary>What the caller does now. Silence also grows when frames stop coming.</summary>
    public CallerActivity Activity(long nowMs, long lastFrameMs)
    {
        var stalled = nowMs - lastFrameMs;
        return new CallerActivity
        {
            IsOpen = open,
            IsSpeaking = speaking && stalled < 300,
            SpeechMs = speechSamples / SamplesPerMs,
            SilenceMs = silentSamples / SamplesPerMs + (stalled >= 300 ? (int)stalled : 0),
            IsStirring = open && !speaking && level.SoundMs is >= ShortestStirMs and <= LongestStirMs,
            SpeechStartMs = speechStartMs,
            SpeechEndMs = speechEndMs,
        };
    }

    /// <summary>Takes a frame.</summary>
    public void Hear(AudioFrame frame, long nowMs)
    {
        Conceal(frame, nowMs);
        var bytes = frame.Bytes;
        while (bytes.Length > 0)
        {
            var piece = bytes[..Math.Min(bytes.Length, MostSamples)];
            var linear = samples.AsSpan(0, piece.Length);
            MuLaw.Decode(piece, linear);
            HearSamples(linear, nowMs);
            lastFrameCount = Math.Min(linear.Length, lastFrame.Length);
            linear[^lastFrameCount..].CopyTo(lastFrame);
            bytes = bytes[piece.Length..];
        }
    }

    /// <summary>Asks for the text of the utterance so far.</summary>
    public void RequestFinal(int request) => recogniser.RequestFinal(request);

    /// <summary>The utterance was taken as a turn, or dismissed.</summary>
    public void Close()
    {
        open = false;
        hears = false;
        speaking = false;
        speechSamples = 0;
        recogniser.Commit();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        vad.Dispose();
        await recogniser.DisposeAsync();
    }

    /// <summary>
    /// Fills a gap in the sender's timeline. Repeating the last frame costs the recogniser less than silence does; a long gap is cut short,
    /// since it only has to keep words apart.
    /// </summary>
    private void Conceal(AudioFrame frame, long nowMs)
    {
        var durationMs = (long)frame.Duration.TotalMilliseconds;
        if (expectedTimestampMs >= 0 && frame.TimestampMs > expectedTimestampMs + 10)
        {
            var concealed = (int)Math.Min(frame.TimestampMs - expectedTimestampMs, MostConcealedMs);
            for (var done = 0; done < concealed; done += 20)
            {
                if (done >= RepeatedMs)
                    lastFrame.AsSpan().Clear();
                HearSamples(lastFrame.AsSpan(0, lastFrameCount > 0 ? lastFrameCount : lastFrame.Length), nowMs);
            }
        }

        // A late frame does not turn the timeline back, or the next one would look like a gap.
        expectedTimestampMs = Math.Max(expectedTimestampMs, frame.TimestampMs + durationMs);
    }

    private void HearSamples(ReadOnlySpan<short> linear, long nowMs)
    {
        var probability = vad.Process(linear);
        if (EchoFloor > 0 && probability >= options.SilenceThreshold && Rms(linear) < EchoFloor)
            probability = 0;

        // Hysteresis: speech starts at the higher threshold and ends under the lower one.
        var isSpeech = probability >= (hears ? options.SilenceThreshold : options.SpeechThreshold);
        if (!open && isSpeech)
            Open(nowMs);

        level.Process(linear);
        hears = isSpeech;
        if (open)
        {
            recogniser.Write(linear);
            if (hears && level.QuietMs < QuietPauseMs)
            {
                speaking = true;
                speechSamples += linear.Length;
                silentSamples = 0;
                speechEndMs = (int)nowMs - level.QuietMs;
            }
            else if (speaking)
            {
                // The pause began when the sound ended, not when that was noticed.
                silentSamples = Math.Max(linear.Length, Math.Min(level.QuietMs, LongestTailMs) * SamplesPerMs);
                speaking = false;
            }
            else
            {
                silentSamples += linear.Length;
            }
        }
        else
        {
            silentSamples += linear.Length;
            Remember(linear);
        }
    }

    private void Open(long nowMs)
    {
        open = true;
        level.ForgetPeak();
        speechSamples = 0;
        silentSamples = 0;
        speechStartMs = (int)nowMs;
        if (preRollCount > 0)
        {
            var end = Math.Min(preRollStart + preRollCount, preRoll.Length);
            recogniser.Write(preRoll.AsSpan(preRollStart, end - preRollStart));
            if (preRollStart + preRollCount > preRoll.Length)
                recogniser.Write(preRoll.AsSpan(0, preRollStart + preRollCount - preRoll.Length));
        }

        preRollStart = preRollCount = 0;
    }

    private void Remember(ReadOnlySpan<short> linear)
    {
        if (linear.Length > preRoll.Length)
            linear = linear[^preRoll.Length..];
        // The ring is overwritten from its end on, in at most two pieces.
        var end = (preRollStart + preRollCount) % preRoll.Length;
        var first = Math.Min(linear.Length, preRoll.Length - end);
        linear[..first].CopyTo(preRoll.AsSpan(end));
        linear[first..].CopyTo(preRoll);
        var overwritten = Math.Max(0, preRollCount + linear.Length - preRoll.Length);
        preRollStart = (preRollStart + overwritten) % preRoll.Length;
        preRollCount += linear.Length - overwritten;
    }

    private static double Rms(ReadOnlySpan<short> linear)
    {
        long sum = 0;
        foreach (var sample in linear)
            sum += sample * sample;
        return linear.Length == 0 ? 0 : Math.Sqrt((double)sum / linear.Length);
    }
}
