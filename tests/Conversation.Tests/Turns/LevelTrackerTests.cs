using Parley.Conversation.Turns;

namespace Parley.Conversation.Tests.Turns;

public sealed class LevelTrackerTests
{
    private readonly LevelTracker tracker = new();

    [Fact]
    public void Quiet_counts_from_the_last_loud_block_and_sound_from_the_first()
    {
        Hear(Tone(8000, 400));
        (tracker.QuietMs, tracker.SoundMs).ShouldBe((0, 400));

        Hear(new short[200 * 8]);
        (tracker.QuietMs, tracker.SoundMs).ShouldBe((200, 0));

        Hear(Tone(8000, 50));
        (tracker.QuietMs, tracker.SoundMs).ShouldBe((0, 50));
    }

    [Fact]
    public void A_short_gap_belongs_to_the_sound()
    {
        Hear(Tone(8000, 60));
        Hear(new short[30 * 8]);
        Hear(Tone(8000, 60));
        tracker.SoundMs.ShouldBe(150);
    }

    [Theory]
    [InlineData(8000, 400, 0)]      // 26 dB down: a final consonant
    [InlineData(8000, 160, 200)]    // 34 dB down: a breath
    [InlineData(400, 28, 200)]      // a quiet speaker has a quieter end
    public void What_is_far_below_the_speech_is_quiet(int speech, int end, int quietMs)
    {
        Hear(new short[500 * 8]);
        Hear(Tone(speech, 400));
        Hear(Tone(end, 200));
        tracker.QuietMs.ShouldBe(quietMs);
    }

    [Fact]
    public void Noise_of_the_line_is_quiet_once_it_is_known()
    {
        Hear(Noise(300, 1000));
        tracker.ForgetPeak();
        Hear(Tone(8000, 400));
        Hear(Noise(300, 200));
        tracker.QuietMs.ShouldBe(200);
        tracker.SoundMs.ShouldBe(0);
    }

    [Fact]
    public void Where_speech_hardly_stands_out_nothing_is_quiet()
    {
        Hear(Noise(3000, 500));
        Hear(Tone(8000, 300));
        Hear(Noise(3000, 200));
        tracker.QuietMs.ShouldBe(0);
    }

    [Fact]
    public void What_was_loud_before_an_utterance_does_not_make_it_quiet()
    {
        Hear(Tone(30000, 300));
        tracker.ForgetPeak();
        Hear(Tone(600, 100));
        tracker.QuietMs.ShouldBe(0);
    }

    [Fact]
    public void A_constant_offset_is_no_sound()
    {
        var offset = new short[200 * 8];
        offset.AsSpan().Fill(900);
        Hear(offset);
        tracker.SoundMs.ShouldBe(0);
    }

    [Fact]
    public void Nothing_depends_on_how_the_audio_is_cut()
    {
        short[] audio = [.. Tone(8000, 333), .. new short[777], .. Tone(3000, 123), .. new short[500]];
        Hear(audio);

        var other = new LevelTracker();
        for (var i = 0; i < audio.Length; i += 37)
            other.Process(audio.AsSpan(i, Math.Min(37, audio.Length - i)));
        (other.QuietMs, other.SoundMs).ShouldBe((tracker.QuietMs, tracker.SoundMs));
    }

    private void Hear(short[] samples) => tracker.Process(samples);

    private static short[] Tone(int amplitude, int ms) =>
        [.. Enumerable.Range(0, ms * 8).Select(i => (short)(amplitude * Math.Sin(2 * Math.PI * 400 * i / 8000)))];

    // A fixed sequence, so that the test is the same each time.
    private static short[] Noise(int amplitude, int ms)
    {
        var state = 1u;
        return [.. Enumerable.Range(0, ms * 8).Select(_ => (short)((int)((state = (state * 1664525) + 1013904223) >> 16) % (2 * amplitude) - amplitude))];
    }
}
