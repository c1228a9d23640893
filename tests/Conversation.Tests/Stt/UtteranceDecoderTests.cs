using Parley.Conversation.Stt.Moonshine;
using Parley.Conversation.Tests.Native;

namespace Parley.Conversation.Tests.Stt;

public sealed class UtteranceDecoderTests
{
    private readonly List<float[]> decoded = [];

    [Fact]
    public void Silence_is_cut_to_a_tenth_of_a_second_at_each_end()
    {
        short[] audio = [.. new short[8000], .. TestSpeech.Noise(8000, -20), .. new short[16000]];
        Decode(audio, "words").ShouldBe("words");
        decoded.ShouldHaveSingleItem().Length.ShouldBe(2 * (800 + 8000 + 800));
    }

    [Fact]
    public void Speech_at_the_very_edge_gets_silence_around_it()
    {
        Decode(TestSpeech.Noise(8000, -20), "words").ShouldBe("words");
        var audio = decoded.ShouldHaveSingleItem();
        audio.Length.ShouldBe(2 * 9600);

        // Less what the resampler's filter rings ahead.
        audio[..1400].ShouldAllBe(sample => sample == 0);
        audio[1700..1800].ShouldContain(sample => Math.Abs(sample) > 0.05f);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(159)]
    [InlineData(799)]
    public void Audio_under_a_tenth_of_a_second_holds_no_words(int samples)
    {
        Decode(TestSpeech.Noise(samples, -20), "invented").ShouldBe("");
        decoded.ShouldBeEmpty();
    }

    [Fact]
    public void Silence_is_not_decoded()
    {
        Decode(new short[80000], "invented").ShouldBe("");
        Decode(TestSpeech.Noise(80000, -65), "invented").ShouldBe("");
        decoded.ShouldBeEmpty();
    }

    [Fact]
    public void Words_in_steady_noise_are_not_cut_off()
    {
        var audio = TestSpeech.Noise(16000, -40);
        var burst = TestSpeech.Noise(4000, -30, seed: 2);
        for (var i = 0; i < burst.Length; i++)
            audio[6000 + i] += burst[i];
        SpeechBounds.Find(audio).GetOffsetAndLength(audio.Length).ShouldSatisfyAllConditions(
            range => range.Offset.ShouldBeLessThanOrEqualTo(6000),
            range => (range.Offset + range.Length).ShouldBeGreaterThanOrEqualTo(9900));
    }

    [Fact]
    public void A_short_utterance_without_words_is_tried_once_more_and_louder()
    {
        var text = UtteranceDecoder.Decode(TestSpeech.Noise(4000, -40), samples =>
        {
            decoded.Add(samples.ToArray());
            return decoded.Count == 1 ? "" : "yes";
        });
        text.ShouldBe("yes");
        decoded.Count.ShouldBe(2);
        decoded[1].Max(Math.Abs).ShouldBeInRange(0.7f, 1f);
        decoded[0].Max(Math.Abs).ShouldBeLessThan(0.05f);
    }

    [Fact]
    public void A_long_utterance_without_words_is_not_tried_again()
    {
        Decode(TestSpeech.Noise(40000, -20), "").ShouldBe("");
        decoded.ShouldHaveSingleItem();
    }

    [Fact]
    public void Long_audio_is_cut_at_its_pause_and_the_texts_are_joined()
    {
        var audio = TestSpeech.Noise(25 * 8000, -20);
        audio.AsSpan(14 * 8000, 2400).Clear();
        var pieces = new Queue<string>(["one", "two"]);
        UtteranceDecoder.Decode(audio, samples =>
        {
            decoded.Add(samples.ToArray());
            return pieces.Dequeue();
        }).ShouldBe("one two");

        var cut = (decoded[0].Length / 2) - 1600;
        cut.ShouldBeInRange(14 * 8000, (14 * 8000) + 2400);
        ((decoded[1].Length / 2) - 1600 + cut).ShouldBe(audio.Length);
    }

    [Fact]
    public void No_piece_is_longer_than_the_model_can_take()
    {
        Decode(TestSpeech.Noise(60 * 8000, -20), "words");
        decoded.ShouldAllBe(samples => samples.Length <= 2 * (UtteranceDecoder.LongestPieceSamples + 1600));
        decoded.Count.ShouldBeGreaterThanOrEqualTo(4);
    }

    [Fact]
    public void More_words_than_anyone_can_say_are_dropped() =>
        Decode(TestSpeech.Noise(8000, -20), string.Join(' ', Enumerable.Range(0, 50).Select(i => "w" + i))).Split(' ').Length.ShouldBe(6);

    private string Decode(short[] audio, string text) => UtteranceDecoder.Decode(audio, samples =>
    {
        decoded.Add(samples.ToArray());
        return text;
    });
}
