using Parley.Conversation.Audio;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stt;
using Parley.Conversation.Turns;
using Parley.Conversation.Vad;

namespace Parley.Conversation.Tests.Turns;

public sealed class CallerListenerTests : IAsyncDisposable
{
    private const int FrameMs = 20;

    private readonly Detector detector = new();
    private readonly CallerListener listener;
    private int nowMs;

    public CallerListenerTests() => listener = new CallerListener(detector, new NoRecogniser(), new PipelineOptions());

    public ValueTask DisposeAsync() => listener.DisposeAsync();

    [Fact]
    public void Silence_is_dated_from_the_end_of_the_sound_when_the_detector_notices_late()
    {
        Hear(400, loud: true, heard: true);
        Hear(60, loud: false, heard: true);
        Hear(20, loud: false, heard: false);

        var caller = Activity();
        caller.IsSpeaking.ShouldBeFalse();
        caller.SilenceMs.ShouldBe(80);
        caller.SpeechEndMs.ShouldBe(400);
    }

    [Fact]
    public void Quiet_is_a_pause_though_the_detector_still_hears_speech()
    {
        Hear(400, loud: true, heard: true);
        Hear(60, loud: false, heard: true);
        Activity().IsSpeaking.ShouldBeTrue();

        Hear(40, loud: false, heard: true);
        Activity().IsSpeaking.ShouldBeFalse();
        Activity().SilenceMs.ShouldBe(100);

        Hear(20, loud: true, heard: true);
        Activity().IsSpeaking.ShouldBeTrue();
        Activity().SilenceMs.ShouldBe(0);
    }

    [Fact]
    public void Without_a_quiet_moment_the_detector_decides()
    {
        Hear(400, loud: true, heard: true);
        Hear(100, loud: true, heard: false);
        Activity().IsSpeaking.ShouldBeFalse();
        Activity().SilenceMs.ShouldBe(100);
    }

    [Fact]
    public void A_sound_that_begins_in_a_pause_stirs_until_it_is_too_long_for_speech_that_goes_unnoticed()
    {
        Hear(400, loud: true, heard: true);
        Hear(300, loud: false, heard: false);
        Activity().IsStirring.ShouldBeFalse();

        Hear(40, loud: true, heard: false);
        Activity().IsStirring.ShouldBeTrue();
        Activity().IsSpeaking.ShouldBeFalse();

        Hear(240, loud: true, heard: false);
        Activity().IsStirring.ShouldBeFalse();
    }

    [Fact]
    public void A_click_in_a_pause_does_not_stir_for_long()
    {
        Hear(400, loud: true, heard: true);
        Hear(200, loud: false, heard: false);
        Hear(20, loud: true, heard: false);
        Activity().IsStirring.ShouldBeFalse();

        Hear(20, loud: true, heard: false);
        Hear(60, loud: false, heard: false);
        Activity().IsStirring.ShouldBeFalse();
    }

    private CallerActivity Activity() => listener.Activity(nowMs, nowMs);

    private void Hear(int ms, bool loud, bool heard)
    {
        detector.Probability = heard ? 0.9f : 0;
        var bytes = new byte[FrameMs * 8];
        MuLaw.Encode([.. Enumerable.Range(0, bytes.Length).Select(i => (short)(loud ? 8000 * Math.Sin(2 * Math.PI * 400 * i / 8000) : 0))], bytes);
        for (var done = 0; done < ms; done += FrameMs)
        {
            using var frame = AudioFrame.Copy(AudioFormat.Telephone, bytes);
            frame.TimestampMs = nowMs;
            nowMs += FrameMs;
            listener.Hear(frame, nowMs);
        }
    }

    private sealed class Detector : IVoiceActivityDetector
    {
        public float Probability { get; set; }

        public float Process(ReadOnlySpan<short> samples) => Probability;

        public void Reset()
        {
        }

        public void Dispose()
        {
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
