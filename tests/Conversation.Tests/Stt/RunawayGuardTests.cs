using Parley.Conversation.Stt.Moonshine;

namespace Parley.Conversation.Tests.Stt;

public sealed class RunawayGuardTests
{
    [Theory]
    [InlineData("thank you very thank you very thank you very much", "thank you very much")]
    [InlineData("I am here, I am here. I am here! I am", "I am here,")]
    [InlineData("so the the the the the the end", "so the end")]
    [InlineData("go on go on go on go on go", "go on")]
    [InlineData("one two three four five one two three four five one two three four five", "one two three four five")]
    public void Repetitions_are_said_once(string text, string expected) => Clean(text).ShouldBe(expected);

    [Theory]
    [InlineData("no no no")]
    [InlineData("five five five one two three four")]
    [InlineData("five five five five")]
    [InlineData("yes please, yes please.")]
    [InlineData("one two one two one two")]
    [InlineData("a table for two at two for two")]
    [InlineData("")]
    public void What_callers_do_say_is_kept(string text) => Clean(text).ShouldBe(text);

    [Fact]
    public void Words_beyond_six_a_second_are_dropped() =>
        RunawayGuard.Clean("a b c d e f g h i j k l m n", TimeSpan.FromSeconds(2)).ShouldBe("a b c d e f g h i j k l");

    [Fact]
    public void A_short_utterance_may_hold_four_words() =>
        RunawayGuard.Clean("a b c d e", TimeSpan.FromSeconds(0.2)).ShouldBe("a b c d");

    private static string Clean(string text) => RunawayGuard.Clean(text, TimeSpan.FromSeconds(30));
}
